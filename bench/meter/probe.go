package meter

import (
	"sync"
	"sync/atomic"
	"time"
)

// A Probe watches processes while they work: it is for the warm-up, since
// watching disturbs what is measured.
type Probe struct {
	begin   time.Time
	stop    chan struct{}
	done    sync.WaitGroup
	pids    []int
	samples atomic.Int32
	peak    Peak // the watching goroutine's until done
}

// A Peak is the most that a Probe has seen.
type Peak struct {
	Threads   int    // 0: not known
	Footprint uint64 // bytes; 0: not known
}

// Watch begins to watch the processes.
func Watch(pids ...int) *Probe {
	p := &Probe{begin: time.Now(), stop: make(chan struct{}), pids: pids}
	p.done.Add(1)
	go p.watch()
	return p
}

// Enough says that three samples were taken, or one and time enough for three.
func (p *Probe) Enough() bool {
	n := p.samples.Load()
	return n >= 3 || n >= 1 && time.Since(p.begin) > 20*time.Millisecond
}

// Stop ends the watch and returns what was seen.
func (p *Probe) Stop() Peak {
	close(p.stop)
	p.done.Wait()
	return p.peak
}

// watch samples at least every millisecond apart, and nine times as long as a
// sample takes: a footprint of gigabytes takes 10 ms to read.
func (p *Probe) watch() {
	defer p.done.Done()
	for pause := time.Millisecond; ; {
		select {
		case <-p.stop:
			return
		case <-time.After(pause):
		}
		begin := time.Now()
		if n, err := Threads(p.pids...); err == nil {
			p.peak.Threads = max(p.peak.Threads, n)
		}
		if n, err := Footprint(p.pids...); err == nil {
			p.peak.Footprint = max(p.peak.Footprint, n)
		}
		p.samples.Add(1)
		pause = max(time.Millisecond, 9*time.Since(begin))
	}
}
