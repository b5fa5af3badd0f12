package wire

import (
	"fmt"
	"sync/atomic"
	"time"
	"unsafe"
)

// A Record is what a task leaves behind. End is 0 where it failed.
type Record struct {
	Start, End time.Duration
	Sum        uint64
}

// Most is how many tasks a range may have.
const Most = 4096

// A Tray is memory that the program and one worker both see. On it lies the
// range that the worker is at: how far it has come, and what the tasks that have
// ended left.
//
// So the program knows, however the worker ends, which tasks had ended, which
// one had begun and which none has touched; it can take back what the worker has
// not come to, for another that has nothing to do; and the worker sends one
// message a range.
//
// Note: with results in messages alone, a task that ended would be lost with its
// worker until the range's message was sent, and a message a task costs as much
// as a thousand tasks that do nothing.
type Tray struct {
	head    *head
	records []Record
	memory  []byte
}

// A head is a range as it lies on the tray, by place in the range.
type head struct {
	open atomic.Uint64 // the next task to begin, and the end of the range: the upper and the lower half
	done atomic.Uint64 // tasks that have ended
}

// The head has a cache line of its own.
const (
	headSize = 64
	traySize = headSize + Most*int(unsafe.Sizeof(Record{}))
)

func newTray(memory []byte) (*Tray, error) {
	if len(memory) < traySize {
		return nil, fmt.Errorf("a tray of %d bytes, want %d", len(memory), traySize)
	}
	return &Tray{
		head:    (*head)(unsafe.Pointer(&memory[0])),
		records: unsafe.Slice((*Record)(unsafe.Pointer(&memory[headSize])), Most),
		memory:  memory,
	}, nil
}

func pack(next, end int) uint64 { return uint64(next)<<32 | uint64(end) }

func unpack(open uint64) (next, end int) { return int(open >> 32), int(uint32(open)) }

// Lay puts a range of n tasks, up to Most, on the tray; the worker is done with
// the one before.
func (t *Tray) Lay(n int) {
	t.head.done.Store(0)
	t.head.open.Store(pack(0, n))
}

// Claim is the worker's: it takes the next task, or says that there is none.
func (t *Tray) Claim() (place int, ok bool) {
	for {
		open := t.head.open.Load()
		next, end := unpack(open)
		if next >= end {
			return 0, false
		}
		if t.head.open.CompareAndSwap(open, pack(next+1, end)) {
			return next, true
		}
	}
}

// Finish is the worker's: the task at that place, the last claimed, has ended.
func (t *Tray) Finish(place int, r Record) {
	t.records[place] = r
	t.head.done.Store(uint64(place + 1))
}

// TakeBack takes the later half of the tasks that have not begun, rounded up,
// out of the range. It returns the place of the first of them and their number.
func (t *Tray) TakeBack() (place, n int) {
	for {
		open := t.head.open.Load()
		next, end := unpack(open)
		if next >= end {
			return 0, 0
		}
		middle := next + (end-next)/2
		if t.head.open.CompareAndSwap(open, pack(next, middle)) {
			return middle, end - middle
		}
	}
}

// State returns how many tasks of the range have begun, how many of these have
// ended, and how many there are.
func (t *Tray) State() (begun, ended, all int) {
	next, end := unpack(t.head.open.Load())
	return next, int(t.head.done.Load()), end
}

// Record returns what a task that has ended left.
func (t *Tray) Record(place int) Record { return t.records[place] }
