package compare

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

func TestFolderIsReadAndJudged(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkA/b-2")
	f := newFolder(t, p)
	p.Metrics = append(p.Metrics, "score")
	p.Profiles = []Profile{{pkgPath, "BenchmarkA", "profiles/a.txt"}, {pkgPath, "BenchmarkA", "../a.txt"}}
	require.NoError(t, SavePlan(f.dir, p))
	require.NoError(t, os.Mkdir(filepath.Join(f.dir, "profiles"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(f.dir, "profiles", "a.txt"), []byte("flat cum\n\x1b[31m 90ms main.f\n"), 0o644))
	require.NoError(t, results.SaveEnv(f.dir, &results.Env{OS: "plan9", Warnings: []results.Warning{{Kind: "load", Text: "load is high", Do: "wait"}}}))
	for round := 1; round <= 16; round++ {
		ns := 100 + float64(round)
		f.pair(Pair{Round: round, Benchmark: "BenchmarkA", Better: map[string]string{"score": "higher"}},
			[]string{"1 9999 ns/op", fmt.Sprintf("10 %v ns/op 5 score", ns+50), fmt.Sprintf("10 %v ns/op 5 score", ns)},
			[]string{"1 9 ns/op", fmt.Sprintf("10 %v ns/op 9 score", 1.2*ns), fmt.Sprintf("10 %v ns/op 9 score", 1.2*ns+60)})
	}
	f.pair(Pair{Round: 1, Benchmark: "BenchmarkA/b-2"}, []string{"1 5 ns/op"}, []string{"1 5 ns/op"})
	r, err := Open(f.dir)
	require.NoError(t, err)
	b := r.Of(Key{pkgPath, "BenchmarkA"})
	require.Len(t, b.Comparisons, 2)
	assert.Equal(t, Slower, b.Comparisons[0].Verdict)
	assert.InDelta(t, 1.2, b.Comparisons[0].Ratio.Estimate, 1e-6, "the least slice but the first")
	assert.Equal(t, Faster, b.Comparisons[1].Verdict, "its Unit line says that more is better")
	assert.Equal(t, "flat cum\n[31m 90ms main.f", b.Profile)
	assert.Equal(t, 1, r.Of(Key{pkgPath, "BenchmarkA/b-2"}).Screened)
	assert.Equal(t, "plan9", r.Env.OS)
	var kinds []string
	for _, w := range r.Warnings {
		kinds = append(kinds, w.Kind)
		assert.NotEmpty(t, w.Do)
	}
	assert.Equal(t, []string{"load", "rounds", "unreadable"}, kinds, "%v", r.Warnings)
	assert.Equal(t, 1, r.ExitCode(false))
}

func TestBytesThatNoPairClaimsAreNotRead(t *testing.T) {
	f := newFolder(t, plan("BenchmarkA"))
	f.pair(Pair{Round: 1, Benchmark: "BenchmarkA"}, []string{"1 5 ns/op"}, []string{"1 5 ns/op"})
	f.base.WriteString("BenchmarkA-2 nonsense\nUnit ns/op better=higher\n")
	f.head.WriteString("BenchmarkA-2 1 7")
	f.pair(Pair{Round: 2, Benchmark: "BenchmarkA"}, []string{"1 5 ns/op"}, []string{"1 5 ns/op"})
	r, err := Open(f.dir)
	require.NoError(t, err)
	assert.Equal(t, 2, r.Results[0].Screened)
	assert.False(t, r.Results[0].Comparisons[0].Higher)
}

func TestPairsThatDoNotHoldWhatTheySayAreLeftOut(t *testing.T) {
	f := newFolder(t, plan("BenchmarkA"))
	good := []string{"1 5 ns/op"}
	f.pair(Pair{Round: 1, Benchmark: "BenchmarkA"}, good, good)
	whole := Part{From: int64(len("goos: linux\n")), To: int64(f.base.Len()), Slices: 1}
	for _, bad := range []Pair{
		{Round: 2, Package: pkgPath, Benchmark: "BenchmarkOther", Base: whole, Head: whole},
		{Round: 0, Package: pkgPath, Benchmark: "BenchmarkA", Base: whole, Head: whole},
		{Round: 2, Package: pkgPath, Benchmark: "BenchmarkA", Base: whole, Head: Part{From: whole.From, To: whole.To, Slices: 2}},
		{Round: 3, Package: pkgPath, Benchmark: "BenchmarkA", Base: Part{From: -1, To: whole.To, Slices: 1}, Head: whole},
		{Round: 4, Package: pkgPath, Benchmark: "BenchmarkA", Base: Part{To: 1 << 40, Slices: 1}, Head: whole},
		{Round: 5, Package: pkgPath, Benchmark: "BenchmarkA", Base: Part{From: whole.To, To: whole.From}, Head: whole},
	} {
		f.append(bad)
	}
	f.append(Pair{Round: 2, Package: pkgPath, Benchmark: "BenchmarkA", Failed: "head: it called b.Fatal"})
	r, err := Open(f.dir)
	require.NoError(t, err)
	unreadable := 0
	for _, w := range r.Warnings {
		if w.Kind == "unreadable" {
			unreadable++
		}
	}
	assert.Equal(t, 6, unreadable, "%v", r.Warnings)
	assert.Equal(t, 1, r.Results[0].Screened)
	assert.Equal(t, Failed, r.Results[0].Verdict(), "that it failed is known")
}

func TestTornPairIsLeftOutAndCut(t *testing.T) {
	f := newFolder(t, plan("BenchmarkA"))
	f.pair(Pair{Round: 1, Benchmark: "BenchmarkA"}, []string{"1 5 ns/op"}, []string{"1 5 ns/op"})
	path := filepath.Join(f.dir, PairsFile)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(data, `{"round":2,"benchm`...), 0o644))
	r, err := Open(f.dir)
	require.NoError(t, err)
	assert.Equal(t, "torn", r.Warnings[0].Kind)
	assert.Equal(t, 1, r.Results[0].Screened)

	f.pair(Pair{Round: 2, Benchmark: "BenchmarkA"}, []string{"1 5 ns/op"}, []string{"1 5 ns/op"})
	ps, torn, err := ReadPairs(f.dir)
	require.NoError(t, err)
	assert.Nil(t, torn)
	assert.Len(t, ps, 2)
}

