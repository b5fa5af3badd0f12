package kthread

import (
	"runtime/debug"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/futex"
)

// threads are the threads that Start has made and that have not been joined.
var threads = registry{tids: map[uintptr]int{}, limit: 10_000}

type registry struct {
	mu    futex.Mutex
	tids  map[uintptr]int // of those that run their function, by gid.Self
	n     int
	limit int // of the runtime, as far as it is known
}

// ownThreads is how many threads the rest of the program may have.
const ownThreads = 1_000

// make counts n threads made, or gone. The runtime ends the program when it has
// more threads than its limit, 10,000 at first, so that this is raised where
// need be. It stays raised: it is a guard against runaway programs, and costs
// nothing.
func (r *registry) make(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n += n
	for r.n+ownThreads > r.limit {
		r.limit *= 2
		if was := debug.SetMaxThreads(r.limit); was > r.limit {
			debug.SetMaxThreads(was)
			r.limit = was
		}
	}
}

func (r *registry) enter(id uintptr, tid int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tids[id] = tid
}

func (r *registry) leave(id uintptr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tids, id)
}

// interrupt makes the kernel look anew at the system call that the thread is
// in: it is begun again, or ends with EINTR (signal(7)). SIGURG is the signal
// with which the runtime itself preempts threads; one too many does nothing.
func (r *registry) interrupt(id uintptr) {
	r.mu.Lock()
	defer r.mu.Unlock() // until then the thread lives, and the id is its own
	if tid, ok := r.tids[id]; ok {
		unix.Tgkill(pid, tid, unix.SIGURG)
	}
}
