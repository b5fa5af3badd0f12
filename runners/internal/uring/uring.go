// Package uring is Linux's io_uring(7) by its system calls alone: a queue of
// submissions, a queue of completions, and io_uring_enter(2) between the two.
//
// A Ring knows nothing of what an operation means. Whoever fills in an SQE sees
// to it that all it points to stays where it is: on the heap, which does not
// move, never on a goroutine's stack, which does; and alive, which a number
// does not keep it. What is read only (addresses, paths, times) must stay until
// the Enter that hands it over has returned, a buffer until its completion.
package uring

// An SQE is an entry of the submission queue, struct io_uring_sqe. What its
// fields mean is up to the operation: see io_uring_enter(2).
type SQE struct {
	Op       Op
	Flags    uint8
	IOPrio   uint16
	FD       int32
	Off      uint64 // or a second address
	Addr     uint64
	Len      uint32
	OpFlags  uint32
	UserData uint64 // comes back in the CQE
	_        [3]uint64
}

// A CQE is an entry of the completion queue, struct io_uring_cqe.
type CQE struct {
	UserData uint64
	Res      int32 // what the system call of that name returns, or -errno
	Flags    uint32
}

// An Op is the number of an operation.
type Op uint8

// The operations by the numbers of linux/io_uring.h.
const (
	OpNop           Op = 0
	OpPollAdd       Op = 6
	OpTimeout       Op = 11
	OpTimeoutRemove Op = 12
	OpAccept        Op = 13
	OpAsyncCancel   Op = 14
	OpConnect       Op = 16
	OpOpenat        Op = 18
	OpClose         Op = 19
	OpRead          Op = 22
	OpSend          Op = 26
	OpRecv          Op = 27
)

// Flags of an SQE, of its operation and of a CQE.
const (
	SkipSuccess   = 1 << 6 // SQE.Flags: no CQE unless it fails; see Ring.Skips
	PollMulti     = 1 << 0 // SQE.Len of OpPollAdd: a CQE each time
	TimeoutUpdate = 1 << 1 // SQE.OpFlags of OpTimeoutRemove
	PollFirst     = 1 << 0 // SQE.IOPrio of OpRecv: in vain before that; see Ring.PollsFirst
	More          = 1 << 1 // CQE.Flags: others will follow
	NonEmpty      = 1 << 2 // CQE.Flags of OpRecv: something was left
)

// A Mode is how completions come about.
type Mode int

// The modes from the newest to the oldest.
const (
	// Deferred has the kernel finish operations only while the thread is in
	// Enter, and so never interrupt it (Linux 6.1). The ring is bound to the
	// thread that enables it.
	Deferred Mode = iota

	// Cooperative has the kernel finish operations when the thread enters it
	// for whatever reason (Linux 5.19).
	Cooperative

	// Interrupting has the kernel interrupt the thread.
	Interrupting
)

// A Config says what a ring is to be like.
type Config struct {
	Entries     uint32 // submissions that can be gathered; a power of 2
	Completions uint32 // completions that can be held; more are kept by the kernel, at some cost
	Newest      Mode   // the first to try; older ones follow where the kernel has it not
	Ops         []Op   // that the kernel must have
}
