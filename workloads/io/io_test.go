package io

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/workloads"
)

// listen serves connections with handle until the test ends, and returns the
// address.
func listen(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error)
	go func() { ended <- serve(l, handle) }()
	t.Cleanup(func() {
		l.Close()
		assert.NoError(t, <-ended)
	})
	return l.Addr().String()
}

// serving runs a workload's server until the test ends, and returns its
// address.
func serving(t *testing.T, s workloads.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		l.Close()
		assert.NoError(t, <-ended, "a closed listener is no failure")
	})
	return l.Addr().String()
}

func TestTogetherIsWhatLetsAJobEndInTime(t *testing.T) {
	assert.Equal(t, 1, together(1000, 10*time.Millisecond))
	assert.Equal(t, 2, together(1001, 10*time.Millisecond))
	assert.Equal(t, 5000, together(10_000, 5*time.Second))
	assert.Equal(t, 0, together(10, 0))
	assert.Equal(t, 3, together(3, time.Hour), "never more than there are")
	assert.Equal(t, 1_000_000, together(1_000_000, 100_000*time.Minute), "nor past what a Duration holds")
}