func TestFolderOfAComparisonThatHasJustBegun(t *testing.T) {
	p := plan("BenchmarkA")
	p.Status = results.Running
	dir := t.TempDir()
	require.NoError(t, SavePlan(dir, p))
	r, err := Open(dir)
	require.NoError(t, err)
	assert.Equal(t, "unfinished", r.Warnings[0].Kind)
	assert.Zero(t, r.Measured())

	j, err := OpenPairs(dir)
	require.NoError(t, err)
	require.NoError(t, j.Append(Pair{Round: 1, Package: pkgPath, Benchmark: "BenchmarkA"}))
	require.NoError(t, j.Close())
	_, err = Open(dir)
	assert.ErrorContains(t, err, "copy the whole folder")
}

// Whatever the three files hold, reading them ends in an error or in a report
// that can be written.
func FuzzPairs(f *testing.F) {
	line := "BenchmarkA-2 10 5 ns/op\n"
	f.Add([]byte(`{"round":1,"package":"example.com/x","benchmark":"BenchmarkA","base":{"to":24,"slices":1},"head":{"to":24,"slices":1}}`+"\n"), []byte(line), []byte(line))
	f.Add([]byte(`{"round":1,"package":"example.com/x","benchmark":"BenchmarkA","base":{"from":-5,"to":99},"head":{"to":9223372036854775807}}`+"\n{"), []byte("Unit ns/op better=higher\n"), []byte("BenchmarkA 1 NaN ns/op\n"))
	f.Add([]byte(`{"round":-1,"attempt":-7,"failed":"x"}`+"\n"), []byte(nil), []byte("Benchmark"))
	f.Fuzz(func(t *testing.T, pairs, base, head []byte) {
		ps, _, err := record.ParseLines[Pair](pairs, PairsFile)
		if err != nil {
			return
		}
		p := plan("BenchmarkA")
		samples, _ := p.samples(ps, Source{bytes.NewReader(base), int64(len(base))}, Source{bytes.NewReader(head), int64(len(head))})
		r := Judge(p, samples)
		for _, c := range r.Results[0].Comparisons {
			assert.True(t, results.Sound(c.Base) && results.Sound(c.Head), "%+v", c)
		}
		require.NoError(t, WriteTerminal(io.Discard, r, true))
		require.NoError(t, WriteMarkdown(io.Discard, r))
		require.NoError(t, WriteJSON(io.Discard, r))
	})
}
