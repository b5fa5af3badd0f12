package runners

import "github.com/alitto/pond/v2"

func init() {
	Register(Model{
		Name:    "pond",
		Summary: "bounded goroutines of alitto/pond",
		Honest:  "a Pool with its default options, whose queue has no bound, Go for each task and a WaitGroup: the least that it asks of a task",
		Usable:  true,
		Option:  PoolSize("goroutines", ExecutorSize),
		Offers:  poolOffers,
		New: func(c Config) (Runner, error) {
			p := pond.NewPool(int(c.Option))
			return &submitPool{
				open: counted(p.Go),
				shut: func() error {
					p.StopAndWait()
					return nil
				},
			}, nil
		},
	})
}
