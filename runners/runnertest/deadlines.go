package runnertest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/runners"
)

var deadlineChecks = []check{
	{promise: "a read ends at its deadline", run: readDeadline},
	{promise: "a write ends at its deadline", run: writeDeadline},
	{promise: "a deadline in the past ends a wait before it begins", run: pastDeadline},
	{promise: "a deadline taken back is none", run: deadlineReset},
	{promise: "the deadlines of reading and writing are two", run: twoDeadlines},
	{promise: "a deadline ends the wait that another task is in", needs: runners.Needs{Together: 2}, run: deadlineDuringWait},
	{promise: "a deadline moved away spares the wait that another task is in", needs: runners.Needs{Together: 2}, run: deadlineMovedAway},
}

// timedOut sees that an error is that of a deadline, as package net has it.
func timedOut(err error) error {
	var e net.Error
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &e) || !e.Timeout() {
		return fmt.Errorf("want os.ErrDeadlineExceeded and Timeout, got %v", err)
	}
	return nil
}

// read1 reads a byte.
func read1(c net.Conn) error { _, err := c.Read(make([]byte, 1)); return err }

func readDeadline(r *rig) {
	address := serveSilence(r.T)
	r.dial(address, func(t runners.Task, c net.Conn) error {
		for range 2 {
			deadline := time.Now().Add(5 * time.Millisecond)
			if err := c.SetReadDeadline(deadline); err != nil {
				return err
			}
			if err := timedOut(read1(c)); err != nil {
				return err
			}
			if early := time.Until(deadline); early > 0 {
				return fmt.Errorf("ended %v early", early)
			}
		}
		return nil
	})
}

func writeDeadline(r *rig) {
	address := serveSilence(r.T)
	r.dial(address, func(t runners.Task, c net.Conn) error {
		deadline := time.Now().Add(20 * time.Millisecond)
		if err := c.SetWriteDeadline(deadline); err != nil {
			return err
		}
		if err := timedOut(fill(c)); err != nil {
			return err
		}
		if early := time.Until(deadline); early > 0 {
			return fmt.Errorf("ended %v early", early)
		}
		return nil
	})
}

func pastDeadline(r *rig) {
	address := serveSilence(r.T)
	r.dial(address, func(t runners.Task, c net.Conn) error {
		if err := c.SetDeadline(time.Now().Add(-time.Second)); err != nil {
			return err
		}
		if err := timedOut(read1(c)); err != nil {
			return err
		}
		return timedOut(fill(c))
	})
}

func deadlineReset(r *rig) {
	address := serve(r.T, echo)
	r.dial(address, func(t runners.Task, c net.Conn) error {
		for _, later := range []time.Time{{}, time.Now().Add(time.Hour)} {
			if err := c.SetDeadline(time.Now().Add(time.Millisecond)); err != nil {
				return err
			}
			if err := timedOut(read1(c)); err != nil { // it has passed
				return err
			}
			if err := c.SetDeadline(later); err != nil {
				return err
			}
			if err := trip(c, []byte("hello")); err != nil {
				return err
			}
			if err := c.SetDeadline(time.Now().Add(time.Millisecond)); err != nil {
				return err
			}
			if err := c.SetDeadline(later); err != nil { // before it has passed
				return err
			}
			if err := t.Sleep(2 * time.Millisecond); err != nil {
				return err
			}
			if err := trip(c, []byte("hello")); err != nil {
				return err
			}
		}
		return nil
	})
}

func twoDeadlines(r *rig) {
	address := serve(r.T, echo)
	r.dial(address, func(t runners.Task, c net.Conn) error {
		if err := c.SetReadDeadline(time.Now().Add(-time.Second)); err != nil {
			return err
		}
		if _, err := c.Write([]byte("x")); err != nil {
			return err
		}
		if err := timedOut(read1(c)); err != nil {
			return err
		}
		if err := errors.Join(c.SetReadDeadline(time.Time{}), c.SetWriteDeadline(time.Now().Add(-time.Second))); err != nil {
			return err
		}
		if err := read1(c); err != nil {
			return err
		}
		_, err := c.Write([]byte("x"))
		return timedOut(err)
	})
}

// onOthersWait has one task use a connection while another sets deadlines.
func onOthersWait(r *rig, address string, wait, set func(t runners.Task, c net.Conn) error) {
	r.two(
		func(t runners.Task, q runners.Queue) error {
			c, err := t.Dial("tcp", address)
			if err != nil {
				return err
			}
			defer c.Close()
			if err := q.Put(t, c); err != nil {
				return err
			}
			return wait(t, c)
		},
		func(t runners.Task, q runners.Queue) error {
			c, err := q.Get(t)
			if err != nil {
				return err
			}
			return set(t, c.(net.Conn))
		})
}

func deadlineDuringWait(r *rig) {
	for _, ahead := range []time.Duration{-time.Second, 5 * time.Millisecond} {
		onOthersWait(r, serveSilence(r.T),
			func(_ runners.Task, c net.Conn) error { return timedOut(read1(c)) },
			func(t runners.Task, c net.Conn) error {
				return errors.Join(t.Sleep(5*time.Millisecond), c.SetReadDeadline(time.Now().Add(ahead)))
			})
	}
}

func deadlineMovedAway(r *rig) {
	deadline := time.Now().Add(40 * time.Millisecond)
	address := serve(r.T, func(c *net.TCPConn) {
		time.Sleep(time.Until(deadline) + 10*time.Millisecond)
		c.Write([]byte("x"))
	})
	var read, moved error
	var movedAt time.Time
	onOthersWait(r, address,
		func(_ runners.Task, c net.Conn) error {
			read = read1(c)
			return nil
		},
		func(t runners.Task, c net.Conn) error {
			if err := c.SetReadDeadline(deadline); err != nil {
				if movedAt = time.Now(); movedAt.After(deadline) {
					return nil // the other task has read and closed already
				}
				return err
			}
			err := t.Sleep(10 * time.Millisecond)
			moved = c.SetReadDeadline(time.Time{})
			movedAt = time.Now()
			return err
		})
	if movedAt.After(deadline) {
		r.Skip("not runnable: the machine was too busy to move the deadline in time")
	}
	assert.NoError(r, moved)
	assert.NoError(r, read)
}
