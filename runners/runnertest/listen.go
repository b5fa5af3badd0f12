package runnertest

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var listenChecks = []check{
	{promise: "a task serves a client outside", needs: runners.Needs{Listener: true}, run: servesOutside},
	{promise: "a task serves another task", needs: runners.Needs{Listener: true, Together: 2}, run: servesTask},
	{promise: "Close wakes another task's Accept", needs: runners.Needs{Listener: true, Together: 2}, run: closeWakesAccept},
	{promise: "a closed listener is net.ErrClosed", needs: runners.Needs{Listener: true}, run: closedListener},
	{promise: "an address in use is an error", needs: runners.Needs{Listener: true}, run: addressInUse},
}

const anyPort = "127.0.0.1:0"

// serveOne accepts a connection and echoes until it ends.
func serveOne(l net.Listener) error {
	c, err := l.Accept()
	if err != nil {
		return err
	}
	defer c.Close()
	if _, ok := c.(runners.HalfCloser); !ok {
		return fmt.Errorf("accepted a %T, which cannot be closed by half", c)
	}
	buf := make([]byte, 100)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return readsAll(c, nil) // it goes on to say io.EOF
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return err
		}
	}
}

func servesOutside(r *rig) {
	address, client := make(chan string, 1), make(chan error, 1)
	go func() {
		c, err := net.Dial("tcp", <-address)
		if err == nil {
			err = errors.Join(trip(c, []byte("hello")), c.Close())
		}
		client <- err
	}()
	r.one(func(t runners.Task) error {
		l, err := t.Listen("tcp", anyPort)
		if err != nil {
			return err
		}
		defer l.Close()
		address <- l.Addr().String()
		return serveOne(l)
	})
	require.NoError(r, <-client)
}

func servesTask(r *rig) {
	r.two(
		func(t runners.Task, q runners.Queue) error {
			l, err := t.Listen("tcp4", anyPort)
			if err != nil {
				return err
			}
			defer l.Close()
			if err := q.Put(t, l.Addr().String()); err != nil {
				return err
			}
			for range 3 {
				if err := serveOne(l); err != nil {
					return err
				}
			}
			return nil
		},
		func(t runners.Task, q runners.Queue) error {
			address, err := q.Get(t)
			if err != nil {
				return err
			}
			for range 3 {
				c, err := t.Dial("tcp", address.(string))
				if err != nil {
					return err
				}
				if err := errors.Join(trip(c, []byte("hello")), c.Close()); err != nil {
					return err
				}
			}
			return nil
		})
}

func closeWakesAccept(r *rig) {
	r.two(
		func(t runners.Task, q runners.Queue) error {
			l, err := t.Listen("tcp", anyPort)
			if err != nil {
				return err
			}
			if err := q.Put(t, l); err != nil {
				return err
			}
			if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("want net.ErrClosed, got %v", err)
			}
			return nil
		},
		func(t runners.Task, q runners.Queue) error {
			l, err := q.Get(t)
			if err != nil {
				return err
			}
			return errors.Join(t.Sleep(10*time.Millisecond), l.(net.Listener).Close())
		})
}

func closedListener(r *rig) {
	r.one(func(t runners.Task) error {
		l, err := t.Listen("tcp", anyPort)
		if err != nil {
			return err
		}
		if err := l.Close(); err != nil {
			return err
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("want net.ErrClosed, got %v", err)
		}
		return nil
	})
}

func addressInUse(r *rig) {
	r.one(func(t runners.Task) error {
		l, err := t.Listen("tcp", anyPort)
		if err != nil {
			return err
		}
		defer l.Close()
		if again, err := t.Listen("tcp", l.Addr().String()); err == nil {
			return errors.Join(errors.New("listened twice on one address"), again.Close())
		}
		return nil
	})
}
