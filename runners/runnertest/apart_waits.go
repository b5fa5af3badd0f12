package runnertest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var apartWaitChecks = []check{
	{promise: "a sleep lasts as long as it was asked to", run: func(r *rig) { r.passFar(3, "sleep") }},
	{promise: "Yield returns", run: func(r *rig) { r.passFar(20, "yield") }},
	{promise: "Compute takes every step, and none after the last", run: func(r *rig) { r.passFar(20, "steps") }},
	{promise: "Block returns when the call has", run: func(r *rig) { r.passFar(5, "block") }},
	{promise: "ReadFile reads what is in the file", run: apartReadFile},
	{promise: "ReadFile of a missing file says so", run: apartMissing},
	{promise: "what is sent comes back", run: func(r *rig) { r.passFar(20, "trip", "at", serve(r.T, echo)) }},
	{promise: "the sending side closes alone", run: func(r *rig) { r.passFar(5, "half close", "at", serve(r.T, echo)) }},
	{promise: "a read ends at its deadline", run: func(r *rig) { r.passFar(3, "deadline", "at", serveSilence(r.T)) }},
	{promise: "a connection that is refused says so", run: apartRefused},
	{promise: "a task accepts what it listens for", needs: runners.Needs{Listener: true}, run: func(r *rig) { r.passFar(5, "listen") }},
	{promise: "children run and are waited for", run: func(r *rig) { r.passFar(5, "children") }},
	{promise: "a child's error is its parent's, if nobody waits for it", run: apartChildError},
	{promise: "children meet at queues and mutexes", run: func(r *rig) { r.passFar(5, "meet children") }},
	{promise: "children live beside their parent", needs: runners.Needs{Children: true}, run: func(r *rig) { r.passFar(5, "beside") }},
}

