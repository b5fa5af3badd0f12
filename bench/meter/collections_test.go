package meter_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/meter"
)

var garbage []byte

func TestCollectionsThatAllocatingBringsAreRead(t *testing.T) {
	before := meter.Collections()
	for i := 0; i < 10_000 && meter.Collections() < before+2; i++ {
		garbage = make([]byte, 1<<20)
	}
	assert.GreaterOrEqual(t, meter.Collections(), before+2)
}

func TestCollectionsAskedForAreLeftOut(t *testing.T) {
	automatic := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		require.Positive(t, m.NumForcedGC)
		return uint64(m.NumGC - m.NumForcedGC)
	}
	runtime.GC()
	least := automatic()
	read := meter.Collections()
	assert.GreaterOrEqual(t, read, least)
	assert.LessOrEqual(t, read, automatic(), "one may end meanwhile")
}
