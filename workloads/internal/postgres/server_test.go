package postgres

import (
	"io"
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/workloads"
)

func TestTheEnvironmentSaysWhereTheServerIs(t *testing.T) {
	t.Setenv(Variable, "")
	_, err := Find()
	var not workloads.NotRunnable
	assert.ErrorAs(t, err, &not)
	t.Setenv(Variable, "postgres://me:secret@localhost:5433/db")
	s, err := Find()
	require.NoError(t, err)
	host, port, err := net.SplitHostPort(s.Address)
	require.NoError(t, err)
	assert.True(t, net.ParseIP(host).IsLoopback(), "numeric")
	assert.Equal(t, "5433", port)
	assert.Nil(t, s.config.TLSConfig)
	for where, says := range map[string]string{
		"postgres://me@127.0.0.1/db?sslmode=require":                         "sslmode=disable",
		"postgres://me@127.0.0.1/db?sslmode=verify-ca":                       "sslmode=disable",
		"postgres://me@127.0.0.1/db?sslmode=verify-full":                     "sslmode=disable",
		"postgres://me@127.0.0.1/db?sslmode=disable&channel_binding=require": "channel_binding",
		"postgres://me@192.0.2.1/db?sslmode=disable":                         "loopback",
		"postgres://me@192.0.2.1/db":                                         "loopback",
	} {
		t.Setenv(Variable, where)
		_, err := Find()
		assert.ErrorContains(t, err, says, where)
	}
	for _, mode := range []string{"disable", "allow", "prefer"} {
		t.Setenv(Variable, "postgres://me@127.0.0.1/db?sslmode="+mode)
		s, err := Find()
		require.NoError(t, err, mode)
		assert.Nil(t, s.config.TLSConfig)
		assert.Empty(t, s.config.Fallbacks)
	}
	t.Setenv(Variable, "host=/tmp user=me")
	_, err = Find()
	assert.ErrorContains(t, err, "TCP")
	t.Setenv(Variable, "postgres://me:secret@127.0.0.1:x/db")
	_, err = Find()
	require.ErrorContains(t, err, Variable)
	assert.NotContains(t, err.Error(), "secret")
}

func TestABlockingConnectionIsOneLikeOthers(t *testing.T) {
	if err := CanBlock(); err != nil {
		t.Skip(err)
	}
	for _, host := range []string{"127.0.0.1", "[::1]"} {
		t.Run(host, func(t *testing.T) { echoed(t, host) })
	}
}

func echoed(t *testing.T, host string) {
	l, err := net.Listen("tcp", host+":0")
	if err != nil && host == "[::1]" {
		t.Skip(err)
	}
	require.NoError(t, err)
	defer l.Close()
	go func() { // an echo
		c, err := l.Accept()
		if err == nil {
			io.Copy(c, c)
			c.Close()
		}
	}()
	c, err := Dial(l.Addr().String())
	require.NoError(t, err)
	assert.Equal(t, l.Addr().String(), c.RemoteAddr().String())
	assert.NotEqual(t, c.LocalAddr().String(), c.RemoteAddr().String())
	sent := make([]byte, 100_000)
	for i := range sent {
		sent[i] = byte(i)
	}
	for range 3 {
		n, err := c.Write(sent)
		require.NoError(t, err)
		require.Equal(t, len(sent), n)
		got := make([]byte, len(sent))
		_, err = io.ReadFull(c, got)
		require.NoError(t, err)
		require.Equal(t, sent, got)
	}
	require.NoError(t, c.Close())
	_, err = c.Read(make([]byte, 1))
	assert.ErrorIs(t, err, net.ErrClosed)
	_, err = c.Write(make([]byte, 1))
	assert.ErrorIs(t, err, net.ErrClosed)
	assert.ErrorIs(t, c.Close(), net.ErrClosed)
	require.NoError(t, l.Close())
	_, err = Dial(l.Addr().String())
	assert.ErrorContains(t, err, "refused")
}

// real returns the server, where there is one.
func real(t *testing.T) *Server {
	t.Helper()
	if os.Getenv(Variable) == "" {
		t.Skip(Variable + " is not set")
	}
	s, err := Find()
	require.NoError(t, err)
	return s
}

func TestAStatementThatFailsLeavesTheConnectionUsable(t *testing.T) {
	s := real(t)
	for kind, dial := range map[string]func() (net.Conn, error){
		"waiting":  func() (net.Conn, error) { return net.Dial("tcp", s.Address) },
		"blocking": func() (net.Conn, error) { return Dial(s.Address) },
	} {
		t.Run(kind, func(t *testing.T) {
			if err := CanBlock(); err != nil && kind == "blocking" {
				t.Skip(err)
			}
			plain, err := dial()
			require.NoError(t, err)
			usable(t, s, plain)
		})
	}
}

func usable(t *testing.T, s *Server, plain net.Conn) {
	c, err := s.Open(plain)
	require.NoError(t, err)
	answer := func() (rows int, err error) {
		err = c.Query("SELECT id FROM generate_series(1, $1) id", func(row [][]byte) error {
			rows++
			assert.Equal(t, []byte{0, 0, 0, 0, 0, 0, 0, byte(rows)}, row[0])
			return nil
		}, 7)
		return rows, err
	}
	for range 2 {
		rows, err := answer()
		require.NoError(t, err)
		assert.Equal(t, 7, rows)
	}
	assert.ErrorContains(t, c.Query("SELECT 1 / $1", nil, 0), "division by zero")
	assert.ErrorContains(t, c.Query("SELECT nothing", nil), "nothing")
	assert.ErrorContains(t, c.Exec("nonsense"), "syntax error")
	rows, err := answer()
	require.NoError(t, err)
	assert.Equal(t, 7, rows)
	require.NoError(t, c.Close())
}