var waitBodies = map[string]making{
	"sleep": doing(func(_ map[string]string, t runners.Task, _ int) error {
		for _, d := range []time.Duration{-time.Second, 0, time.Microsecond, 3 * time.Millisecond} {
			began := time.Now()
			if err := t.Sleep(d); err != nil {
				return err
			}
			if took := time.Since(began); took < d {
				return fmt.Errorf("slept %v of %v", took, d)
			}
		}
		return nil
	}),
	"yield": doing(func(_ map[string]string, t runners.Task, _ int) error { return t.Yield() }),
	"steps": doing(func(_ map[string]string, t runners.Task, i int) error {
		steps := 0
		err := t.Compute(func() bool { steps++; return steps <= i })
		if err != nil || steps != i+1 {
			return fmt.Errorf("%d steps of %d, %w", steps, i+1, err)
		}
		return nil
	}),
	"block": doing(func(_ map[string]string, t runners.Task, _ int) error {
		calls := 0
		t.Block(func() { time.Sleep(time.Millisecond); calls++ })
		if calls != 1 {
			return fmt.Errorf("%d calls", calls)
		}
		return nil
	}),
	"read": doing(func(p map[string]string, t runners.Task, _ int) error {
		size, err := strconv.Atoi(p["size"])
		if err != nil {
			return err
		}
		buf := make([]byte, size+10)
		n, err := t.ReadFile(p["file"], buf)
		if err == nil && !bytes.Equal(buf[:n], pattern(size)) {
			err = fmt.Errorf("read %d bytes of %d, and not those of the file", n, size)
		}
		return err
	}),
	"trip": connected(func(_ runners.Task, c net.Conn) error {
		for _, size := range []int{1, 50_000, 2} { // no more than the sockets hold
			if err := trip(c, pattern(size)); err != nil {
				return err
			}
		}
		return nil
	}),
	"half close": connected(func(_ runners.Task, c net.Conn) error {
		if _, err := c.Write([]byte("hello")); err != nil {
			return err
		}
		if err := c.(runners.HalfCloser).CloseWrite(); err != nil {
			return err
		}
		got, err := io.ReadAll(c)
		if err != nil || string(got) != "hello" {
			return fmt.Errorf("read %q, %w", got, err)
		}
		return nil
	}),
	"deadline": connected(func(_ runners.Task, c net.Conn) error {
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
	}),
	"dial": doing(func(p map[string]string, t runners.Task, _ int) error {
		c, err := t.Dial("tcp", p["at"])
		if err == nil {
			err = c.Close()
		}
		return err
	}),
	"listen": doing(func(_ map[string]string, t runners.Task, _ int) error {
		l, err := t.Listen("tcp", anyPort)
		if err != nil {
			return err
		}
		defer l.Close()
		a, err := t.Dial("tcp", l.Addr().String())
		if err != nil {
			return err
		}
		defer a.Close()
		b, err := l.Accept()
		if err != nil {
			return err
		}
		defer b.Close()
		if _, err := a.Write([]byte("hello")); err != nil {
			return err
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(b, got); err != nil || string(got) != "hello" {
			return fmt.Errorf("read %q, %w", got, err)
		}
		return nil
	}),
	"children": doing(func(_ map[string]string, t runners.Task, _ int) error {
		var grow func(t runners.Task, depth int) error
		leaves := make(chan int, 27)
		grow = func(t runners.Task, depth int) error {
			if depth == 0 {
				leaves <- 1
				return t.Sleep(100 * time.Microsecond)
			}
			for range 3 {
				t.Go(func(t runners.Task) error { return grow(t, depth-1) })
			}
			return t.Wait()
		}
		if err := grow(t, 3); err != nil || len(leaves) != 27 {
			return fmt.Errorf("%d leaves, %w", len(leaves), err)
		}
		first := errors.New("first")
		t.Go(func(runners.Task) error { return first })
		t.Go(func(runners.Task) error { return errors.New("second") })
		if err := t.Wait(); err != first {
			return fmt.Errorf("wait returned %v", err)
		}
		return t.Wait()
	}),
	"child error": doing(func(_ map[string]string, t runners.Task, i int) error {
		t.Go(func(runners.Task) error {
			if i == 1 {
				return errors.New("the child's")
			}
			return nil
		})
		return nil
	}),
	"meet children": func(map[string]string) func(runners.Sync) runners.Body {
		return func(s runners.Sync) runners.Body {
			return func(t runners.Task, _ int) (uint64, error) {
				q, m, count := s.NewQueue(0), s.NewMutex(), 0
				for range 10 {
					t.Go(func(t runners.Task) error {
						if err := m.Lock(t); err != nil {
							return err
						}
						defer m.Unlock()
						count++
						return q.Put(t, count)
					})
				}
				if err := t.Wait(); err != nil {
					return 0, err
				}
				for want := 1; want <= 10; want++ {
					if v, err := q.Get(t); err != nil || v != want {
						return 0, fmt.Errorf("got %v, want %d, %w", v, want, err)
					}
				}
				return 0, nil
			}
		}
	},
	"beside": func(map[string]string) func(runners.Sync) runners.Body {
		return func(s runners.Sync) runners.Body {
			return func(t runners.Task, _ int) (uint64, error) {
				asked, told := s.NewQueue(1), s.NewQueue(1)
				t.Go(func(t runners.Task) error {
					v, err := asked.Get(t)
					if err != nil {
						return err
					}
					return told.Put(t, v)
				})
				if err := asked.Put(t, 1); err != nil {
					return 0, err
				}
				_, err := told.Get(t)
				return 0, err
			}
		}
	},
}

// connected makes the body of tasks that have a connection each.
func connected(body func(t runners.Task, c net.Conn) error) making {
	return doing(func(p map[string]string, t runners.Task, _ int) error {
		c, err := t.Dial("tcp", p["at"])
		if err != nil {
			return err
		}
		defer c.Close()
		return body(t, c)
	})
}

func apartReadFile(r *rig) {
	for _, size := range []int{0, 1, 100_000} {
		name, _ := file(r, size)
		r.passFar(20, "read", "file", name, "size", strconv.Itoa(size))
	}
}

func apartMissing(r *rig) {
	o := r.runFar(1, "read", "file", filepath.Join(r.TempDir(), "none"), "size", "1")
	assert.ErrorIs(r, o.Err, fs.ErrNotExist)
}

func apartRefused(r *rig) {
	l, err := net.Listen("tcp", anyPort)
	require.NoError(r, err)
	require.NoError(r, l.Close())
	o := r.runFar(1, "dial", "at", l.Addr().String())
	require.Equal(r, 1, o.Failed)
	assert.ErrorContains(r, o.Err, "refused")
	assert.NotErrorIs(r, o.Err, os.ErrDeadlineExceeded)
}

func apartChildError(r *rig) {
	o := r.runFar(3, "child error")
	failedAlone(r, o, 1)
	assert.EqualError(r, o.Err, "task 1: the child's")
}
