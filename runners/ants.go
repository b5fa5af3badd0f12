package runners

import (
	"time"

	"github.com/panjf2000/ants/v2"
)

func init() {
	Register(Model{
		Name:    "ants",
		Summary: "bounded goroutines of panjf2000/ants",
		Honest:  "a Pool with its default options, Submit for each task and a WaitGroup, as its documentation has it",
		Usable:  true,
		Option:  PoolSize("goroutines", ExecutorSize),
		Offers:  poolOffers,
		New: func(c Config) (Runner, error) {
			p, err := ants.NewPool(int(c.Option))
			if err != nil {
				return nil, err
			}
			return &submitPool{
				open: counted(p.Submit),
				shut: func() error { return p.ReleaseTimeout(time.Minute) },
			}, nil
		},
	})
}
