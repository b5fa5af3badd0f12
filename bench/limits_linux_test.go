package bench

import (
	"testing"

	"github.com/shirou/gopsutil/v3/mem"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheSystemsLimitsAreRead(t *testing.T) {
	l := SystemLimits()
	assert.Positive(t, l.Files)
	assert.Positive(t, l.Threads)
	assert.Positive(t, l.Memory)
	m, err := mem.VirtualMemory()
	require.NoError(t, err)
	assert.LessOrEqual(t, uint64(l.Memory), m.Total)
}

func TestZeroIsNoLimit(t *testing.T) {
	assert.Equal(t, 5, least(0, 5))
	assert.Equal(t, 5, least(7, 5))
	assert.Equal(t, 5, least(5, 7))
}
