package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/export"
	"github.com/concbench/concbench/results/internal/fakerun"
	"github.com/concbench/concbench/results/record"
)

func written(t *testing.T, f *fakerun.Fake) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, f.Write(dir))
	return dir
}

// both is a run with models and with a plain benchmark in two packages.
func both(rounds int) *fakerun.Fake {
	f := fakerun.New(rounds)
	for _, path := range []string{"example.com/a", "example.com/b"} {
		f.Run.Cells = append(f.Run.Cells, results.Cell{Name: "BenchmarkX", Job: "BenchmarkX", Package: path})
	}
	values := f.Values
	f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
		if c.Plain() {
			return map[string]float64{"ns/op": 10 + float64(slice), "B/op": 64, "allocs/op": 2, "MB/s": 9}
		}
		return values(c, round, slice, r)
	}
	f.Still = true
	return f
}

func rows(t *testing.T, dir string) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	warnings, err := export.CSV(&b, dir)
	require.NoError(t, err)
	assert.Empty(t, warnings)
	lines, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	var all []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, head := range lines[0] {
			row[head] = line[i]
		}
		all = append(all, row)
	}
	return all
}

func TestCSVHasEverySliceOfEveryMeasurement(t *testing.T) {
	f := both(2)
	count, failed, discarded := 0, 0, 0
	for _, r := range rows(t, written(t, f)) {
		if r["failed"] != "" {
			failed++
			assert.Contains(t, r["failed"], "index out of range")
			assert.Empty(t, r["value"])
			continue
		}
		if r["cell"] == "BenchmarkX" && r["package"] == "example.com/b" && r["unit"] == "ns/op" {
			count++
			slice, err := strconv.Atoi(r["slice"])
			require.NoError(t, err)
			assert.Equal(t, strconv.Itoa(9+slice), r["value"])
			assert.Equal(t, strconv.FormatBool(slice == 1), r["discarded"])
			assert.Empty(t, r["model"])
		}
		if r["discarded"] == "true" && r["unit"] == "ns/op" {
			discarded++
		}
	}
	assert.Equal(t, 2*f.Run.Slices, count)
	assert.Equal(t, 1, failed)
	runnable := 0
	for _, c := range f.Run.Cells {
		if c.NotRunnable == "" {
			runnable++
		}
	}
	assert.Equal(t, 2*runnable-1, discarded, "one a process that did not fail")
}

func TestCSVTellsAttemptsApart(t *testing.T) {
	dir := written(t, both(1))
	ms, _, err := results.ReadJournal(dir)
	require.NoError(t, err)
	j, err := results.OpenJournal(dir)
	require.NoError(t, err)
	again := ms[len(ms)-1]
	again.Attempt, again.Steal = 1, 0.25
	require.NoError(t, j.Append(again))
	require.NoError(t, j.Close())
	all := rows(t, dir)
	last := all[len(all)-1]
	assert.Equal(t, "1", last["attempt"])
	assert.Equal(t, "0.25", last["steal"])
}

func TestCSVOfAComparison(t *testing.T) {
	dir := t.TempDir()
	plan := &compare.Plan{Version: compare.Version, Kind: compare.Gate, Status: results.Complete, Rounds: 9, Threshold: 0.05, Alpha: 0.05, Metrics: []string{"ns/op"},
		Benchmarks: []compare.Benchmark{{Package: "example.com/a", Name: "BenchmarkX"}}}
	require.NoError(t, compare.SavePlan(dir, plan))
	journal, err := record.OpenRounds(dir)
	require.NoError(t, err)
	for round := 1; round <= 2; round++ {
		r := record.Round{Block: "example.com/a BenchmarkX", Round: round, Planned: 2, Arms: []record.Arm{{Name: "head"}, {Name: "base"}}}
		for i := range r.Arms {
			for cycle := range 2 {
				r.Arms[i].Add(cycle, record.Sample{N: 10, Values: map[string]float64{"ns/op": float64(1000*i + 100*round + cycle)}})
			}
		}
		r.Arms[0].AddLong(record.Sample{N: 50, Values: map[string]float64{"ns/op": 7}})
		require.NoError(t, journal.Append(r))
	}
	require.NoError(t, journal.Append(record.Round{Block: "example.com/a BenchmarkX", Round: 3, Attempt: 1, Layout: 7, Steal: 0.5, Serial: "a port",
		Arms: []record.Arm{{Name: "head", Failed: "exit status 1"}}}))
	require.NoError(t, journal.Close())
	all := rows(t, dir)
	require.Len(t, all, 2*(2*2+1)+1)
	var values []string
	for _, r := range all[:5] {
		values = append(values, r["side"]+" "+r["cycle"]+" "+r["iterations"]+" "+r["value"])
	}
	assert.Equal(t, []string{"head long 50 7", "head 1 10 100", "head 2 10 101", "base 1 10 1100", "base 2 10 1101"}, values)
	last := all[len(all)-1]
	assert.Equal(t, "exit status 1", last["failed"])
	for i, want := range map[int][]string{0: {"0", "0", "1", "false", "example.com/a", "BenchmarkX", ""}, len(all) - 1: {"1", "7", "1", "true", "example.com/a", "BenchmarkX", "a port"}} {
		r := all[i]
		assert.Equal(t, want, []string{r["attempt"], r["layout"], r["started"], r["disturbed"], r["package"], r["benchmark"], r["one_after_the_other"]})
	}
}

