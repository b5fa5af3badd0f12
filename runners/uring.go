package runners

import "github.com/concbench/concbench/runners/internal/aio"

func init() {
	Register(Model{
		Name:        "uring",
		Summary:     "one kernel thread, completions by io_uring, a coroutine per task",
		Honest:      "no liburing and no cgo: what the tasks ask for in a turn is handed over, and waited for, in one io_uring_enter; connect, accept, send, receive, the reading of files and cancellation are completions, timers a heap with one timeout in the ring; a write of up to 512 bytes goes with what follows it; Block and Compute stall the loop; threads of the kernel that read files (io-wq) are not counted",
		Unsupported: triesLoop(aio.NewUring),
		Offers:      loopOffers,
		New:         func(Config) (Runner, error) { return newOneLoop(aio.NewUring, (*aio.Coroutine).ReadFile) },
	})
}
