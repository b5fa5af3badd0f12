package runs

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// The test binary is also the binary whose cells are measured: these are its
// benchmarks.

func TestMain(m *testing.M) { bench.Main(m) }

func BenchmarkCost(b *testing.B) { bench.Kind(b, workloads.Cost) }

// A fault is a workload whose tasks do what the test sets.
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

// The environment variables that name files for the workload moody.
const (
	moodFile  = "CONCBENCH_TEST_MOOD"  // which model does what, and from when on: "sequential die turn"
	traceFile = "CONCBENCH_TEST_TRACE" // takes the model of each op
)

// A moody is a fault with an origin that notes its ops in a file, and goes wrong
// as it finds in another.
type moody struct{ fault }

func (moody) Serve(l net.Listener) error {
	_, err := l.Accept()
	return err
}

func (moody) Usage(string) string { return "" }

func (m moody) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	if mood() == "unfit" {
		return workloads.Work{}, workloads.NotRunnable("no moon tonight")
	}
	w, err := m.fault.Prepare(s, tasks)
	w.Before = trace
	return w, err
}

// model is that of the cell which this process measures.
func model() string {
	_, name, _ := strings.Cut(flag.Lookup("concbench.cell").Value.String(), "/model=")
	return name
}

// mood is what this process is to do now, "" for nothing special.
func mood() string {
	text, _ := os.ReadFile(os.Getenv(moodFile))
	f := strings.Fields(string(text))
	if len(f) == 3 && f[0] == model() && turns >= map[string]int{"early": 0, "turn": 1, "later": 3}[f[2]] {
		return f[1]
	}
	return ""
}

// ops counts the ops of this process, turns how often others had theirs before:
// it is ready then, and it is its turn.
var ops, turns int

func trace() error {
	name := os.Getenv(traceFile)
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if ops > 0 && !strings.HasSuffix(string(text), model()+"\n") {
		turns++
	}
	ops++
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, model())
	return errors.Join(err, file.Close())
}

func moodily(t runners.Task, _ string) error {
	switch mood() {
	case "die":
		os.Stderr.WriteString("farewell\n")
		os.Exit(3)
	case "hang":
		os.WriteFile(os.Getenv(moodFile)+" came true", nil, 0o666)
		select {}
	case "fail":
		return errors.New("will not")
	}
	return t.Sleep(3 * time.Millisecond)
}

var (
	company  atomic.Int32 // tasks of lonely that are under way
	together atomic.Bool  // some were at once, since the first of them began
)

// lonely takes ten times as long where it runs alone, and CPU besides.
func lonely(t runners.Task, _ string) error {
	together.Store(company.Add(1) > 1)
	defer company.Add(-1)
	if err := t.Sleep(2 * time.Millisecond); err != nil || together.Load() {
		return err
	}
	for began := time.Now(); time.Since(began) < 20*time.Millisecond; {
	}
	return nil
}

func init() {
	nothing := func(runners.Task, string) error { return nil }
	nap := func(t runners.Task, _ string) error { return t.Sleep(20 * time.Millisecond) }
	for _, w := range []workloads.Workload{
		fault{name: "nop", body: nothing},
		fault{name: "nap", body: nap},
		fault{name: "lonely", body: lonely},
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
		moody{fault{name: "moody", body: moodily}},
	} {
		workloads.Register(w)
	}
}
