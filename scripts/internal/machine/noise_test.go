package machine

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// put writes a file below a folder, as the kernel would have it.
func put(t *testing.T, dir, name, text string) {
	file := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text+"\n"), 0o644))
}

func TestThrottlingIsWarnedOf(t *testing.T) {
	dir := t.TempDir()
	assert.Nil(t, heated(nil, throttles(dir)), "not known")
	put(t, dir, "cpu0/thermal_throttle/core_throttle_count", "0")
	put(t, dir, "cpu0/thermal_throttle/package_throttle_count", "0")
	put(t, dir, "cpu1/thermal_throttle/core_throttle_count", "nonsense")
	assert.Nil(t, heated(nil, throttles(dir)), "never")

	put(t, dir, "cpu0/thermal_throttle/core_throttle_count", "7")
	put(t, dir, "cpu0/thermal_throttle/package_throttle_count", "40")
	before := throttles(dir)
	w := heated(nil, before)
	require.NotNil(t, w)
	assert.Equal(t, "throttled", w.Kind)
	assert.Contains(t, w.Text, "since this machine started (40 times")
	assert.NotEmpty(t, w.Do)

	assert.Nil(t, heated(before, throttles(dir)), "not since")
	put(t, dir, "cpu0/thermal_throttle/core_throttle_count", "10")
	w = heated(before, throttles(dir))
	require.NotNil(t, w)
	assert.Contains(t, w.Text, "while this was measured (3 times")
	assert.NotEmpty(t, w.Do)
}

func TestABatteryIsWarnedOf(t *testing.T) {
	dir := t.TempDir()
	assert.Nil(t, discharging(dir))
	put(t, dir, "mouse/status", "Discharging")
	put(t, dir, "mouse/scope", "Device")
	put(t, dir, "BAT0/status", "Charging")
	assert.Nil(t, discharging(dir))
	put(t, dir, "BAT0/status", "Discharging")
	w := discharging(dir)
	require.NotNil(t, w)
	assert.Equal(t, "battery", w.Kind)
	assert.NotEmpty(t, w.Do)
}

// loop returns the durations of n iterations of 200 µs, but for some.
func loop(n, slow int, each time.Duration) []time.Duration {
	ts := make([]time.Duration, n)
	for i := range ts {
		ts[i] = 200 * time.Microsecond
		if i < slow {
			ts[i] = each
		}
	}
	return ts
}

func TestALoopThatIsInterruptedIsWarnedOf(t *testing.T) {
	assert.Nil(t, disturbed(loop(700, 0, 0)), "steady")
	assert.Nil(t, disturbed(loop(700, 5, 400*time.Microsecond)), "seldom")
	assert.Nil(t, disturbed(loop(700, 0, 0)[:1]), "one")
	assert.Nil(t, disturbed(make([]time.Duration, 20)), "a coarse clock")

	often := disturbed(loop(700, 14, 400*time.Microsecond))
	require.NotNil(t, often)
	assert.Equal(t, "jitter", often.Kind)
	assert.Contains(t, often.Text, "2.0 % of its iterations")
	assert.NotEmpty(t, often.Do)

	long := disturbed(loop(700, 5, 20200*time.Microsecond)) // 100 ms beside 140
	require.NotNil(t, long)
	assert.Contains(t, long.Text, "lost 42 % of its time")
}

func TestTheLoopRunsForItsSpan(t *testing.T) {
	start := time.Now()
	assert.GreaterOrEqual(t, len(iterations()), 20)
	assert.GreaterOrEqual(t, time.Since(start), jitterSpan)
}

func TestOthersAreThoseWeDidNotStart(t *testing.T) {
	before := snapshot{
		1:  {name: "init", used: 5},
		10: {name: "concbench", parent: 1, used: 1},
		11: {name: "bench.test", parent: 10, used: 1},
		20: {name: "compile", parent: 1, used: 3},
		30: {name: "old", parent: 1, started: 100, used: 9},
	}
	now := snapshot{
		1:  {name: "init", used: 5},
		10: {name: "concbench", parent: 1, used: 3},
		11: {name: "bench.test", parent: 10, used: 4},
		12: {name: "worker", parent: 11, used: 2},
		20: {name: "compile", parent: 1, used: 3.5},
		21: {name: "compile", parent: 20, used: 0.25}, // began since
		30: {name: "new", parent: 1, started: 200, used: 1},
		40: {name: "lost", parent: 39, used: 1}, // whose parent cannot be seen
		50: {name: "round", parent: 51, used: 1},
		51: {name: "round", parent: 50, used: 1}, // two looks that do not fit together
	}
	assert.Equal(t, map[string]float64{"compile": 0.75, "new": 1, "lost": 1, "round": 2}, now.others(before, 10))
}

func TestTheBusiestThreeAreNamed(t *testing.T) {
	used := map[string]float64{"a": 0.5, "b": 2, "c": 0.2, "d": 0.3, "e": 0.01}
	assert.Equal(t, "b (200 % of a CPU), a (50 % of a CPU), d (30 % of a CPU)", named(used, time.Second))
	assert.Empty(t, named(used, time.Minute), "shares too small to tell")
	assert.Empty(t, named(nil, time.Second))
}

func TestANameDoesNothingToATerminalOrATable(t *testing.T) {
	assert.Equal(t, "?[31mred?x?", printable("\x1b[31mred|x\n"))
	assert.Equal(t, "kworker/0:1", printable("kworker/0:1"))
	assert.Equal(t, "?", printable(""))
}

func TestWhatCameUpWhileItMeasured(t *testing.T) {
	start := time.Now()
	before := reading{at: start, cpus: 2, busy: 100, own: 50, swapped: 10 << 20, throttle: map[string]uint64{"cpu0": 3},
		all: snapshot{20: {name: "compile", used: 10}}}
	quiet := reading{at: start.Add(10 * time.Second), cpus: 2, busy: 115.9, own: 65, swapped: 10 << 20, throttle: map[string]uint64{"cpu0": 3},
		all: snapshot{20: {name: "compile", used: 10.9}}}
	assert.Empty(t, came(before, quiet, 1), "4.5 % of two CPUs over 10 s")

	loud := quiet
	loud.busy, loud.all = 118, snapshot{20: {name: "compile", used: 13}}
	found := came(before, loud, 1)
	require.Len(t, found, 1)
	assert.Equal(t, "competing", found[0].Kind)
	assert.Equal(t, "other processes used 15 % of the CPUs while this was measured: compile (30 % of a CPU)", found[0].Text)
	assert.NotEmpty(t, found[0].Do)

	short := loud
	short.at = start.Add(watchLeast / 2)
	assert.Empty(t, came(before, short, 1), "too short to tell")
	unknown := loud
	unknown.cpus = 0
	assert.Empty(t, came(before, unknown, 1))

	hot := quiet
	hot.throttle = map[string]uint64{"cpu0": 5}
	found = came(before, hot, 1)
	require.Len(t, found, 1)
	assert.Equal(t, "throttled", found[0].Kind)

	full := quiet
	full.swapped = 15 << 20
	found = came(before, full, 1)
	require.Len(t, found, 1)
	assert.Equal(t, "swapped", found[0].Kind)
	assert.Contains(t, found[0].Text, "5 MiB")
}
