package runners

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// A remote is an error that has come from another process: its text, and what
// is known in both processes of what it wrapped.
type remote struct {
	text string
	is   []error
}

func (e *remote) Error() string   { return e.text }
func (e *remote) Unwrap() []error { return e.is }

// known are errors that are the same in all processes of a program. Types and
// values of other packages do not travel.
var known = []error{
	ErrDied, ErrClosed, ErrForeign,
	context.Canceled, context.DeadlineExceeded,
	os.ErrDeadlineExceeded, net.ErrClosed,
	io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, io.ErrShortWrite,
	fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, fs.ErrInvalid, fs.ErrClosed,
}

// A luggage is an error as it travels.
type luggage struct {
	Text  string        `json:"text"`
	Known []int         `json:"known,omitempty"` // places in known
	Errno uint64        `json:"errno,omitempty"`
	Cause bool          `json:"cause,omitempty"` // it wrapped that of the job's end
	Panic *panicLuggage `json:"panic,omitempty"` // it was a PanicError, or wrapped one
}

type panicLuggage struct {
	Bare  bool     `json:"bare,omitempty"`  // the error was it
	Value string   `json:"value,omitempty"` // as fmt prints it
	Err   *luggage `json:"err,omitempty"`   // the value, if it was an error
	Stack string   `json:"stack,omitempty"`
}

// longestText is how much of an error's text travels.
const longestText = 16 << 10

func short(text string) string {
	if len(text) > longestText {
		return text[:longestText] + "…"
	}
	return text
}

// pack makes an error ready to travel. cause is that of the job's end, if it
// has ended.
func pack(err, cause error) *luggage {
	l := &luggage{Text: short(err.Error())}
	for i, k := range known {
		if errors.Is(err, k) {
			l.Known = append(l.Known, i)
		}
	}
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		l.Errno = uint64(errno)
	}
	l.Cause = cause != nil && errors.Is(err, cause)
	var p *PanicError
	if errors.As(err, &p) {
		_, bare := err.(*PanicError)
		l.Panic = &panicLuggage{Bare: bare, Stack: short(string(p.Stack))}
		if value, ok := p.Value.(error); ok {
			l.Panic.Err = pack(value, cause)
		} else {
			l.Panic.Value = short(fmt.Sprint(p.Value))
		}
	}
	return l
}

// unpack makes an error of what has travelled. cause is what this process knows
// as that of the job's end.
func (l *luggage) unpack(cause error) error {
	e := &remote{text: l.Text}
	for _, k := range l.Known {
		if k < len(known) {
			e.is = append(e.is, known[k])
		}
	}
	if l.Errno != 0 {
		e.is = append(e.is, syscall.Errno(l.Errno))
	}
	if l.Cause && cause != nil {
		e.is = append(e.is, cause)
	}
	if l.Panic == nil {
		return e
	}
	p := &PanicError{Value: l.Panic.Value, Stack: []byte(l.Panic.Stack)}
	if l.Panic.Err != nil {
		p.Value = l.Panic.Err.unpack(cause)
	}
	if l.Panic.Bare {
		return p
	}
	e.is = append(e.is, p)
	return e
}

// bytes and unpackBytes are luggage as a message's content.
func (l *luggage) bytes() []byte {
	b, err := json.Marshal(l)
	if err != nil {
		panic(err) // there is nothing in it that has no JSON
	}
	return b
}

func unpackBytes(b []byte, cause error) error {
	var l luggage
	if err := json.Unmarshal(b, &l); err != nil {
		return fmt.Errorf("an error that cannot be read: %w", err)
	}
	return l.unpack(cause)
}
