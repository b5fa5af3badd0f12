package bench

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

// fixtureOf is the fixture of a cell in this process.
func fixtureOf(t *testing.T, cell string) *fixture {
	t.Helper()
	c, err := ParseCell(cell)
	require.NoError(t, err)
	f, err := setUp(c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, f.close()) })
	return f
}

func TestASampleIsOfSoManyOps(t *testing.T) {
	f := fixtureOf(t, "hash/tasks=8/blocks=1/model=gopool")
	procs := runtime.GOMAXPROCS(0)
	for _, n := range []int{1, 4} {
		s, err := f.sample(n)
		require.NoError(t, err)
		assert.Equal(t, n, s.N)
		assert.Positive(t, s.Timed)
		v := s.Values
		assert.InEpsilon(t, float64(s.Timed)/float64(n), v["ns/op"], 1e-9)
		assert.InEpsilon(t, 8/v["ns/op"]*1e9, v["tasks/s"], 1e-9)
		assert.InDelta(t, v["cpu-ns/op"], v["user-ns/op"]+v["sys-ns/op"], 1, "both are of the same reading")
		assert.GreaterOrEqual(t, v["max-ns"]*1.002, v["p99-ns"])
		assert.LessOrEqual(t, v["max-ns"], float64(s.Timed), "no task of it outlasts it: none is of a sample before")
		assert.Positive(t, v["first-ns"])
		assert.NotContains(t, v, "origin-busy", "it has no origin")
	}
	assert.EqualValues(t, 4*8, f.times.task.TotalCount(), "the times are of the last sample")
	assert.Equal(t, procs, runtime.GOMAXPROCS(0))
}

func TestAnOriginsCPUIsApart(t *testing.T) {
	f := fixtureOf(t, "echo/tasks=10/trips=20/model=goroutines")
	s, err := f.sample(3)
	require.NoError(t, err)
	assert.Positive(t, s.Values["origin-cpu-ns/op"])
	assert.LessOrEqual(t, s.Values["origin-busy"], 1.0)
	assert.Positive(t, s.Values["origin-busy"])
}

func TestCollectionsDuringASampleAreCounted(t *testing.T) {
	f := fixtureOf(t, "image/tasks=8/size=128/model=goroutines")
	s, err := f.sample(1)
	for n := 2; err == nil && s.GCs == 0 && n < 1000; n *= 2 {
		s, err = f.sample(n)
	}
	require.NoError(t, err)
	assert.Positive(t, s.GCs)
}

func TestHooksRunOutsideOfWhatIsTimed(t *testing.T) {
	m, config, err := runners.Lookup("goroutines", Cores())
	require.NoError(t, err)
	runner, err := m.New(config)
	require.NoError(t, err)
	defer runner.Close()
	const n = 3
	h := hooked{pause: 200 * time.Millisecond, before: new(atomic.Int32), observe: new(atomic.Int32)}
	f := &fixture{runner: runner, work: h.work(), procs: Cores()}
	f.job = runners.Job{Tasks: 1, Make: f.work.Make}
	s, err := f.sample(n)
	require.NoError(t, err)
	assert.EqualValues(t, n, h.before.Load())
	assert.EqualValues(t, n, h.observe.Load())
	assert.Less(t, s.Timed, 2*n*h.pause)
	assert.InDelta(t, (1+2+3)/3.0, s.Values["own/op"], 1e-9)
}
