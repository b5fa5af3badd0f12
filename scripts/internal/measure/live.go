package measure

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/record"
)

// A live is an arm with its process.
type live struct {
	arm     *Arm
	session Session
	rec     record.Arm
	learned
	parked parked
	at     int  // in Block.Benchmarks
	gone   bool // it takes part no more, unless in another process
}

// endTime is how long a process may take to end.
const endTime = 10 * time.Second

// launch starts an arm's process and waits until it is ready. The error is a
// Fault; what is wrong with the arm stands in its record.
func (r *round) launch(a *Arm) (*live, error) {
	l := &live{arm: a, at: r.at, rec: record.Arm{Name: a.Name, Parked: -1}}
	dir, err := os.MkdirTemp(r.Tmp, "")
	if err != nil {
		return nil, Fault{err}
	}
	began := time.Now()
	l.session, err = a.Start(r.ctx, Where{Dir: dir, Layout: r.step.Layout, Round: r.number})
	var fault Fault
	switch {
	case errors.As(err, &fault):
		return nil, err
	case err == nil:
		err = r.ready(l)
	}
	l.rec.StartUp = time.Since(began)
	r.used += l.rec.StartUp
	if err != nil {
		return l, r.fail(l, err)
	}
	l.parked.park(l.session.PID())
	return l, nil
}

// mostBenchmarks is how many benchmarks a process is taken past.
const mostBenchmarks = 100_000

// ready waits until the process is ready for the benchmark that is due, past
// those that are not open any more.
func (r *round) ready(l *live) error {
	want := r.block.Benchmarks[r.at]
	for range mostBenchmarks {
		name, err := l.session.Ready(r.ctx, r.Plan.Timeout)
		if err != nil {
			return err
		}
		if name == want || want == "" {
			return nil
		}
		// One that is not open any more, or that a pattern for many took in.
		if err := l.session.Next(); err != nil {
			return err
		}
	}
	return gate.Broken("it never came to " + want)
}

// fail notes why an arm takes part no more. The error is a Fault.
func (r *round) fail(l *live, err error) error {
	if l.gone {
		return nil
	}
	if l.gone = true; r.ctx.Err() != nil {
		return nil // what is in flight is lost
	}
	var skipped gate.Skipped
	if errors.As(err, &skipped) {
		l.rec.NotRun = string(skipped)
		return nil
	}
	l.rec.Failed = clean(err)
	var text []byte
	if l.session != nil {
		text = l.session.Output()
	}
	r.logs++
	l.rec.Log = fmt.Sprintf("logs/%03d.txt", r.logs)
	of := strings.Join(strings.Fields(r.block.Name+" "+r.benchmark()+" "+l.arm.Name), " ")
	head := fmt.Sprintf("%s\nround %d: %s\n\n", of, r.number, l.rec.Failed)
	return WriteLog(r.Dir, l.rec.Log, append([]byte(head), text...))
}

// clean is an error in one line.
func clean(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// sample has the arm measure one sample of n iterations.
func (r *round) sample(l *live, n int) (record.Sample, error) {
	l.parked.unpark(l.session.PID())
	if r.cpu >= 0 {
		bind(l.session.PID(), r.cpu)
	}
	began := time.Now()
	s, err := l.session.Sample(r.ctx, n, r.Plan.Timeout)
	r.used += time.Since(began)
	if err == nil && s.N != n && r.sized.n > 0 {
		err = gate.Broken(fmt.Sprintf("it measured %d iterations where it was to measure %d", s.N, n))
	}
	l.parked.park(l.session.PID())
	return s, err
}

// shut ends an arm's process and gives back what it holds.
func (r *round) shut(l *live) {
	if l.session == nil {
		return
	}
	if !l.gone && r.ctx.Err() == nil {
		began := time.Now()
		if err := l.session.End(endTime); err != nil && !errors.Is(err, gate.ErrEnded) {
			r.Show.Say(fmt.Sprintf("%s %s: at its end: %s", r.block.Name, l.arm.Name, clean(err)))
		}
		r.used += time.Since(began)
	}
	l.session.Close()
	l.session = nil
}

// WriteLog writes what a process printed into a file of the run's folder dir;
// name is its path there, with slashes.
func WriteLog(dir, name string, text []byte) error {
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return Fault{err}
	}
	if err := os.WriteFile(file, text, 0o666); err != nil {
		return Fault{err}
	}
	return nil
}
