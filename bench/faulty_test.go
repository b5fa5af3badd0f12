package bench

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// faultFile is the environment variable that names the file in which faulty
// reads what is to go wrong. Without it there is no such workload: what is
// measured by go test -bench is not to have it.
const faultFile = "BENCH_TEST_FAULT"

func init() {
	if os.Getenv(faultFile) != "" {
		workloads.Register(faulty{})
	}
}

// faulty is a workload that does what it finds in a file: now fails, now does
// not.
type faulty struct{}

const faultyCell = "BenchmarkCost/workload=faulty/tasks=1/model=goroutines"

func (faulty) About() workloads.About {
	return workloads.About{Name: "faulty", Kind: workloads.Cost, Summary: "fails when it is told to", Unit: "nothing",
		Full: []workloads.Case{{Tasks: 1}}}
}

func (faulty) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

// own is a flag that only the package of the benchmarks knows.
var own = flag.String("own", "", "what only this package knows of")

func (faulty) Prepare(s runners.Spec, _ int) (workloads.Work, error) {
	fault := func() string {
		b, _ := os.ReadFile(os.Getenv(faultFile))
		return string(b)
	}
	switch fault() {
	case "prepare":
		return workloads.Work{}, errors.New("nothing to\nprepare")
	case "unfit":
		return workloads.Work{}, workloads.NotRunnable("no such machine")
	case "flags":
		return workloads.Work{}, workloads.NotRunnable(fmt.Sprintf("cpu=%v short=%v seed=%d own=%s count=%v args=%v",
			flag.Lookup("test.cpu").Value, testing.Short(), s.Seed, *own, flag.Lookup("test.count").Value, flag.Args()))
	}
	body := func(runners.Task, int) (uint64, error) {
		switch fault() {
		case "op":
			return 0, errors.New("it went wrong")
		case "sum":
			return 8, nil
		case "die":
			go panic("a stray goroutine")
			time.Sleep(time.Minute)
		case "hang":
			time.Sleep(time.Hour)
		}
		return 7, nil
	}
	return workloads.Work{
		Make: func(runners.Sync) runners.Body { return body },
		Sum:  7,
		Before: func() error {
			if fault() == "before" {
				return workloads.NotRunnable("no more")
			}
			return nil
		},
	}, nil
}

// hooked counts what is done around its ops.
type hooked struct {
	pause           time.Duration
	before, observe *atomic.Int32
}

func (h hooked) work() workloads.Work {
	return workloads.Work{
		Make: func(runners.Sync) runners.Body { return func(runners.Task, int) (uint64, error) { return 1, nil } },
		Sum:  1,
		Before: func() error {
			h.before.Add(1)
			time.Sleep(h.pause)
			return nil
		},
		Observe: func(_ runners.Outcome, into *workloads.Observed) error {
			into.Add("own/op", float64(h.observe.Add(1)))
			time.Sleep(h.pause)
			return nil
		},
	}
}
