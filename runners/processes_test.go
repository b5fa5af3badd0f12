package runners

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheNumberOfProcesses(t *testing.T) {
	m, c, err := Lookup("processes", 3)
	require.NoError(t, err)
	assert.Equal(t, Config{Cores: 3, Option: 3}, c, "as many as cores, as multiprocessing.Pool has it")
	assert.True(t, m.Usable)
	o := m.Offers(c, 100)
	assert.Equal(t, 3, o.Together)
	assert.False(t, o.SharedMemory)
	assert.True(t, o.Killable)
	assert.GreaterOrEqual(t, o.Memory, 3<<20, "each has some of its own")
	_, c, err = Lookup("processes:7", 3)
	require.NoError(t, err)
	assert.EqualValues(t, 7, c.Option)
	for _, bad := range []string{"0", "-1", "", "x", "1.5", "+", "99999999", "99999999999999999999"} {
		_, _, err := Lookup("processes:"+bad, 3)
		assert.ErrorContains(t, err, "want a number of processes, 1 ", bad)
	}
}

// handed is how a job of so many tasks is handed out where no worker is ahead of
// another.
func handed(workers, tasks int) (ranges []int) {
	s := processShift{crew: &crew{hands: make([]*hand, workers)}, waiting: []span{{0, tasks}}, left: tasks}
	next := 0
	for {
		r, found := s.take()
		if !found {
			return ranges
		}
		if r.first != next {
			panic("a range is missing")
		}
		next += r.n
		ranges = append(ranges, r.n)
	}
}

func TestRangesAreSharesOfWhatIsLeft(t *testing.T) {
	assert.Empty(t, handed(2, 0))
	assert.Equal(t, []int{1}, handed(2, 1))
	assert.Equal(t, []int{1, 1, 1, 1}, handed(2, 4), "each worker has one before any has a second")
	assert.Equal(t, []int{16, 12, 9, 7, 5, 4, 3, 2, 2, 1, 1, 1, 1}, handed(2, 64))
	assert.Equal(t, []int{10, 5, 3, 1, 1}, handed(1, 20))
	many := handed(2, 1_000_000)
	assert.Less(t, len(many), 300, "handing out costs next to nothing")
	assert.Equal(t, 1, many[len(many)-1])
}

func TestWhatNoWorkerHasAnyMoreIsHandedOutAgain(t *testing.T) {
	s := processShift{crew: &crew{hands: make([]*hand, 1)}, waiting: []span{{0, 4}}, left: 4}
	first, _ := s.take()
	s.giveBack(first)
	assert.Equal(t, 4, s.left)
	seen := map[int]bool{}
	for {
		r, found := s.take()
		if !found {
			break
		}
		for i := range r.n {
			assert.False(t, seen[r.first+i])
			seen[r.first+i] = true
		}
	}
	assert.Len(t, seen, 4)
}
