package workloads_test

import (
	"context"
	"fmt"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func init() { workloads.Register(squares{}) }

// squares adds up square numbers.
type squares struct{}

func (squares) About() workloads.About {
	return workloads.About{
		Name:    "squares",
		Kind:    workloads.CPU,
		Summary: "adds up the squares of the numbers from 1 to n",
		Unit:    "n squares, in steps of 50,000",
		Params:  []workloads.Param{{Name: "n", Default: "1000000", Doc: "numbers: 1 to 2000000", Check: workloads.Whole(1, 2_000_000)}},
		Quick:   []workloads.Case{{Tasks: 50}},
	}
}

func (squares) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (squares) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	n := uint64(workloads.Params(s.Params).Int("n"))
	body := func(t runners.Task, _ int) (sum uint64, err error) {
		next := uint64(1)
		err = t.Compute(func() bool {
			for stop := min(next+50_000, n+1); next < stop; next++ {
				sum += next * next
			}
			return next <= n
		})
		return sum, err
	}
	return workloads.Work{
		Make: func(runners.Sync) runners.Body { return body },
		Sum:  uint64(tasks) * (n * (n + 1) / 2 * (2*n + 1) / 3), // known without running the body
	}, nil
}

// A workload of one's own is registered by an init function of the test package
// whose TestMain calls bench.Main; go test -bench . then has it under every
// model. Here it runs under a few without bench.
func ExampleRegister() {
	w, err := workloads.Lookup("squares")
	if err != nil {
		panic(err)
	}
	params, err := w.About().Fill(workloads.Params{"n": "1000"})
	if err != nil {
		panic(err)
	}
	work, err := w.Prepare(runners.Spec{Workload: "squares", Params: params, Seed: 1}, 10)
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"sequential", "goroutines", "gopool:3"} {
		model, config, err := runners.Lookup(name, 2)
		if err != nil {
			panic(err)
		}
		runner, err := model.New(config)
		if err != nil {
			panic(err)
		}
		outcome, err := runner.Run(context.Background(), runners.Job{Tasks: 10, Make: work.Make})
		fmt.Println(name, outcome.Done, outcome.Sum == work.Sum, err)
		runner.Close()
	}
	// Output:
	// sequential 10 true <nil>
	// goroutines 10 true <nil>
	// gopool:3 10 true <nil>
}
