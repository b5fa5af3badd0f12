package aio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/uring"
)

// overRings runs a test on a ring of each kind: as it is used, as small as it
// can be, so that both queues overflow all the time, and as on older kernels.
func overRings(t *testing.T, test func(t *testing.T)) {
	for name, change := range map[string]func(*uring.Config){
		"usual":        func(*uring.Config) {},
		"tiny":         func(c *uring.Config) { c.Entries, c.Completions = 1, 2 },
		"cooperative":  func(c *uring.Config) { c.Newest = uring.Cooperative },
		"interrupting": func(c *uring.Config) { c.Newest = uring.Interrupting },
	} {
		t.Run(name, func(t *testing.T) {
			config := ringConfig
			change(&config)
			if testing.Short() && config.Newest != uring.Deferred {
				t.Skip("not in short mode")
			}
			newSource = func(l *Loop) (source, error) { return newIOUringOf(l, config) }
			defer func() { newSource = newEpoll }()
			test(t)
		})
	}
}

// What holds for a loop on readiness holds for one on completions.
func TestALoopOnCompletionsIsALoop(t *testing.T) {
	overRings(t, func(t *testing.T) {
		for name, test := range map[string]func(*testing.T){
			"Turns":              TestTasksTakeTurnsInOrder,
			"Children":           TestChildrenRunBesideTheirParent,
			"EndOfAChild":        TestTheEndOfAChildEndsNoOtherWait,
			"EndOfAJob":          TestAJobLastsUntilItsChildrenHaveEnded,
			"Cancelling":         TestCancellingEndsEveryWaitOnce,
			"CancelledTooLate":   TestACancellationThatComesTooLateIsNotTheNextJobs,
			"Yield":              TestAYieldingTaskStarvesNobody,
			"Foreign":            TestToWaitOnAnotherGoroutinePanics,
			"Posted":             TestPostedFunctionsRunOnTheLoopInOrder,
			"NothingIsLeft":      TestNothingIsLeftOfAClosedLoop,
			"ManyConnections":    TestManyConnectionsAtOnce,
			"EndOfAStream":       TestTheEndOfAStreamIsNeverMissed,
			"ReaderAndWriter":    TestAReaderBesideAWriter,
			"Deadlines":          TestDeadlines,
			"Close":              TestCloseEndsTheWaitsOfOthers,
			"FailedConnections":  TestAConnectionThatFailsSaysWhy,
			"Servers":            TestTasksServeTasks,
			"Goexit":             TestGoexitEndsTheTasksThatHaveBegunAndNoOthers,
			"GoexitTwice":        TestGoexitInTheCleanUpAfterGoexit,
			"GoexitOfAFamily":    TestTheWholeFamilyEndsWithTheLoop,
			"CancelledAndGoexit": TestADeathAfterACancellationLeavesTheJobCancelled,
			"Sleepers":           TestSleepersWakeInTheOrderOfTheirTimes,
			"LengthOfASleep":     TestASleepLastsAsLongAsItWasAskedTo,
		} {
			t.Run(name, test)
		}
	})
}

func TestAnOperationAllocatesNothing(t *testing.T) {
	overRings(t, func(t *testing.T) {
		name, _ := aFile(t, 1000)
		withConn(t, echo, func(c *Coroutine, conn *Conn) {
			var buf [64]byte
			file := make([]byte, 1000)
			for what, f := range map[string]func(){
				"yield": func() { c.Yield() },
				"sleep": func() { c.Sleep(1) },
				"file":  func() { c.ReadFile(name, file) },
				"round trip": func() {
					conn.Write(buf[:])
					conn.Read(buf[:])
				},
			} {
				f()
				assert.Zero(t, testing.AllocsPerRun(200, f), what)
			}
		})
	})
}

// newRingLoop is newLoop on a ring.
func newRingLoop(t testing.TB) *Loop {
	t.Helper()
	newSource = newIOUring
	defer func() { newSource = newEpoll }()
	return newLoop(t)
}

// pairs makes connections, both ends of which are the loop's, and which end
// with it.
func pairs(t testing.TB, c *Coroutine, n int) (ours, theirs []*Conn) {
	t.Helper()
	ln, err := c.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	for range n {
		our, err := c.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		their, err := ln.Accept()
		require.NoError(t, err)
		ours, theirs = append(ours, our), append(theirs, their.(*Conn))
	}
	return ours, theirs
}

func TestOperationsOfATurnShareASystemCall(t *testing.T) {
	const conns, rounds = 100, 20
	l := newRingLoop(t)
	u := l.source.(*iouring)
	one(t, l, func(c *Coroutine) {
		ours, theirs := pairs(t, c, conns)
		before := u.ring.Enters()
		for range rounds {
			for i := range conns {
				c.Go(func(*Coroutine) { ours[i].Write(make([]byte, 64)) })
				c.Go(func(*Coroutine) { io.ReadFull(theirs[i], make([]byte, 64)) })
			}
			c.Wait()
		}
		each := float64(u.ring.Enters()-before) / (2 * conns * rounds)
		t.Logf("%.3f system calls an operation", each)
		assert.Less(t, each, 0.1)
	})
}

