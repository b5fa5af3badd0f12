package meter_test

import (
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/shirou/gopsutil/v3/process"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/bench/meter"
)

// burn keeps this thread busy until the kernel has charged it with d of CPU.
func burn(t *testing.T, d time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	charged := func() time.Duration {
		var ts unix.Timespec
		require.NoError(t, unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts))
		return time.Duration(ts.Nano())
	}
	for until := charged() + d; charged() < until; {
	}
}

func self(t *testing.T) meter.Usage {
	u, err := meter.Self()
	require.NoError(t, err)
	return u
}

// burnt sees that as much CPU is read as work burns, once in a few attempts: on
// a busy machine the runtime has more to do beside it, the longer it takes.
func burnt(t *testing.T, work func(d time.Duration)) {
	t.Helper()
	const want = 300 * time.Millisecond
	var used, took time.Duration
	for range 5 {
		before, began := self(t), time.Now()
		work(want)
		u := self(t).Sub(before)
		used, took = u.User+u.System, time.Since(began)
		require.GreaterOrEqual(t, used, want*99/100)
		if used <= want*105/100 {
			return
		}
	}
	assert.LessOrEqual(t, used, want*105/100+took/20)
}

func TestCPUBurntIsCPURead(t *testing.T) {
	burnt(t, func(d time.Duration) { burn(t, d) })
}

func TestCPUOfAnEndedThreadIsRead(t *testing.T) {
	burnt(t, func(d time.Duration) {
		var done sync.WaitGroup
		done.Go(func() {
			runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
			burn(t, d)
		})
		done.Wait()
	})
}

func TestGopsutilAgreesOnCPU(t *testing.T) {
	p, err := process.NewProcess(int32(os.Getpid()))
	require.NoError(t, err)
	then, err := p.Times()
	require.NoError(t, err)
	before := self(t)
	burn(t, 300*time.Millisecond)
	used := self(t).Sub(before)
	now, err := p.Times()
	require.NoError(t, err)
	// It counts in ticks of 10 ms, user and system apart.
	assert.InDelta(t, (used.User + used.System).Seconds(), now.User+now.System-then.User-then.System, 0.04)
}

// hold maps and touches so many bytes.
func hold(t *testing.T, bytes int) (release func()) {
	b, err := unix.Mmap(-1, 0, bytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	require.NoError(t, err)
	for i := 0; i < len(b); i += os.Getpagesize() {
		b[i] = 1
	}
	return func() { require.NoError(t, unix.Munmap(b)) }
}

func TestMemoryHeldIsMemoryRead(t *testing.T) {
	const want = 64 << 20
	runtime.GC()
	require.NoError(t, meter.ResetPeak())
	peakBefore, err := meter.PeakRSS()
	require.NoError(t, err)
	footBefore, err := meter.Footprint(os.Getpid())
	require.NoError(t, err)

	release := hold(t, want)
	footHeld, err := meter.Footprint(os.Getpid())
	require.NoError(t, err)
	release()

	peak, err := meter.PeakRSS()
	require.NoError(t, err)
	assert.InEpsilon(t, want, peak-peakBefore, 0.05, "the peak stays after the memory is given back")
	assert.InEpsilon(t, want, footHeld-footBefore, 0.05)

	require.NoError(t, meter.ResetPeak())
	again, err := meter.PeakRSS()
	require.NoError(t, err)
	assert.Less(t, again, peak-want/2, "a reset forgets the peak")
}

func TestThreadsMadeAreThreadsRead(t *testing.T) {
	var done sync.WaitGroup
	end := make(chan struct{})
	make := func(threads int) {
		var ready sync.WaitGroup
		ready.Add(threads)
		for range threads {
			done.Go(func() {
				runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
				ready.Done()
				<-end
			})
		}
		ready.Wait()
	}
	count := func() int {
		n, err := meter.Threads(os.Getpid())
		require.NoError(t, err)
		return n
	}
	make(30) // which uses up the runtime's spare threads
	before := count()
	make(50)
	assert.InDelta(t, 50, count()-before, 10, "the runtime keeps a few to spare, more where system calls take long")
	footprint, err := meter.Footprint(os.Getpid())
	require.NoError(t, err)
	assert.Greater(t, footprint, uint64(80)*16<<10, "their kernel stacks count")
	close(end)
	done.Wait()
}

// nap leaves the CPU so many times. Where the machine stands still between the
// call and the sleep, the time may be over before: a few sleeps fall out.
func nap(times int) {
	for range times {
		unix.Nanosleep(&unix.Timespec{Nsec: 1}, nil) // a signal may cut it short: it has left the CPU
	}
}

func TestForcedSwitchesAreRead(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := self(t)
	nap(2000)
	assert.GreaterOrEqual(t, self(t).Sub(before).Voluntary, int64(1950))
}

func TestSwitchesOfOtherThreadsAreRead(t *testing.T) {
	before := self(t)
	var done sync.WaitGroup
	for range 4 {
		done.Go(func() {
			runtime.LockOSThread()
			nap(500)
		})
	}
	done.Wait()
	assert.GreaterOrEqual(t, self(t).Sub(before).Voluntary, int64(1950))
}

func TestAProbeSeesWhatComesAndGoes(t *testing.T) {
	quiet, err := meter.Footprint(os.Getpid())
	require.NoError(t, err)
	var peak meter.Peak
	enough := false
	for stay := 100 * time.Millisecond; stay < time.Minute && !(enough && peak.Footprint >= quiet+60<<20); stay *= 5 { // until the probe had its turn
		probe := meter.Watch(os.Getpid())
		release := hold(t, 64<<20)
		time.Sleep(stay)
		enough = probe.Enough()
		release()
		peak = probe.Stop()
	}
	assert.True(t, enough)
	assert.InEpsilon(t, 64<<20, peak.Footprint-quiet, 0.05)
	assert.Positive(t, peak.Threads)
}

func TestWaitingForACPUIsRead(t *testing.T) {
	before, err := meter.Delays()
	require.NoError(t, err)
	if len(before) == 0 {
		t.Skip("not runnable: this kernel keeps no schedstat")
	}
	hogs := 4 * runtime.NumCPU()
	was := runtime.GOMAXPROCS(hogs)
	defer runtime.GOMAXPROCS(was)
	var done sync.WaitGroup
	end := make(chan struct{})
	for range hogs {
		done.Go(func() { burn(t, 50*time.Millisecond); <-end })
	}
	time.Sleep(500 * time.Millisecond)
	after, err := meter.Delays()
	require.NoError(t, err)
	close(end)
	done.Wait()
	assert.Greater(t, after.Since(before), 100*time.Millisecond, "four times as many busy threads as CPUs wait in turn")
}

func TestTheMachinesTimeGoesOn(t *testing.T) {
	before, err := meter.Host()
	require.NoError(t, err)
	time.Sleep(50 * time.Millisecond)
	after, err := meter.Host()
	require.NoError(t, err)
	assert.Greater(t, after.Total, before.Total)
	for _, share := range []float64{after.StealSince(before), after.StalledSince(before)} {
		assert.GreaterOrEqual(t, share, 0.0)
		assert.LessOrEqual(t, share, 1.0)
	}
}
