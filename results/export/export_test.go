package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/export"
	"github.com/concbench/concbench/results/internal/fakerun"
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
	plan := &compare.Plan{Version: compare.Version, Kind: compare.Gate, Status: results.Complete, Slices: 2, Threshold: 0.05, Alpha: 0.05, Metrics: []string{"ns/op"}}
	require.NoError(t, compare.SavePlan(dir, plan))
	texts := map[string]string{compare.BaseFile: "", compare.HeadFile: ""}
	pairs, err := compare.OpenPairs(dir)
	require.NoError(t, err)
	for round := 1; round <= 2; round++ {
		p := compare.Pair{Round: round, Package: "example.com/a", Benchmark: "BenchmarkX"}
		for i, name := range []string{compare.BaseFile, compare.HeadFile} {
			part := []*compare.Part{&p.Base, &p.Head}[i]
			part.From = int64(len(texts[name]))
			for slice := range 2 {
				texts[name] += fmt.Sprintf("BenchmarkX-2 10 %d ns/op\n", 1000*i+100*round+slice)
			}
			part.To, part.Slices = int64(len(texts[name])), 2
		}
		require.NoError(t, pairs.Append(p))
	}
	require.NoError(t, pairs.Append(compare.Pair{Round: 3, Attempt: 1, Layout: 7, HeadFirst: true, Disturbed: true, Package: "example.com/a", Benchmark: "BenchmarkX", Failed: "head: exit status 1"}))
	require.NoError(t, pairs.Close())
	for name, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	all := rows(t, dir)
	require.Len(t, all, 2*2*2+2)
	var values []string
	for _, r := range all[:8] {
		values = append(values, r["side"]+" "+r["value"])
	}
	assert.Equal(t, []string{"base 100", "base 101", "head 1100", "head 1101", "base 200", "base 201", "head 1200", "head 1201"}, values)
	assert.Equal(t, "head: exit status 1", all[8]["failed"])
	for i, want := range map[int][]string{0: {"0", "0", "false", "false"}, 8: {"1", "7", "true", "true"}} {
		assert.Equal(t, want, []string{all[i]["attempt"], all[i]["layout"], all[i]["head_first"], all[i]["disturbed"]})
	}

	require.NoError(t, os.Remove(filepath.Join(dir, compare.HeadFile)))
	_, err = export.CSV(new(bytes.Buffer), dir)
	assert.ErrorContains(t, err, "copy the whole folder")
	_, err = export.Bencher(new(bytes.Buffer), dir)
	assert.ErrorContains(t, err, "name the folder of a run")
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
