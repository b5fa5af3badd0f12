package compare

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"

	"github.com/concbench/concbench/results/record"
)

func TestBenchFilesHaveALineForEachProcess(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB/b=1")
	p.Packages = append(p.Packages, Package{Path: "example.com/y", Whole: true})
	p.Packages[0].Config = []string{"goos: linux", "pkg: " + pkgPath, "Unit score better=higher"}
	p.Benchmarks = append(p.Benchmarks, Benchmark{Package: "example.com/y", Name: "BenchmarkC"}, Benchmark{Package: "example.com/y", Name: "BenchmarkD"})
	long := round(1, "BenchmarkA", values{"ns/op": 100, "score": 3}, values{"ns/op": 90.5})
	long.Arms[0].AddLong(record.Sample{N: 7000, Values: values{"ns/op": 80, "B/op": 16}})
	shared := round(1, "", values{"ns/op": 5}, values{"ns/op": 6})
	shared.Block, shared.Benchmark = "example.com/y", "BenchmarkD"
	disturbed := round(2, "BenchmarkA", values{"ns/op": 9999}, values{"ns/op": 9999})
	disturbed.Steal = 0.5
	again := round(2, "BenchmarkA", values{"ns/op": 101}, values{"ns/op": 91})
	again.Attempt = 1
	dir := write(t, p, []record.Round{long, shared, disturbed, again, fails(1, "BenchmarkB/b=1", "no", "")})
	require.NoError(t, WriteBench(dir))
	base, err := os.ReadFile(filepath.Join(dir, BaseFile))
	require.NoError(t, err)
	assert.Equal(t, "goos: linux\npkg: example.com/x\nUnit score better=higher\n"+
		"BenchmarkA-2\t7000\t80 ns/op\t16 B/op\t3 score\n"+
		"BenchmarkA-2\t10\t101 ns/op\n"+
		"BenchmarkB/b=1-2\t10\t1000 ns/op\n"+
		"pkg: example.com/y\nBenchmarkD-2\t10\t5 ns/op\n", string(base))
	head, err := os.ReadFile(filepath.Join(dir, HeadFile))
	require.NoError(t, err)
	assert.NotContains(t, string(head), "BenchmarkB", "it failed")

	// As benchstat reads it.
	from := benchfmt.NewReader(bytes.NewReader(head), HeadFile)
	var read []string
	for from.Scan() {
		switch rec := from.Result().(type) {
		case *benchfmt.SyntaxError:
			assert.NoError(t, rec)
		case *benchfmt.Result:
			read = append(read, rec.GetConfig("pkg")+" "+rec.Name.String())
		}
	}
	require.NoError(t, from.Err())
	assert.Equal(t, []string{"example.com/x A-2", "example.com/x A-2", "example.com/y D-2"}, read)
}

func TestBenchFilesOfACheckAreOfTurnsAlone(t *testing.T) {
	p, all := noise(2, 3, 0.1, 1)
	p.CPU = 1
	dir := write(t, p, all)
	require.NoError(t, WriteBench(dir))
	for _, name := range []string{BaseFile, HeadFile} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, 6, bytes.Count(text, []byte("BenchmarkN")))
		assert.NotContains(t, string(text), "(")
	}
	_, err := Open(dir)
	require.NoError(t, err)
	assert.ErrorContains(t, WriteBench(t.TempDir()), PlanFile)
}
