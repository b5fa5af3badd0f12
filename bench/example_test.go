package bench_test

import (
	"fmt"

	"github.com/concbench/concbench/bench"
)

// A plan says which benchmarks a choice comes to, with the workloads that this
// program has registered.
func ExampleNewPlan() {
	plan, err := bench.NewPlan(bench.Choice{
		Workloads: []string{"hash/tasks=8"},
		Models:    []string{"goroutines", "gopool:64"},
		Profile:   bench.Quick,
	})
	if err != nil {
		panic(err)
	}
	for _, cell := range plan.Cells {
		fmt.Println(cell.Name)
	}
	// Output:
	// BenchmarkCPU/workload=hash/tasks=8/model=goroutines
	// BenchmarkCPU/workload=hash/tasks=8/model=gopool:64
}