func TestMoreOperationsThanTheRingHolds(t *testing.T) {
	overRings(t, func(t *testing.T) {
		const conns = 300
		l := newLoop(t)
		one(t, l, func(c *Coroutine) {
			ours, theirs := pairs(t, c, conns)
			for round := range 5 {
				got := 0
				for i := range conns {
					c.Go(func(*Coroutine) {
						var b [2]byte
						_, err := io.ReadFull(theirs[i], b[:])
						assert.NoError(t, err)
						assert.Equal(t, [2]byte{byte(i), byte(round)}, b)
						got++
					})
				}
				c.Yield()
				c.Yield() // all wait in the kernel
				for i := range conns {
					c.Go(func(*Coroutine) {
						_, err := ours[i].Write([]byte{byte(i), byte(round)})
						assert.NoError(t, err)
					})
				}
				assert.NoError(t, c.Wait())
				assert.Equal(t, conns, got)
			}
		})
	})
}

// A deadline and a byte race for each read, and whoever wins, every byte
// arrives once and in its place.
func TestADeadlineLosesNothingThatHasArrived(t *testing.T) {
	overRings(t, func(t *testing.T) {
		data := make([]byte, 3000)
		rand.NewChaCha8([32]byte{1}).Read(data)
		withConn(t, func(conn net.Conn) {
			for i := range data {
				conn.Write(data[i : i+1])
			}
		}, func(c *Coroutine, conn *Conn) {
			var got []byte
			late, buf := 0, make([]byte, 3)
			for random := rand.New(rand.NewPCG(1, 2)); ; {
				conn.SetReadDeadline(time.Now().Add(time.Duration(random.IntN(30)) * time.Microsecond))
				n, err := conn.Read(buf)
				got = append(got, buf[:n]...)
				if errors.Is(err, os.ErrDeadlineExceeded) {
					late++
				} else if err != nil {
					assert.Equal(t, io.EOF, err)
					break
				}
			}
			t.Logf("%d reads were late", late)
			assert.True(t, bytes.Equal(data, got))
		})
	})
}

func TestACancelledJobLosesNothingThatHasArrived(t *testing.T) {
	l := newRingLoop(t)
	var ours, theirs []*Conn
	one(t, l, func(c *Coroutine) { ours, theirs = pairs(t, c, 1) })
	var got []byte
	for i := range 200 {
		ctx, cancel := context.WithCancel(context.Background())
		require.NoError(t, l.Run(ctx, 2, func(c *Coroutine, task int) {
			if task == 0 {
				buf := make([]byte, 10)
				n, err := theirs[0].Read(buf)
				got = append(got, buf[:n]...)
				assert.Equal(t, n == 0, err != nil)
				return
			}
			if i%2 == 0 {
				c.Yield()
			}
			c.Go(func(*Coroutine) { // begins after the job has ended
				unix.Write(ours[0].fd, []byte{byte(i)})
			})
			l.Post(func() { l.cancel(l.job) })
			cancel()
		}))
	}
	one(t, l, func(c *Coroutine) {
		rest := make([]byte, 200-len(got))
		_, err := io.ReadFull(theirs[0], rest)
		assert.NoError(t, err)
		for i, b := range append(got, rest...) {
			assert.Equal(t, byte(i), b)
		}
	})
}

// What is in the ring for a descriptor reaches the kernel before the number
// can be another's.
func TestAnEntryForAClosedDescriptorIsNotItsSuccessors(t *testing.T) {
	overRings(t, func(t *testing.T) {
		one(t, newLoop(t), func(c *Coroutine) {
			ours, _ := pairs(t, c, 1)
			c.Go(func(*Coroutine) {
				n, err := ours[0].Read(make([]byte, 10))
				assert.Zero(t, n)
				assert.ErrorIs(t, err, net.ErrClosed)
			})
			c.Yield() // the read is in the ring, and no further
			fd := ours[0].fd
			ours[0].Close()
			second := listenOn(t, c, fd)
			client, err := net.Dial("tcp", second.Addr().String())
			require.NoError(t, err)
			defer client.Close()
			conn, err := second.Accept()
			require.NoError(t, err)
			c.Go(func(*Coroutine) { pingPong(t, conn) })
			go echo(client)
			c.Wait()
		})
	})
}

func TestALaterTimeoutInTheRingDelaysNoEarlierTimer(t *testing.T) {
	overRings(t, func(t *testing.T) {
		l := newLoop(t)
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		require.NoError(t, l.Run(ctx, 2, func(c *Coroutine, i int) {
			if i == 0 {
				c.Sleep(time.Hour)
				return
			}
			for _, ms := range []time.Duration{8, 4, 2, 1, 1, 2} {
				for range 2 {
					c.Go(func(c *Coroutine) { assert.NoError(t, c.Sleep(ms*time.Millisecond)) })
				}
				c.Go(func(c *Coroutine) { assert.NoError(t, c.Sleep(time.Millisecond)) })
				assert.NoError(t, c.Wait())
			}
			cancel()
		}))
	})
}

