// Package wire is what a program and its worker processes speak over, and in:
// pipes for orders and answers, memory that both see for how far a worker has
// come, and a clock that reads the same in both.
//
// All descriptors are blocking ones and the system calls on them the plain ones,
// made by who needs the answer: between one process's word and the other's no
// goroutine hands anything to another.
package wire

import (
	"encoding/binary"
	"errors"
	"io"
)

// A Kind says what a message is.
type Kind byte

// The messages of the program to a worker.
const (
	Prepare Kind = 'P' // what the ranges that follow are of
	Range   Kind = 'R' // an Order
	Account Kind = 'A' // asks for a Usage
	Cancel  Kind = 'C' // a job's number and cause, on the control pipe
)

// The messages of a worker.
const (
	Hello   Kind = 'H' // it is up
	Refused Kind = 'X' // it cannot do what it was to prepare: the error
	Failed  Kind = 'F' // a task of the range failed, the first to: its place in the range and the error
	Done    Kind = 'D' // with the range
	Used    Kind = 'U' // the answer to Account
)

var order = binary.LittleEndian

// header is what stands before a message's content: its length and its kind.
const header = 5

// A Duplex is one process's ends of the two pipes.
type Duplex struct {
	in, out int

	buf  []byte // what has been read: buf[from:to] is not yet taken
	from int
	to   int
	sent []byte // room for the message being sent
}

func newDuplex(in, out int) Duplex { return Duplex{in: in, out: out, buf: make([]byte, 4096)} }

// Send sends a message.
//
// A message waits in the pipe until it is read. Those that may be sent while
// the other side does not read are small: the pipe holds them all.
func (d *Duplex) Send(kind Kind, content ...byte) error {
	b := append(d.sent[:0], 0, 0, 0, 0, byte(kind))
	b = append(b, content...)
	order.PutUint32(b, uint32(len(content)))
	d.sent = b
	return writeAll(d.out, b)
}

// Next waits for a message. Its content is good until the next call. The error
// is io.EOF when the other side has gone.
func (d *Duplex) Next() (Kind, []byte, error) {
	for {
		if size, whole := d.whole(); whole {
			b := d.buf[d.from : d.from+size]
			d.from += size
			return Kind(b[4]), b[header:], nil
		} else if size > len(d.buf)-d.from {
			d.makeRoom(size)
		}
		n, err := read(d.in, d.buf[d.to:])
		if err != nil {
			return 0, nil, err
		}
		if n == 0 {
			return 0, nil, io.EOF
		}
		d.to += n
	}
}

// More says whether Next need not wait.
func (d *Duplex) More() bool {
	_, whole := d.whole()
	return whole
}

// whole returns the size of the first message, as far as it is known, and
// whether all of it is there.
func (d *Duplex) whole() (size int, whole bool) {
	if d.from == d.to {
		d.from, d.to = 0, 0
	}
	if d.to-d.from < header {
		return header, false
	}
	size = header + int(order.Uint32(d.buf[d.from:]))
	return size, d.to-d.from >= size
}

func (d *Duplex) makeRoom(size int) {
	buf := d.buf
	if size > len(buf) {
		buf = make([]byte, size)
	}
	d.to = copy(buf, d.buf[d.from:d.to])
	d.buf, d.from = buf, 0
}

// An Order is a range of tasks of a job for a worker. How many they are, the Tray
// says.
type Order struct {
	Job         uint64
	Released    int64 // by the Clock
	First       uint32
	Cancellable bool
}

// orderSize is the size of an Order in a message.
const orderSize = 8 + 8 + 4 + 1

// SendOrder sends an Order.
func (d *Duplex) SendOrder(o Order) error {
	if len(d.sent) < header+orderSize {
		d.sent = make([]byte, header+orderSize)
	}
	b := d.sent[:header+orderSize]
	order.PutUint32(b[0:], orderSize)
	b[4] = byte(Range)
	order.PutUint64(b[5:], o.Job)
	order.PutUint64(b[13:], uint64(o.Released))
	order.PutUint32(b[21:], o.First)
	b[25] = 0
	if o.Cancellable {
		b[25] = 1
	}
	return writeAll(d.out, b)
}

var errShort = errors.New("a message is too short")

// ReadOrder reads an Order's content.
func ReadOrder(b []byte) (o Order, err error) {
	if len(b) < orderSize {
		return o, errShort
	}
	return Order{order.Uint64(b[0:]), int64(order.Uint64(b[8:])), order.Uint32(b[16:]), b[20] != 0}, nil
}

// Numbered puts a number before a message's content.
func Numbered(n uint64, content []byte) []byte {
	return append(order.AppendUint64(nil, n), content...)
}

// ReadNumbered takes it off again.
func ReadNumbered(b []byte) (n uint64, content []byte, err error) {
	if len(b) < 8 {
		return 0, nil, errShort
	}
	return order.Uint64(b), b[8:], nil
}
