package postgres

import (
	"io"
	"net"
	"os"
	"runtime"
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
	t.Setenv(Variable, "host=/tmp user=me")
	_, err = Find()
	assert.ErrorContains(t, err, "TCP")
	t.Setenv(Variable, "postgres://me:secret@127.0.0.1:x/db")
	_, err = Find()
	require.ErrorContains(t, err, Variable)
	assert.NotContains(t, err.Error(), "secret")
}

func TestABlockingConnectionIsOneLikeOthers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go func() { // an echo
		c, err := l.Accept()
		if err == nil {
			io.Copy(c, c)
			c.Close()
		}
	}()
	plain, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	c, err := blocking(plain)
	require.NoError(t, err)
	assert.Equal(t, l.Addr().String(), c.RemoteAddr().String())
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
	assert.Error(t, err)
	assert.Error(t, c.Close())
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
	plain, err := net.Dial("tcp", s.Address)
	require.NoError(t, err)
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

func TestTheDriverHoldsItsThread(t *testing.T) {
	s := real(t)
	c, err := s.Driver()
	require.NoError(t, err)
	var one int
	require.NoError(t, c.QueryRow(t.Context(), "SELECT 1").Scan(&one))
	assert.Equal(t, 1, one)
	_, plain := c.PgConn().Conn().(*net.TCPConn)
	assert.Equal(t, runtime.GOOS == "windows", plain)
	require.NoError(t, c.Close(t.Context()))
}
