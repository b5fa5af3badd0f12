package runnertest

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// nobody returns an address at which a dialler waits: while the queue of
// connections not yet accepted is full, the kernel drops what would open
// another (listen(2)), and nobody accepts.
func nobody(t *testing.T) (address string) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	require.NoError(t, unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, unix.Listen(fd, 0))
	name, err := unix.Getsockname(fd)
	require.NoError(t, err)
	address = net.JoinHostPort("127.0.0.1", strconv.Itoa(name.(*unix.SockaddrInet4).Port))
	for range 10 {
		c, err := net.DialTimeout("tcp", address, 10*time.Second)
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		// Of a listener, the two fields tell the length of the queue and its
		// limit, one less than what it holds (tcp_get_info and
		// sk_acceptq_is_full in the kernel's source).
		queue, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		require.NoError(t, err)
		if queue.Unacked > queue.Sacked {
			return address
		}
	}
	t.Skip("not runnable: the kernel opens any number of connections")
	return ""
}
