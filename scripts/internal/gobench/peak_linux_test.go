package gobench

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestThePeakIsThatOfTheChild(t *testing.T) {
	const own = 256 << 20 // which the kernel would hand down
	held, err := unix.Mmap(-1, 0, own, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	require.NoError(t, err)
	for i := 0; i < own; i += os.Getpagesize() {
		held[i] = 1
	}
	require.NoError(t, unix.Munmap(held))
	require.Greater(t, highWater(os.Getpid()), uint64(own))

	for name, least := range map[string]float64{"BenchmarkMemory": 64 << 20, "BenchmarkPlain": 1 << 20} {
		o := quick
		o.Benchtime, o.Slices = "200ms", 1
		out, err := fixture.Measure(t.Context(), []string{name}, o)
		require.NoError(t, err)
		require.Len(t, out.Results[name], 1)
		line := out.Results[name][0]
		peak, ok := value(t, line, "peak-rss-B")
		require.True(t, ok, line)
		assert.Greater(t, peak, least, name)
		assert.Less(t, peak, least+100<<20, name)
		switches, ok := value(t, line, "vol-ctxsw/s")
		require.True(t, ok, line)
		assert.Positive(t, switches)
	}
}
