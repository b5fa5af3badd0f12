//go:build linux

package gil

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners/internal/kthread"
)

// A free is a connection and a listener, on which whatever may wait needs the
// lock for another thread.
type free struct {
	*net.TCPConn // nil
	lock         *Lock
	calls        int
}

func (f *free) call() error {
	f.calls++
	other := kthread.Start(func() {
		f.lock.Take()
		f.lock.Leave()
	})
	other.Join()
	return nil
}

func (f *free) Read([]byte) (int, error)         { return 1, f.call() }
func (f *free) Write([]byte) (int, error)        { return 2, f.call() }
func (f *free) Close() error                     { return f.call() }
func (f *free) CloseWrite() error                { return f.call() }
func (f *free) SetDeadline(time.Time) error      { return f.call() }
func (f *free) SetReadDeadline(time.Time) error  { return f.call() }
func (f *free) SetWriteDeadline(time.Time) error { return f.call() }
func (f *free) Accept() (net.Conn, error)        { return f, f.call() }
func (f *free) Addr() net.Addr                   { return nil }

func TestTheLockIsDroppedForEveryCallOnAConnection(t *testing.T) {
	l := New(long, errForeign)
	f := &free{lock: l}
	within(t, onThreads(l, 1, func(int) {
		n := l.Listener(f)
		accepted, err := n.Accept()
		assert.NoError(t, err)
		c := accepted.(*Conn)
		read, _ := c.Read(nil)
		assert.Equal(t, 1, read)
		written, _ := c.Write(nil)
		assert.Equal(t, 2, written)
		for _, call := range []func(time.Time) error{c.SetDeadline, c.SetReadDeadline, c.SetWriteDeadline} {
			assert.NoError(t, call(time.Now()))
		}
		assert.NoError(t, c.CloseWrite())
		assert.NoError(t, c.Close())
		assert.NoError(t, n.Close())
		assert.Equal(t, 9, f.calls)
	})) // and leaves the lock, which it must have again
}

func TestReadFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte("content"), 0o600))
	l := New(time.Millisecond, errForeign)
	within(t, onThreads(l, 3, func(int) {
		buf := make([]byte, 100)
		n, err := l.ReadFile(name, buf)
		assert.NoError(t, err)
		assert.Equal(t, "content", string(buf[:n]))
		n, err = l.ReadFile(name, buf[:3])
		assert.NoError(t, err)
		assert.Equal(t, "con", string(buf[:n]))
		_, err = l.ReadFile(name+"2", buf)
		assert.ErrorIs(t, err, os.ErrNotExist)
		assert.ErrorContains(t, err, name)
		_, err = l.ReadFile(filepath.Dir(name), buf)
		assert.ErrorContains(t, err, "read")
	}))
}
