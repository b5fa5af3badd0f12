package aio

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// fillUp writes until the sockets are full, and returns what it wrote.
func fillUp(t testing.TB, conn *Conn) (wrote []byte) {
	t.Helper()
	piece := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{3}).Read(piece)
	for {
		conn.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		n, err := conn.Write(piece)
		wrote = append(wrote, piece[:n]...)
		if err != nil {
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
			conn.SetWriteDeadline(time.Time{})
			return wrote
		}
	}
}

func TestWritesOfAllSizesArriveInTheirOrder(t *testing.T) {
	overRings(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(8, 9))
		data := make([]byte, 1<<20)
		rand.NewChaCha8([32]byte{2}).Read(data)
		one(t, newLoop(t), func(c *Coroutine) {
			ours, theirs := pairs(t, c, 1)
			c.Go(func(c *Coroutine) {
				for rest := data; len(rest) > 0; {
					n := min(len(rest), 1+random.IntN(2*small))
					if random.IntN(20) == 0 {
						n = min(len(rest), 100_000)
					}
					piece := bytes.Clone(rest[:n])
					k, err := ours[0].Write(piece)
					clear(piece) // it is the writer's again
					assert.NoError(t, err)
					assert.Equal(t, n, k)
					rest = rest[n:]
				}
				assert.NoError(t, ours[0].CloseWrite())
				_, err := ours[0].Write([]byte("x"))
				assert.ErrorIs(t, err, unix.EPIPE)
			})
			got, err := io.ReadAll(theirs[0])
			assert.NoError(t, err)
			assert.True(t, bytes.Equal(data, got))
			c.Wait()
		})
	})
}

func TestWhatWasWrittenBeforeCloseArrives(t *testing.T) {
	overRings(t, func(t *testing.T) {
		one(t, newLoop(t), func(c *Coroutine) {
			ours, theirs := pairs(t, c, 1)
			_, err := ours[0].Write([]byte("good bye"))
			assert.NoError(t, err)
			assert.NoError(t, ours[0].Close())
			got, err := io.ReadAll(theirs[0])
			assert.NoError(t, err)
			assert.Equal(t, "good bye", string(got))
		})
	})
}

func TestWhatWasWrittenIsSentBeforeTheLoopStandsStill(t *testing.T) {
	overRings(t, func(t *testing.T) {
		got := make(chan struct{})
		withConn(t, func(conn net.Conn) {
			io.ReadFull(conn, make([]byte, 5))
			close(got)
		}, func(c *Coroutine, conn *Conn) {
			conn.Write([]byte("hello"))
			c.Apart(func() { <-got })
		})
	})
}

func TestASmallWriteWaitsForTheOneBefore(t *testing.T) {
	overRings(t, func(t *testing.T) {
		l := newLoop(t)
		var want, got []byte
		one(t, l, func(c *Coroutine) {
			ours, theirs := pairs(t, c, 1)
			want = fillUp(t, ours[0])
			ours[0].SetWriteDeadline(time.Now().Add(5 * time.Millisecond))
			for i := byte(0); ; i++ {
				if n, err := ours[0].Write([]byte{i}); err != nil {
					assert.Zero(t, n)
					assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
					break
				}
				want = append(want, i)
			}
			ours[0].SetWriteDeadline(time.Time{})
			c.Go(func(*Coroutine) {
				_, err := ours[0].Write([]byte("more"))
				assert.NoError(t, err)
				assert.NoError(t, ours[0].Close())
			})
			var err error
			got, err = io.ReadAll(theirs[0])
			assert.NoError(t, err)
			c.Wait()
		})
		assert.True(t, bytes.Equal(append(want, "more"...), got))
	})
}

// left makes a connection that has something left to send, for which its peer
// has no room, unless the sockets find some in the meantime.
func left(t testing.TB, c *Coroutine) (ours *Conn) {
	t.Helper()
	our, _ := pairs(t, c, 1)
	fillUp(t, our[0])
	our[0].SetWriteDeadline(time.Now().Add(time.Millisecond))
	for {
		if _, err := our[0].Write([]byte("x")); err != nil {
			our[0].SetWriteDeadline(time.Time{})
			return our[0]
		}
	}
}

func TestCancellingEndsTheWaitForTheWriteBefore(t *testing.T) {
	overRings(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		require.NoError(t, newLoop(t).Run(ctx, 1, func(c *Coroutine, _ int) {
			conn := left(t, c)
			defer conn.Close()
			c.Go(func(*Coroutine) { cancel() })
			for {
				if _, err := conn.Write([]byte("x")); err != nil {
					assert.ErrorIs(t, err, context.Canceled)
					return
				}
			}
		}))
	})
}

func TestCloseEndsTheWaitForTheWriteBefore(t *testing.T) {
	overRings(t, func(t *testing.T) {
		one(t, newLoop(t), func(c *Coroutine) {
			conn := left(t, c)
			c.Go(func(*Coroutine) {
				var err error
				for err == nil {
					_, err = conn.Write([]byte("x"))
				}
				assert.ErrorIs(t, err, net.ErrClosed)
			})
			c.Sleep(time.Millisecond)
			assert.NoError(t, conn.Close())
			c.Wait()
		})
	})
}

func TestGoexitAndTheEndCutWhatCannotBeSent(t *testing.T) {
	overRings(t, func(t *testing.T) {
		l := newLoop(t)
		var open *Conn
		run(t, l, 1, func(c *Coroutine, _ int) {
			open = left(t, c)
			left(t, c).Close()
			runtime.Goexit()
		})
		one(t, l, func(c *Coroutine) {
			assert.False(t, open.tail.busy())
			if open.tail != nil && open.tail.err != nil {
				_, err := open.Write([]byte("x"))
				assert.Error(t, err, "something is missing in the stream")
			}
			left(t, c)
			left(t, c).Close()
		})
		require.NoError(t, l.Close())
	})
}

func TestAWriteToWhoHasGoneFails(t *testing.T) {
	overRings(t, func(t *testing.T) {
		withConn(t, func(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) }, func(c *Coroutine, conn *Conn) {
			_, err := conn.Read(make([]byte, 1))
			assert.Error(t, err, "reset")
			var first error
			for first == nil {
				_, first = conn.Write([]byte("x"))
			}
			assert.ErrorIs(t, first, unix.EPIPE)
		})
	})
}
