package uring

import (
	"errors"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Ring is both queues. One thread uses it.
type Ring struct {
	fd       int
	mode     Mode
	features uint32
	rings    []byte // what the kernel shares: the queues,
	entries  []byte // and the entries of the first

	// Submission: the kernel takes at the head, and in Enter only.
	sqes   []SQE
	sqHead *uint32
	sqTail *uint32
	flags  *uint32
	taken  uint32 // the head, as of the last Enter
	tail   uint32 // ours, not shown to the kernel before the next

	// Completion: the kernel appends at the tail.
	cqes   []CQE
	cqHead *uint32
	cqTail *uint32
	head   uint32 // ours, shown to the kernel when all have been taken
	seen   uint32 // the tail, as of the last look

	enters uint64
}

// New makes a ring. It does nothing before Enable. The error says why there is
// none on this system and what would allow it.
func New(c Config) (*Ring, error) {
	r, err := open(c)
	if err != nil {
		return nil, err
	}
	if err := r.check(c.Ops); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// open sets a ring up in the newest mode that the kernel has.
func open(c Config) (*Ring, error) {
	for mode := c.Newest; ; mode++ {
		p := params{
			flags:     setupCQSize | setupDisabled | modes[mode],
			cqEntries: c.Completions,
		}
		fd, errno := setup(c.Entries, &p)
		switch {
		case errno == unix.EINVAL && mode < Interrupting:
			continue
		case errno != 0:
			return nil, refused(errno)
		}
		r := &Ring{fd: fd, mode: mode, features: p.features}
		if err := r.share(&p); err != nil {
			r.Close()
			return nil, err
		}
		return r, nil
	}
}

// share maps what the kernel shares.
func (r *Ring) share(p *params) (err error) {
	if r.features&needed != needed {
		return errors.New(tooOld)
	}
	size := max(p.sq.array+4*p.sqEntries, p.cq.entries+uint32(unsafe.Sizeof(CQE{}))*p.cqEntries)
	if r.rings, err = r.mmap(offsetRings, int(size)); err != nil {
		return err
	}
	if r.entries, err = r.mmap(offsetSQEs, int(p.sqEntries)*int(unsafe.Sizeof(SQE{}))); err != nil {
		return err
	}
	at := func(offset uint32) unsafe.Pointer { return unsafe.Pointer(&r.rings[offset]) }
	r.sqes = unsafe.Slice((*SQE)(unsafe.Pointer(unsafe.SliceData(r.entries))), p.sqEntries)
	r.sqHead, r.sqTail, r.flags = (*uint32)(at(p.sq.head)), (*uint32)(at(p.sq.tail)), (*uint32)(at(p.sq.flags))
	r.cqes = unsafe.Slice((*CQE)(at(p.cq.entries)), p.cqEntries)
	r.cqHead, r.cqTail = (*uint32)(at(p.cq.head)), (*uint32)(at(p.cq.tail))
	// The queue itself holds numbers of entries: always the same, one after
	// the other.
	for i, order := 0, unsafe.Slice((*uint32)(at(p.sq.array)), p.sqEntries); i < len(order); i++ {
		order[i] = uint32(i)
	}
	return nil
}

func (r *Ring) mmap(offset int64, size int) ([]byte, error) {
	b, err := unix.Mmap(r.fd, offset, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_POPULATE)
	return b, os.NewSyscallError("mmap", err)
}

// Enable lets operations begin. In mode Deferred, only the thread that calls it
// can use the ring from then on; when that ends, the ring is of no more use.
func (r *Ring) Enable() error {
	_, errno := register(r.fd, registerEnable, nil, 0)
	if errno != 0 {
		return os.NewSyscallError("io_uring_register", errno)
	}
	return nil
}

// Close gives the ring back. What is under way is cancelled, and may still
// write to its buffer.
func (r *Ring) Close() error {
	for _, b := range [][]byte{r.rings, r.entries} {
		if b != nil {
			unix.Munmap(b)
		}
	}
	*r = Ring{fd: r.fd, enters: r.enters}
	return os.NewSyscallError("close", unix.Close(r.fd))
}

// Mode returns how completions come about.
func (r *Ring) Mode() Mode { return r.mode }

// Skips reports whether the kernel has SkipSuccess (Linux 5.17).
func (r *Ring) Skips() bool { return r.features&featureSkip != 0 }

// PollsFirst reports whether the kernel has PollFirst (Linux 5.19).
func (r *Ring) PollsFirst() bool { return r.mode < Interrupting }

// RetriesSend reports whether OpSend with MSG_WAITALL sends all there is before
// it completes, unless it fails or is cancelled (Linux 5.19).
func (r *Ring) RetriesSend() bool { return r.mode < Interrupting }

// Next returns the next entry to fill in, nil where Enter must come first. It
// holds what it held before.
func (r *Ring) Next() *SQE {
	if r.tail-r.taken == uint32(len(r.sqes)) {
		return nil
	}
	e := &r.sqes[r.tail&uint32(len(r.sqes)-1)]
	r.tail++
	return e
}

// Pending reports whether there is a reason to call Enter: entries to hand
// over, or operations that only Enter completes.
func (r *Ring) Pending() bool {
	return r.tail != r.taken || atomic.LoadUint32(r.flags)&(flagTaskrun|flagOverflow) != 0
}

// Queued returns the number of entries that are yet to be handed over.
func (r *Ring) Queued() int { return int(r.tail - r.taken) }

// Enter hands over all entries, unless the kernel lacks the memory, or the
// room for their completions: Queued tells. With wait, it returns when there is
// something to take, or for a signal.
func (r *Ring) Enter(wait bool) error {
	atomic.StoreUint32(r.cqHead, r.head)
	atomic.StoreUint32(r.sqTail, r.tail)
	least := uintptr(0)
	if wait {
		least = 1
	}
	// Not RawSyscall, even without a wait: up to all entries are carried out in
	// there, and meanwhile Go's scheduler and collector must be able to go on.
	_, _, errno := unix.Syscall6(unix.SYS_IO_URING_ENTER, uintptr(r.fd), uintptr(r.tail-r.taken), least, enterGetEvents, 0, 0)
	r.taken = atomic.LoadUint32(r.sqHead)
	r.enters++
	switch errno {
	case 0, unix.EINTR, unix.EAGAIN, unix.EBUSY:
		return nil
	}
	return os.NewSyscallError("io_uring_enter", errno)
}

// Enters returns how often Enter was called.
func (r *Ring) Enters() uint64 { return r.enters }

// Take takes the first completion, if there is one.
func (r *Ring) Take() (CQE, bool) {
	if r.head == r.seen {
		if r.seen = atomic.LoadUint32(r.cqTail); r.head == r.seen {
			return CQE{}, false
		}
	}
	c := r.cqes[r.head&uint32(len(r.cqes)-1)]
	r.head++
	if r.head == r.seen {
		atomic.StoreUint32(r.cqHead, r.head)
	}
	return c, true
}
