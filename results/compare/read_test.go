package compare

import (
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
	p.Metrics = append(p.Metrics, "score")
	p.Packages[0].Config = []string{"Unit score better=higher"}
	p.Profiles = []Profile{{pkgPath, "BenchmarkA", "profiles/a.txt"}, {pkgPath, "BenchmarkA", "../a.txt"}}
	var all []record.Round
	for n := 1; n <= 16; n++ {
		ns := 100 + float64(n)
		all = append(all, round(n, "BenchmarkA", values{"ns/op": ns, "score": ns / 20}, values{"ns/op": 1.2 * ns, "score": ns / 11}))
	}
	all = append(all, round(1, "BenchmarkA/b-2", values{"ns/op": 5}, values{"ns/op": 5}))
	dir := write(t, p, all)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "profiles"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "profiles", "a.txt"), []byte("flat cum\n\x1b[31m 90ms main.f\n"), 0o644))
	require.NoError(t, results.SaveEnv(dir, &results.Env{OS: "plan9", Warnings: []results.Warning{{Kind: "load", Text: "load is high", Do: "wait"}}}))
	r, err := Open(dir)
	require.NoError(t, err)
	b := r.Of(Key{pkgPath, "BenchmarkA"})
	require.Len(t, b.Comparisons, 2)
	assert.Equal(t, Slower, b.Comparisons[0].Verdict)
	assert.InDelta(t, 1.2, b.Comparisons[0].Ratio.Estimate, 1e-6)
	assert.InDelta(t, 108.5, b.Comparisons[0].Base, 1e-6, "the median over the rounds")
	assert.Equal(t, Faster, b.Comparisons[1].Verdict, "its Unit line says that more is better")
	assert.Equal(t, "flat cum\n[31m 90ms main.f", b.Profile)
	assert.Equal(t, 1, r.Of(Key{pkgPath, "BenchmarkA/b-2"}).Rounds)
	assert.Equal(t, "plan9", r.Env.OS)
	var kinds []string
	for _, w := range r.Warnings {
		kinds = append(kinds, w.Kind)
		assert.NotEmpty(t, w.Do)
	}
	assert.Equal(t, []string{"load", "rounds", "unreadable"}, kinds, "%v", r.Warnings)
	assert.Equal(t, 1, r.ExitCode(false))
}

func TestRoundsThatThePlanDoesNotKnowAreLeftOut(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkGone")
	p.Benchmarks[1].State = OnlyBase
	dir := write(t, p, append(append(times("BenchmarkA", 1), times("BenchmarkOther", 1, 1)...), times("BenchmarkGone", 1)...))
	r, err := Open(dir)
	require.NoError(t, err)
	assert.Equal(t, "unreadable", r.Warnings[0].Kind)
	assert.Contains(t, r.Warnings[0].Text, "3 rounds")
	assert.Equal(t, 1, r.Results[0].Rounds)
	assert.Zero(t, r.Results[1].Rounds)
}

func TestTornRoundIsLeftOutAndCut(t *testing.T) {
	dir := write(t, plan("BenchmarkA"), times("BenchmarkA", 1))
	path := filepath.Join(dir, record.RoundsFile)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(data, `{"block":"exam`...), 0o644))
	r, err := Open(dir)
	require.NoError(t, err)
	assert.Equal(t, "torn", r.Warnings[0].Kind)
	assert.Equal(t, 1, r.Results[0].Rounds)

	appendTo(t, dir, times("BenchmarkA", 1, 1)[1:])
	r, err = Open(dir)
	require.NoError(t, err)
	assert.Equal(t, 2, r.Results[0].Rounds)
	for _, w := range r.Warnings {
		assert.NotEqual(t, "torn", w.Kind)
	}
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
}

func TestFolderOfAnOldComparisonSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	old := `{"version":1,"kind":"compare","threshold":0.05,"alpha":0.05,"screen":4,"confirm":24,"slices":16,"benchmarks":[{"package":"x","name":"BenchmarkA","slices":4}]}`
	require.NoError(t, os.WriteFile(filepath.Join(dir, PlanFile), []byte(old), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pairs.jsonl"), []byte("{}\n"), 0o644))
	_, err := Open(dir)
	assert.ErrorContains(t, err, "compare anew")
	assert.ErrorContains(t, err, PlanFile)
}

// Whatever the journal holds, reading it ends in an error or in a report that can
// be written.
func FuzzRounds(f *testing.F) {
	f.Add([]byte(`{"block":"example.com/x BenchmarkA","round":1,"planned":1,"arms":[{"arm":"base","cycles":[0],"samples":{"ns/op":[5]}},{"arm":"head","cycles":[0],"samples":{"ns/op":[6]}}]}`+"\n"), uint8(3))
	f.Add([]byte(`{"block":"example.com/x","benchmark":"BenchmarkA","round":-1,"attempt":-7,"planned":9,"layout":3,"serial":"x","arms":[{"arm":"base","failed":"x"},{"arm":"base"},{"arm":"head","cycles":[3,1],"samples":{"ns/op":[null,-1,1e300]},"long":{"B/op":[]}}]}`+"\n{"), uint8(1))
	f.Add([]byte(`{"block":"example.com/x","arms":null}`+"\n"), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, times uint8) {
		rounds, _, err := record.ParseLines[record.Round](data, record.RoundsFile)
		if err != nil || len(rounds) > 20 {
			return
		}
		for _, kind := range []Kind{Gate, AA} {
			p := plan("BenchmarkA")
			p.Kind, p.Layouts = kind, []int{7, 8}
			j := NewJudging(p)
			for n := range int(times%10) + 1 {
				for _, r := range rounds {
					r.Round += n
					j.Add(r)
				}
			}
			done, least, _, _ := j.Next(p.Block(p.Benchmarks[0]))
			assert.True(t, done || least >= 1)
			r := j.Report()
			for _, c := range r.Results[0].Comparisons {
				assert.True(t, results.Sound(c.Base) && results.Sound(c.Head), "%+v", c)
			}
			p.bench(record.Counted(rounds), BaseArm)
			require.NoError(t, WriteTerminal(io.Discard, r, true))
			require.NoError(t, WriteMarkdown(io.Discard, r))
			require.NoError(t, WriteJSON(io.Discard, r))
			_ = fmt.Sprint(r.doubts())
		}
	})
}
