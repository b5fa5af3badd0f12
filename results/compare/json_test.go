package compare

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatWouldHaveBeenCaughtIsNullIfNothingWasMeasured(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, WriteJSON(&b, Judge(plan("BenchmarkA"), nil)))
	assert.Contains(t, b.String(), `"weakest_catches": null`)
	b.Reset()
	require.NoError(t, WriteJSON(&b, Judge(plan("BenchmarkA"), times("BenchmarkA", repeat(1, 8)...))))
	assert.NotContains(t, b.String(), `"weakest_catches": null`)
}
