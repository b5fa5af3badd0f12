package runners_test

import (
	"context"
	"fmt"
	"time"

	"github.com/concbench/concbench/runners"
)

// The same body under three models. Each task waits in its model's own way.
func ExampleRunner() {
	body := func(t runners.Task, i int) (uint64, error) {
		if err := t.Sleep(time.Millisecond); err != nil {
			return 0, err
		}
		if i == 3 {
			return 0, fmt.Errorf("task %d has had enough", i)
		}
		return uint64(i), nil
	}
	job := runners.Job{Tasks: 10, Make: func(runners.Sync) runners.Body { return body }}
	for _, name := range []string{"sequential", "goroutines", "gopool:4"} {
		model, config, err := runners.Lookup(name, 2)
		if err != nil {
			panic(err)
		}
		runner, err := model.New(config)
		if err != nil {
			panic(err)
		}
		o, err := runner.Run(context.Background(), job)
		fmt.Printf("%s: %d done, %d failed, sum %d (%v) %v\n", name, o.Done, o.Failed, o.Sum, o.Err, err)
		runner.Close()
	}
	// Output:
	// sequential: 9 done, 1 failed, sum 42 (task 3: task 3 has had enough) <nil>
	// goroutines: 9 done, 1 failed, sum 42 (task 3: task 3 has had enough) <nil>
	// gopool:4: 9 done, 1 failed, sum 42 (task 3: task 3 has had enough) <nil>
}

// Tasks meet at queues and locks of the model's own.
func ExampleSync() {
	makeBody := func(s runners.Sync) runners.Body { // once a Run
		q := s.NewQueue(1)
		return func(t runners.Task, i int) (uint64, error) {
			if i == 0 {
				for n := range 5 {
					if err := q.Put(t, n); err != nil {
						return 0, err
					}
				}
				return 0, nil
			}
			sum := 0
			for range 5 {
				n, err := q.Get(t)
				if err != nil {
					return 0, err
				}
				sum += n.(int)
			}
			return uint64(sum), nil
		}
	}
	model, config, err := runners.Lookup("goroutines", 2)
	if err != nil {
		panic(err)
	}
	runner, err := model.New(config)
	if err != nil {
		panic(err)
	}
	defer runner.Close()
	o, err := runner.Run(context.Background(), runners.Job{Tasks: 2, Make: makeBody})
	fmt.Println(o.Sum, err)
	// Output: 10 <nil>
}

// What is mistyped is answered with the nearest there is.
func ExampleLookup() {
	model, config, err := runners.Lookup("threadpool:64", 2)
	fmt.Println(model.Name, config.Option, err)
	_, _, err = runners.Lookup("threadpool:0", 2)
	fmt.Println(err)
	// Output:
	// threadpool 64 <nil>
	// model "threadpool:0": size "0": want a number of threads, 1 or more
}
