package runners

import "github.com/concbench/concbench/runners/internal/aio"

// Note: files that are not in memory may be read by threads of the kernel
// (io-wq), which come and go as it sees fit and run no code of this program.
func init() {
	Register(Model{
		Name:        "uring",
		Summary:     "one kernel thread, completions by io_uring, a coroutine per task",
		Honest:      "no liburing and no cgo: what the tasks ask for in a turn is handed over, and waited for, in one io_uring_enter; sockets, timers, files and cancellation are completions; a write of up to 512 bytes goes with what follows it; Block and Compute stall the loop",
		Unsupported: triesLoop(aio.NewUring),
		Offers:      loopOffers,
		New:         func(Config) (Runner, error) { return newOneLoop(aio.NewUring, (*aio.Coroutine).ReadFile) },
	})
}