func TestGitHubActionBenchmark(t *testing.T) {
	var b bytes.Buffer
	_, err := export.GitHubActionBenchmark(&b, written(t, both(12)))
	require.NoError(t, err)
	var entries []struct {
		Name, Unit, Range, Extra string
		Value                    float64
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &entries))
	byName := map[string]float64{}
	for _, e := range entries {
		assert.NotContains(t, byName, e.Name, "the action tells figures apart by name")
		assert.NotContains(t, e.Unit, "/s", "only what is better smaller")
		assert.NotEmpty(t, e.Range)
		assert.Contains(t, e.Extra, "rounds: 12")
		byName[e.Name] = e.Value
	}
	assert.Equal(t, 11.0, byName["BenchmarkX (example.com/a) - ns/op"], "the least slice but the first")
	assert.Equal(t, 2.0, byName["BenchmarkX (example.com/b) - allocs/op"])
	assert.Contains(t, byName, "BenchmarkCPU/workload=hash/tasks=64/model=threads - cpu-ns/op")
	for name := range byName {
		assert.False(t, strings.Contains(name, "image") && strings.Contains(name, "threads -"), "what failed in a round has no fair median")
	}
}

func TestBencherMetricFormat(t *testing.T) {
	for _, rounds := range []int{2, 12} {
		var b bytes.Buffer
		_, err := export.Bencher(&b, written(t, both(rounds)))
		require.NoError(t, err)
		var out map[string]map[string]map[string]float64
		require.NoError(t, json.Unmarshal(b.Bytes(), &out))
		x := out["example.com/a.BenchmarkX"]
		assert.Equal(t, 11.0, x["latency"]["value"])
		assert.Equal(t, 64.0, x["allocated-bytes"]["value"])
		hash := out["BenchmarkCPU/workload=hash/tasks=64/model=threads"]["latency"]
		lower, bounded := hash["lower_value"]
		assert.Equal(t, rounds == 12, bounded, "two rounds have no interval")
		if bounded {
			assert.LessOrEqual(t, lower, hash["value"])
			assert.GreaterOrEqual(t, hash["upper_value"], hash["value"])
		}
	}
}

func TestExportSaysWhatToDo(t *testing.T) {
	for _, write := range []func(dir string) error{
		func(dir string) error { _, err := export.CSV(new(bytes.Buffer), dir); return err },
		func(dir string) error { _, err := export.Bencher(new(bytes.Buffer), dir); return err },
	} {
		assert.ErrorContains(t, write(t.TempDir()), "name a folder that concbench run made")
	}
	_, err := export.GitHubActionBenchmark(new(bytes.Buffer), written(t, both(0)))
	assert.ErrorContains(t, err, "no figures to export")
}

func TestPublishedRunsAreExported(t *testing.T) {
	dir := "../published/2026-11-21-quick"
	all := rows(t, dir)
	assert.Greater(t, len(all), 1000)
	var b bytes.Buffer
	_, err := export.GitHubActionBenchmark(&b, dir)
	require.NoError(t, err)
	assert.True(t, json.Valid(b.Bytes()))
}