func TestShortSleepsStarveNoOperation(t *testing.T) {
	overRings(t, func(t *testing.T) {
		stop := false
		run(t, newLoop(t), 2, func(c *Coroutine, i int) {
			if i == 0 {
				for !stop {
					assert.NoError(t, c.Sleep(1))
				}
				return
			}
			ours, theirs := pairs(t, c, 1)
			c.Go(func(*Coroutine) { theirs[0].Write([]byte("x")) })
			_, err := ours[0].Read(make([]byte, 1))
			assert.NoError(t, err)
			stop = true
		})
	})
}

// A ring is bound to its thread, and another thread needs another.
func TestGoexitAmongOperations(t *testing.T) {
	overRings(t, func(t *testing.T) {
		l := newLoop(t)
		const tasks = 50
		name, content := aFile(t, 5000)
		var ours, theirs []*Conn
		one(t, l, func(c *Coroutine) { ours, theirs = pairs(t, c, tasks) })
		run(t, l, tasks, func(c *Coroutine, i int) {
			if i == tasks-1 {
				c.Yield()
				runtime.Goexit()
			}
			if i%2 == 0 {
				buf := make([]byte, 5000)
				n, err := c.ReadFile(name, buf)
				assert.NoError(t, err, "which is waited for")
				assert.True(t, bytes.Equal(content, buf[:n]))
				return
			}
			_, err := ours[i].Read(make([]byte, 1))
			assert.ErrorIs(t, err, errDied)
		})
		run(t, l, tasks, func(c *Coroutine, i int) { // the connections are whole
			c.Go(func(*Coroutine) { ours[i].Write([]byte{byte(i)}) })
			var b [1]byte
			_, err := theirs[i].Read(b[:])
			assert.NoError(t, err)
			assert.Equal(t, byte(i), b[0])
		})
		require.NoError(t, l.Close())
		assert.Len(t, l.tids, 2)
	})
}

// aFile makes a file of random bytes.
func aFile(t testing.TB, size int) (name string, content []byte) {
	t.Helper()
	content = make([]byte, size)
	rand.NewChaCha8([32]byte{byte(size)}).Read(content)
	name = filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, content, 0o600))
	return name, content
}

func TestManyFilesAtOnce(t *testing.T) {
	overRings(t, func(t *testing.T) {
		const tasks = 100
		var names [tasks]string
		dir := t.TempDir()
		for i := range names {
			names[i] = filepath.Join(dir, fmt.Sprint(i))
			require.NoError(t, os.WriteFile(names[i], bytes.Repeat([]byte{byte(i)}, 100*i), 0o600))
		}
		files := openFiles()
		l := newLoop(t)
		run(t, l, tasks, func(c *Coroutine, i int) {
			buf := make([]byte, 100*tasks)
			n, err := c.ReadFile(names[i], buf)
			assert.NoError(t, err)
			assert.True(t, bytes.Equal(bytes.Repeat([]byte{byte(i)}, 100*i), buf[:n]))
			_, err = c.ReadFile(names[i]+"none", buf)
			assert.ErrorIs(t, err, os.ErrNotExist)
			_, err = c.ReadFile(dir, buf)
			assert.ErrorIs(t, err, unix.EISDIR)
			_, err = c.ReadFile("a\x00b", buf)
			assert.ErrorIs(t, err, unix.EINVAL)
			n, err = c.ReadFile(names[i], buf[:0])
			assert.NoError(t, err)
			assert.Zero(t, n)
		})
		require.NoError(t, l.Close())
		settles(t, func() bool { return openFiles() <= files })
	})
}

// What is read comes when the other side sends it, which is a task of the same
// loop.
func TestAFileThatIsSlowStallsNobody(t *testing.T) {
	overRings(t, func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "fifo")
		require.NoError(t, unix.Mkfifo(name, 0o600))
		other, err := os.OpenFile(name, os.O_RDWR, 0)
		require.NoError(t, err)
		defer other.Close()
		ticks := 0
		one(t, newLoop(t), func(c *Coroutine) {
			c.Go(func(c *Coroutine) {
				for range 10 {
					assert.NoError(t, c.Sleep(100*time.Microsecond))
					ticks++
				}
				other.Write([]byte("at "))
				c.Yield()
				other.Write([]byte("last"))
			})
			buf := make([]byte, 7)
			n, err := c.ReadFile(name, buf)
			assert.NoError(t, err)
			assert.Equal(t, "at last", string(buf[:n]))
			assert.Equal(t, 10, ticks)
		})
	})
}
