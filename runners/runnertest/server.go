package runnertest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// serve starts a server that handles each connection on a goroutine of its own
// and closes it then. It ends with the test.
func serve(t *testing.T, handle func(*net.TCPConn)) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var (
		mu    sync.Mutex
		conns []net.Conn
		busy  sync.WaitGroup
	)
	busy.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			busy.Go(func() {
				defer c.Close()
				handle(c.(*net.TCPConn))
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		mu.Unlock()
		busy.Wait()
	})
	return l.Addr().String()
}

// echo sends back what it receives.
func echo(c *net.TCPConn) {
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return
		}
	}
}

// serveSilence starts a server that neither sends nor receives.
func serveSilence(t *testing.T) (address string) {
	over := make(chan struct{})
	address = serve(t, func(*net.TCPConn) { <-over })
	t.Cleanup(func() { close(over) })
	return address
}

// trip sends a message to an echo server and reads it back.
func trip(c net.Conn, message []byte) error {
	if n, err := c.Write(message); err != nil || n != len(message) {
		return fmt.Errorf("wrote %d bytes of %d: %w", n, len(message), err)
	}
	got := make([]byte, len(message))
	if _, err := io.ReadFull(c, got); err != nil {
		return err
	}
	if !bytes.Equal(got, message) {
		return fmt.Errorf("sent %q, got %q", message, got)
	}
	return nil
}

// pattern returns so many bytes, the same each time, to be read only.
func pattern(size int) []byte { return noise()[:size] }

var noise = sync.OnceValue(func() []byte {
	b := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{}).Read(b)
	return b
})
