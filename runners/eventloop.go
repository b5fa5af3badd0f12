package runners

import "github.com/concbench/concbench/runners/internal/aio"

func init() {
	Register(Model{
		Name:        "eventloop",
		Summary:     "one kernel thread, a coroutine per task",
		Honest:      "non-blocking sockets, readiness by edge-triggered epoll, timers in a heap; Block, Compute and ReadFile stall the loop, as in asyncio",
		Quick:       true,
		Unsupported: loopUnsupported,
		Offers:      loopOffers,
		New:         func(Config) (Runner, error) { return newOneLoop(aio.New, nil) },
	})
}

var loopUnsupported = triesLoop(aio.New)
