// Package aio is an event loop: coroutines that take turns on one kernel
// thread, and a source of I/O events that resumes them.
//
// A Loop is one goroutine, locked to its thread. A Coroutine is an iter.Pull
// that was made on that thread and is only ever resumed there: the runtime
// switches to it directly, without its scheduler, but ends the program where
// the thread, or its lock state, is another. So nothing here may be used from
// elsewhere, except Run, Post and Close of a Loop; what suspends on a goroutine
// that is not the running coroutine's panics with Faults.Foreign.
//
// The ready queue, the timers, the waiting lists and what is built on them
// (Queue, Mutex) know nothing of I/O. What does is behind the source interface.
package aio

// Faults are the errors that a Loop uses in its caller's words.
type Faults struct {
	Died    error // ends every wait where a body called runtime.Goexit
	Foreign error // the panic of who waits on a goroutine that is not its own
	Closed  error // of Run on a closed Loop
}
