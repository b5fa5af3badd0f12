package runners

import "golang.org/x/sync/errgroup"

func init() {
	Register(Model{
		Name:    "errgroup",
		Summary: "a goroutine per task, a bounded number at a time, by x/sync/errgroup",
		Honest:  "a new Group a job with SetLimit, Go for each task, then Wait; a goroutine lives for one task, as errgroup has it",
		Usable:  true,
		Option:  PoolSize("goroutines", ExecutorSize),
		Offers:  poolOffers,
		New: func(c Config) (Runner, error) {
			return &submitPool{
				open: func(s *swarm) (func(int) error, func()) {
					var g errgroup.Group
					g.SetLimit(int(c.Option))
					submit := func(i int) error {
						g.Go(func() error {
							s.ledger.run(&s.tasks[i], i) // keeps its own account of failures
							return nil
						})
						return nil
					}
					return submit, func() { g.Wait() }
				},
				shut: func() error { return nil },
			}, nil
		},
	})
}
