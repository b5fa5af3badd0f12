package record

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type thing struct {
	Round  int    `json:"round"`
	Failed string `json:"failed,omitempty"`
}

func written(t *testing.T, path string, things ...thing) {
	t.Helper()
	l, err := OpenLines(path)
	require.NoError(t, err)
	for _, v := range things {
		require.NoError(t, l.Append(v))
	}
	require.NoError(t, l.Close())
}

func TestLinesAreAppendedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "things.jsonl")
	first, second := thing{1, ""}, thing{2, "two\nlines"}
	written(t, path, first)
	written(t, path, second)
	read, torn, err := ReadLines[thing](path)
	require.NoError(t, err)
	assert.Nil(t, torn)
	assert.Equal(t, []thing{first, second}, read)
}

func TestATornLastLineIsLeftOutAndCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "things.jsonl")
	written(t, path, thing{Round: 1})
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	// A whole object without its end of line was not committed either.
	for _, tail := range []string{`{"round":2,"fa`, `{"round":2}`} {
		require.NoError(t, os.WriteFile(path, append(data, tail...), 0o644))
		read, torn, err := ReadLines[thing](path)
		require.NoError(t, err)
		require.NotNil(t, torn)
		assert.Contains(t, torn.Text, "things.jsonl")
		assert.NotEmpty(t, torn.Do)
		assert.Equal(t, []thing{{Round: 1}}, read)
	}

	written(t, path, thing{Round: 3})
	read, torn, err := ReadLines[thing](path)
	require.NoError(t, err)
	assert.Nil(t, torn, "opening cut it off")
	assert.Equal(t, []thing{{Round: 1}, {Round: 3}}, read)
}

func TestAMissingFileHasNoLines(t *testing.T) {
	read, torn, err := ReadLines[thing](filepath.Join(t.TempDir(), "none"))
	require.NoError(t, err)
	assert.Nil(t, torn)
	assert.Empty(t, read)
}

func TestABrokenLineIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "things.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("{}\n#\n{}\n"), 0o644))
	_, _, err := ReadLines[thing](path)
	assert.ErrorContains(t, err, "things.jsonl:2")
	assert.ErrorContains(t, err, "restore the file")
}

func TestWhatCannotBeWrittenLeavesNoTrace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "things.jsonl")
	l, err := OpenLines(path)
	require.NoError(t, err)
	require.NoError(t, l.Append(thing{Round: 1}))
	assert.Error(t, l.Append(math.Inf(1)), "JSON has no infinity")
	require.NoError(t, l.Append(thing{Round: 2}))
	require.NoError(t, l.Close())
	read, _, err := ReadLines[thing](path)
	require.NoError(t, err)
	assert.Len(t, read, 2)
}

func TestRoundsComeBackAsWritten(t *testing.T) {
	dir := t.TempDir()
	round := Round{Block: "J", Round: 2, Attempt: 1, Serial: "a port", Planned: 2, End: true, Steal: 0.25,
		Arms: []Arm{{Name: "a", N: 3, Cycles: []int{0, 1}, GCs: []int{0, 4}, Samples: map[string]Figures{"ns/op": {1, 2.5}}, Parked: -1}, {Name: "b", Failed: "why", Log: "logs/1.txt"}}}
	for range 2 {
		l, err := OpenRounds(dir)
		require.NoError(t, err)
		require.NoError(t, l.Append(round))
		require.NoError(t, l.Close())
	}
	read, torn, err := ReadRounds(dir)
	require.NoError(t, err)
	assert.Nil(t, torn)
	assert.Equal(t, []Round{round, round}, read)
}
