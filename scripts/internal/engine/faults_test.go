package engine

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// The test binary is also the binary whose cells the engine measures: these
// are its benchmarks.

func TestMain(m *testing.M) { bench.Main(m) }

func BenchmarkCost(b *testing.B) { bench.Kind(b, workloads.Cost) }

// A fault is a workload whose tasks do as they are told.
type fault struct {
	name string
	body func(t runners.Task, origin string) error
	sum  uint64 // wrong, if not 0
	not  error  // of Prepare
}

func (f fault) About() workloads.About {
	return workloads.About{Name: f.name, Kind: workloads.Cost, Summary: "for tests", Unit: "nothing",
		Quick: []workloads.Case{{Tasks: 4}}}
}

func (fault) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (f fault) Prepare(s runners.Spec, _ int) (workloads.Work, error) {
	make := func(runners.Sync) runners.Body {
		return func(t runners.Task, _ int) (uint64, error) { return 0, f.body(t, s.Origin) }
	}
	return workloads.Work{Make: make, Sum: f.sum}, f.not
}

// A growing is a fault with a sweep.
type growing struct{ fault }

func (g growing) About() workloads.About {
	a := g.fault.About()
	a.Sweeps = []workloads.Sweep{{Over: "tasks", Cases: []workloads.Case{{Tasks: 1}, {Tasks: 4}, {Tasks: 16}}}}
	return a
}

// A dying is a fault whose origin ends as soon as a task connects.
type dying struct{ fault }

func (dying) Serve(l net.Listener) error {
	if _, err := l.Accept(); err != nil {
		return err
	}
	os.Stderr.WriteString("the origin has had enough\n")
	os.Exit(7)
	return nil
}

func (dying) Usage(string) string { return "" }

func init() {
	nothing := func(runners.Task, string) error { return nil }
	for _, w := range []workloads.Workload{
		fault{name: "nop", body: nothing},
		fault{name: "nap", body: func(t runners.Task, _ string) error { return t.Sleep(20 * time.Millisecond) }},
		fault{name: "refuse", body: func(runners.Task, string) error { return errors.New("will not") }},
		fault{name: "crash", body: func(runners.Task, string) error { p, _ := os.FindProcess(os.Getpid()); return p.Kill() }},
		fault{name: "hang", body: func(runners.Task, string) error { select {} }},
		fault{name: "wrong", body: nothing, sum: 1},
		fault{name: "unfit", body: nothing, not: workloads.NotRunnable("no moon tonight")},
		growing{fault{name: "grow", body: nothing}},
		dying{fault{name: "dying", body: func(t runners.Task, origin string) error {
			c, err := t.Dial("tcp", origin)
			if err != nil {
				return err
			}
			defer c.Close()
			_, err = io.ReadFull(c, make([]byte, 1))
			return err
		}}},
	} {
		workloads.Register(w)
	}
}
