//go:build linux

package kthread

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// settle lets threads reach the wait that they are to be woken from. Where one
// is late, the test takes the other path and still holds.
func settle() { time.Sleep(20 * time.Millisecond) }

// within fails the test when wait takes longer than anything here should.
func within(t *testing.T, wait func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		wait()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		require.FailNow(t, "still waiting after 20 s")
	}
}

// group makes a group, and checks at the end that it has left no descriptor.
func group(t *testing.T, ctx context.Context) *Group {
	before := descriptors(t)
	g := NewGroup(ctx)
	t.Cleanup(func() {
		g.Close()
		assert.ElementsMatch(t, before, descriptors(t), "open descriptors")
	})
	return g
}

func descriptors(t *testing.T) []string {
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	var open []string
	for _, e := range entries {
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && strings.HasPrefix(target, "socket:") {
			open = append(open, e.Name())
		}
	}
	return open
}

// pair is the two ends of a connection.
func pair(t *testing.T, g *Group) (a, b net.Conn) {
	l, err := g.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	accepting := Start(func() { b, err = l.Accept() })
	a, dialErr := g.Dial("tcp", l.Addr().String())
	require.NoError(t, dialErr)
	accepting.Join()
	require.NoError(t, err)
	assert.Equal(t, a.LocalAddr().String(), b.RemoteAddr().String())
	assert.Equal(t, a.RemoteAddr().String(), b.LocalAddr().String())
	return a, b
}

func TestThreadIsItsOwnAndGoneAfterJoin(t *testing.T) {
	tids := make([]int, 50)
	threads := make([]*Thread, len(tids))
	for i := range threads {
		threads[i] = Start(func() {
			tids[i] = unix.Gettid()
			runtime.Gosched()
			assert.Equal(t, tids[i], unix.Gettid())
			if i%2 == 0 {
				runtime.Goexit()
			}
		})
	}
	seen := map[int]bool{unix.Getpid(): true}
	for i, th := range threads {
		within(t, th.Join)
		assert.False(t, seen[tids[i]])
		seen[tids[i]] = true
		// The kernel says so as the thread leaves, and has a little left to do.
		assert.Eventually(t, func() bool {
			_, err := os.Stat(fmt.Sprint("/proc/self/task/", tids[i]))
			return errors.Is(err, os.ErrNotExist)
		}, 5*time.Second, time.Millisecond)
	}
}

func TestSleepLastsAtLeastItsTime(t *testing.T) {
	g := group(t, t.Context())
	for _, d := range []time.Duration{-1, 0, 1, time.Millisecond, 20 * time.Millisecond} {
		start := time.Now()
		assert.NoError(t, g.Sleep(d))
		assert.GreaterOrEqual(t, time.Since(start), d)
	}
}

func TestReadFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte("content"), 0o600))
	buf := make([]byte, 100)
	n, err := ReadFile(name, buf)
	assert.NoError(t, err)
	assert.Equal(t, "content", string(buf[:n]))
	n, err = ReadFile(name, buf[:3])
	assert.NoError(t, err)
	assert.Equal(t, "con", string(buf[:n]))
	_, err = ReadFile(name+"2", buf)
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, name)
}

func TestAddressMustBeNumeric(t *testing.T) {
	g := group(t, t.Context())
	for _, bad := range [][2]string{{"tcp", "localhost:80"}, {"tcp", "127.0.0.1"}, {"udp", "127.0.0.1:80"}, {"tcp4", "[::1]:80"}, {"tcp6", "127.0.0.1:80"}, {"tcp", "[fe80::1%lo]:80"}} {
		_, err := g.Dial(bad[0], bad[1])
		assert.Error(t, err, bad)
		_, err = g.Listen(bad[0], bad[1])
		assert.Error(t, err, bad)
	}
}

func TestBothFamilies(t *testing.T) {
	g := group(t, t.Context())
	for network, address := range map[string]string{"tcp4": "127.0.0.1:0", "tcp6": "[::1]:0"} {
		l, err := g.Listen(network, address)
		if errors.Is(err, unix.EADDRNOTAVAIL) || errors.Is(err, unix.EAFNOSUPPORT) {
			t.Log("not runnable: no ", network)
			continue
		}
		require.NoError(t, err)
		c, err := g.Dial(network, l.Addr().String())
		require.NoError(t, err)
		assert.Equal(t, l.Addr().String(), c.RemoteAddr().String())
		nodelay, err := unix.GetsockoptInt(c.(*conn).fd, unix.IPPROTO_TCP, unix.TCP_NODELAY)
		assert.NoError(t, err)
		assert.NotZero(t, nodelay)
	}
}

func TestDialRefused(t *testing.T) {
	g := group(t, t.Context())
	l, err := g.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, err = g.Dial("tcp", l.Addr().String())
	assert.ErrorIs(t, err, unix.ECONNREFUSED)
	var op *net.OpError
	assert.ErrorAs(t, err, &op)
}

func TestEndOfStreamAndHalfClose(t *testing.T) {
	g := group(t, t.Context())
	a, b := pair(t, g)
	_, err := a.Write([]byte("question"))
	require.NoError(t, err)
	require.NoError(t, a.(interface{ CloseWrite() error }).CloseWrite())
	got, err := io.ReadAll(b)
	assert.NoError(t, err)
	assert.Equal(t, "question", string(got))
	_, err = b.Write([]byte("answer"))
	require.NoError(t, err)
	require.NoError(t, b.Close())
	got, err = io.ReadAll(a)
	assert.NoError(t, err)
	assert.Equal(t, "answer", string(got))
	require.NoError(t, a.Close())
	assert.ErrorIs(t, a.Close(), net.ErrClosed)
	_, err = a.Read(make([]byte, 1))
	assert.ErrorIs(t, err, net.ErrClosed)
	assert.ErrorIs(t, a.SetDeadline(time.Now()), net.ErrClosed)
}

func TestWriteToAPeerThatIsGone(t *testing.T) {
	g := group(t, t.Context())
	a, b := pair(t, g)
	require.NoError(t, b.Close())
	assert.Eventually(t, func() bool {
		_, err := a.Write(make([]byte, 100))
		return errors.Is(err, unix.EPIPE) || errors.Is(err, unix.ECONNRESET)
	}, 5*time.Second, time.Millisecond)
}

// One thread writes while another reads the same connection, both ways, more
// than the buffers hold.
func TestReaderBesideWriter(t *testing.T) {
	g := group(t, t.Context())
	a, b := pair(t, g)
	const size = 4 << 20
	var threads []*Thread
	for _, c := range []net.Conn{a, b} {
		threads = append(threads, Start(func() {
			data := make([]byte, size)
			for i := range data {
				data[i] = byte(i * 7 >> 3)
			}
			n, err := c.Write(data)
			assert.NoError(t, err)
			assert.Equal(t, size, n)
		}), Start(func() {
			data := make([]byte, size)
			_, err := io.ReadFull(c, data)
			assert.NoError(t, err)
			for i := range data {
				if data[i] != byte(i*7>>3) {
					assert.Fail(t, "wrong byte", "at %d", i)
					break
				}
			}
		}))
	}
	for _, th := range threads {
		within(t, th.Join)
	}
}
