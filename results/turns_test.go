package results_test

import (
	"bytes"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
	"github.com/concbench/concbench/results/record"
)

// journaled returns the folder of a run whose journal is these rounds.
func journaled(t *testing.T, run results.Run, rounds ...record.Round) string {
	t.Helper()
	dir := t.TempDir()
	run.Version = results.Version
	require.NoError(t, results.SaveRun(dir, &run))
	require.NoError(t, results.SaveEnv(dir, &results.Env{OS: "linux", Cores: 2}))
	l, err := record.OpenRounds(dir)
	require.NoError(t, err)
	for _, r := range rounds {
		require.NoError(t, l.Append(r))
	}
	require.NoError(t, l.Close())
	return dir
}

// armOf is an arm whose samples hold these figures, a sample each.
func armOf(name string, samples ...map[string]float64) record.Arm {
	a := record.Arm{Name: name}
	for cycle, values := range samples {
		a.Add(cycle, record.Sample{N: 10, Values: values})
	}
	return a
}

type values = map[string]float64

const job = "BenchmarkIO/workload=w/tasks=10"

// ab is the plan of a job under models a and b, and of a plain benchmark.
func ab() results.Run {
	run := results.Run{Rounds: 3, CPUs: 2, Status: results.Complete, Config: []string{"goos: linux", "Unit tasks/s better=higher"}}
	for _, m := range []string{"a", "b"} {
		run.Models = append(run.Models, results.Model{Name: m, Usable: true})
		run.Cells = append(run.Cells, results.Cell{Name: job + "/model=" + m, Job: job, Model: m, Tasks: 10})
	}
	run.Packages = []results.Package{{Path: "p", Config: []string{"pkg: p", "Unit widgets better=higher"}}}
	run.Cells = append(run.Cells, results.Cell{Name: "BenchmarkX", Job: "BenchmarkX", Package: "p"})
	return run
}

// round is a whole one of the job, with the arms.
func round(number int, arms ...record.Arm) record.Round {
	return record.Round{Block: job, Round: number, Planned: 3, End: true, Arms: arms}
}

func three(ns float64) []map[string]float64 {
	return []map[string]float64{{"ns/op": ns}, {"ns/op": ns}, {"ns/op": ns}}
}

func processes(t *testing.T, dir string) []results.Process {
	t.Helper()
	ps, _, err := results.ReadProcesses(dir)
	require.NoError(t, err)
	return ps
}

func TestAnArmIsAProcessOfItsCell(t *testing.T) {
	r := round(2, armOf("b", values{"ns/op": 7, "threads": 4, "lost/op": 0}, values{"ns/op": 9, "threads": 6, "lost/op": 1}, values{"ns/op": 8, "threads": 5, "lost/op": 0}), armOf("a", three(5)...))
	r.Steal, r.Attempt = 0.01, 1
	ps := processes(t, journaled(t, ab(), r, round(3, armOf("nobody", three(1)...))))
	require.Len(t, ps, 2, "what the plan does not have is left out")
	p := ps[0]
	assert.Equal(t, job+"/model=b", p.Of.Name)
	assert.Equal(t, results.Measurement{Round: 2, Order: 1, Cell: p.Of.Name, Slices: 3, Steal: 0.01, Attempt: 1}, p.Measurement)
	assert.Equal(t, values{"ns/op": 8, "threads": 6, "lost/op": 1}, p.Values, "medians, but peaks and what must not happen once")
	assert.Equal(t, 30, p.N)
	require.Len(t, p.Measured, 3)
	assert.Equal(t, values{"ns/op": 9, "threads": 6, "lost/op": 1}, p.Measured[1])
	require.NotNil(t, p.Arm)
	assert.Equal(t, 2, ps[1].Order)
}

func TestAProcesssOwnFigureComesFromItsLongSamples(t *testing.T) {
	a := armOf("a", three(5)...)
	a.AddLong(record.Sample{N: 100, Values: values{"ns/op": 4}})
	ps := processes(t, journaled(t, ab(), round(1, a)))
	assert.Equal(t, values{"ns/op": 4}, ps[0].Values)
}

func TestAUnitThatSomeSamplesLackIsReadAllTheSame(t *testing.T) {
	ps := processes(t, journaled(t, ab(), round(1, armOf("a", values{"x": 1}, values{"ns/op": 2, "threads": 3}, values{"ns/op": 4}))))
	assert.Equal(t, values{"x": 1, "ns/op": 3, "threads": 3}, ps[0].Values)
	assert.Equal(t, []values{{"x": 1}, {"ns/op": 2, "threads": 3}, {"ns/op": 4}}, ps[0].Measured)
}

func TestWhatRanOneAfterTheOtherIsNotComparedCycleByCycle(t *testing.T) {
	r := round(1, armOf("a", three(5)...))
	r.Serial = "a port"
	plain := record.Round{Block: "p BenchmarkX", Round: 1, Planned: 3, End: true, Arms: []record.Arm{armOf("", three(2)...)}}
	ps := processes(t, journaled(t, ab(), r, plain))
	require.Len(t, ps, 2)
	assert.Nil(t, ps[0].Arm)
	assert.Nil(t, ps[1].Arm)
	assert.Equal(t, "p", ps[1].Package)
	assert.True(t, ps[1].Of.Plain())
}

func TestBenchmarksThatShareAProcessAreReadByTheirNames(t *testing.T) {
	run := ab()
	run.Packages[0].Whole = true
	r := record.Round{Block: "p", Benchmark: "BenchmarkX", Round: 1, Planned: 3, End: true, Arms: []record.Arm{armOf("", three(2)...)}}
	ps := processes(t, journaled(t, run, r))
	require.Len(t, ps, 1)
	assert.Equal(t, "BenchmarkX", ps[0].Of.Name)
}

func TestFailuresAndWhatCannotRunAreRead(t *testing.T) {
	part := armOf("a", three(5)...)
	part.Failed, part.Log = "exit status 2", "logs/1.txt"
	dir := journaled(t, ab(), round(1, part, record.Arm{Name: "b", NotRun: "no such call here"}))
	ps := processes(t, dir)
	require.Len(t, ps, 1)
	assert.Empty(t, ps[0].Values, "what it measured before is no fair sample")
	assert.Equal(t, "logs/1.txt", ps[0].Log)
	d := open(t, dir)
	a, b := d.Rows[0].Cells[0], d.Rows[0].Cells[1]
	require.Len(t, a.Failures, 1)
	assert.Equal(t, "no such call here", b.NotRunnable)
	assert.Equal(t, results.NotRunnable, d.Rows[0].Time.Standings[1].State)
	assert.Equal(t, results.Failed, d.Rows[0].Time.Standings[0].State)
}

func TestADisturbedAttemptGivesWayAndIsTold(t *testing.T) {
	first, second := round(1, armOf("a", three(900)...), armOf("b", three(5)...)), round(1, armOf("a", three(5)...), armOf("b", three(5)...))
	first.Steal, second.Attempt = 0.5, 1
	dir := journaled(t, ab(), first, second)
	assert.Len(t, processes(t, dir), 4, "each attempt")
	d := open(t, dir)
	assert.Equal(t, 1, d.Again)
	assert.Equal(t, 1, d.Rounds)
	require.Len(t, d.Rows[0].Cells[0].Processes, 1)
	assert.Equal(t, 5.0, d.Rows[0].Cells[0].Processes[0].Values["ns/op"])
}

// What failed takes no part in the attempt that counts.
func TestAFailureInAnAttemptThatDoesNotCountIsReported(t *testing.T) {
	whole := round(1, armOf("a", three(5)...), armOf("b", three(5)...))
	disturbed := round(2, record.Arm{Name: "a", Failed: "exit status 2"}, armOf("b", three(5)...))
	again := round(2, armOf("b", three(6)...))
	disturbed.Steal, again.Attempt = 0.5, 1
	d := open(t, journaled(t, ab(), whole, disturbed, again))
	assert.Equal(t, results.Failed, d.Rows[0].Time.Standings[0].State)
	b := d.Rows[0].Cells[1]
	require.Len(t, b.Processes, 2)
	assert.Equal(t, 6.0, b.Processes[1].Values["ns/op"])
	assert.Empty(t, b.Failures)
}

func kinds(d *results.Data) (all []string) {
	for _, w := range d.Warnings {
		all = append(all, w.Kind)
	}
	return all
}

func TestReasonsToDistrustTurnsAreReported(t *testing.T) {
	loud, quiet := armOf("a", three(5)...), armOf("b", three(5)...)
	loud.Parked, quiet.Parked = 0.07, 0.05
	louder := loud
	louder.Parked = 0.31
	d := open(t, journaled(t, ab(), round(1, loud, quiet), round(2, louder, quiet)))
	require.Contains(t, kinds(d), "parked")
	w := d.Warnings[slices.Index(kinds(d), "parked")]
	assert.Contains(t, w.Text, job+" a used up to 31 %")
	assert.NotEmpty(t, w.Do)
	assert.Len(t, slices.DeleteFunc(kinds(d), func(k string) bool { return k != "parked" }), 1, "5 % is allowed, and one warning an arm is enough")
	assert.NotContains(t, kinds(d), "serial")

	after := round(1, quiet, armOf("a", three(5)...))
	after.Serial = "both bind port 80"
	next := after
	next.Round = 2
	d = open(t, journaled(t, ab(), after, next))
	require.Contains(t, kinds(d), "serial")
	text := d.Warnings[slices.Index(kinds(d), "serial")].Text
	assert.Contains(t, text, "both bind port 80")
	assert.Equal(t, 1, strings.Count(text, job))
}

func TestATornRoundIsAWarning(t *testing.T) {
	dir := journaled(t, ab(), round(1, armOf("a", three(5)...)))
	f, err := os.OpenFile(filepath.Join(dir, record.RoundsFile), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`{"block":"` + job)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	d := open(t, dir)
	assert.Contains(t, kinds(d), "torn")
	assert.Equal(t, 1, d.Rounds)
}

// A result is what benchfmt reads of a line.
type result struct {
	name, pkg string
	n         int
	values    values // in the units that they were written in
	better    string // of the unit tasks/s
}

func benchFile(t *testing.T, dir string) (all []result) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	defer f.Close()
	r := benchfmt.NewReader(f, results.BenchFile)
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.SyntaxError:
			require.NoError(t, rec)
		case *benchfmt.Result:
			one := result{name: string(rec.Name), pkg: rec.GetConfig("pkg"), n: rec.Iters, values: values{}}
			for _, v := range rec.Values {
				if v.OrigUnit != "" {
					v.Value, v.Unit = v.OrigValue, v.OrigUnit
				}
				one.values[v.Unit] = v.Value
			}
			all = append(all, one)
		}
	}
	require.NoError(t, r.Err())
	if better := r.Units().Get("tasks/s", "better"); better != nil {
		all[0].better = better.Value
	}
	return all
}

func TestBenchFileIsReadByBenchfmt(t *testing.T) {
	sample := values{"ns/op": 1e9 / 3, "tasks/s": 1e-9, "footprint-B": 12345678901234}
	failed := armOf("b", three(5)...)
	failed.Failed = "why"
	disturbed := round(2, armOf("a", three(77)...))
	disturbed.Steal = 0.5
	again := round(2, armOf("a", three(5)...))
	again.Attempt = 1
	plain := record.Round{Block: "p BenchmarkX", Round: 1, Planned: 1, End: true, Arms: []record.Arm{armOf("", values{"ns/op": 2, "widgets": -1.5})}}
	once := round(1, armOf("a", sample), failed)
	once.Planned = 1
	dir := journaled(t, ab(), plain, once, disturbed, again)
	require.NoError(t, results.WriteBench(dir))
	assert.Equal(t, []result{
		{"IO/workload=w/tasks=10/model=a-2", "", 10, values{"ns/op": 1e9 / 3, "tasks/s": 1e-9, "footprint-B": 12345678901234}, "higher"},
		{"IO/workload=w/tasks=10/model=a-2", "", 30, values{"ns/op": 5}, ""},
		{"X-2", "p", 10, values{"ns/op": 2, "widgets": -1.5}, ""},
	}, benchFile(t, dir), "a line for each process that counts and did not fail, package by package")
	first, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	require.NoError(t, results.WriteBench(dir))
	second, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	assert.Equal(t, string(first), string(second), "it is made of the journal alone")
}

func TestOneCPUHasNoSuffix(t *testing.T) {
	run := ab()
	run.CPUs = 1
	dir := journaled(t, run, round(1, armOf("a", three(5)...)))
	require.NoError(t, results.WriteBench(dir))
	assert.Equal(t, "IO/workload=w/tasks=10/model=a", benchFile(t, dir)[0].name)
}

func TestBenchFileIsNotMadeOfNothing(t *testing.T) {
	dir := journaled(t, ab())
	require.NoError(t, results.WriteBench(dir))
	_, err := os.Stat(filepath.Join(dir, results.BenchFile))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.Error(t, results.WriteBench(t.TempDir()), "no run")
}

func TestTheBenchFileOfVersion1IsLeftAlone(t *testing.T) {
	dir := written(t, fakerun.New(2))
	before, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	require.NoError(t, results.WriteBench(dir))
	after, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	assert.True(t, bytes.Equal(before, after))
}

func TestBenchstatReadsTheBenchFile(t *testing.T) {
	benchstat, err := exec.LookPath("benchstat")
	if err != nil {
		t.Skip("no benchstat here: go install golang.org/x/perf/cmd/benchstat@latest")
	}
	f := fakerun.New(12).InTurns()
	dir := written(t, f)
	out, err := exec.Command(benchstat, "-col", "/model@(goroutines gopool)", filepath.Join(dir, results.BenchFile)).CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "IO/workload=timer/tasks=100/wait=1ms")
	assert.Contains(t, string(out), "sec/op")
}

func TestARunInTurnsIsJudgedAsOneOfVersion1(t *testing.T) {
	dir := written(t, fakerun.New(12).InTurns())
	d := open(t, dir)
	require.Len(t, d.Rows, 7)
	assert.Equal(t, 12, d.Rounds)
	fetch := find(t, d, "fetch ×50 latency=1ms")
	assert.Equal(t, "eventloop", fetch.Time.Reference)
	assert.True(t, fetch.Time.Alone)
	assert.Equal(t, []string{"goroutines"}, fetch.Advice.Take)
	assert.True(t, find(t, d, "echo ×100").Time.Limited)
	image := find(t, d, "image ×8")
	assert.Equal(t, results.Failed, image.Time.Standings[3].State)
	assert.Empty(t, image.Cells[3].Processes, "what failed is not measured again")
	assert.Equal(t, results.NotRunnable, find(t, d, "files ×64 cache=cold").Time.Standings[5].State)
	assert.Len(t, benchFile(t, dir), 12*(6*7-2), "a line a process")
}

func TestTurnsTakeOutWhatACyclesArmsShare(t *testing.T) {
	f := fakerun.New(12).InTurns()
	still := fakerun.New(12).InTurns()
	still.Still = true
	noise := func(c results.Cell, _, _ int, _ *rand.Rand) map[string]float64 {
		return values{"ns/op": 1000 * float64(len(c.Model)), "cpu-ns/op": 10}
	}
	f.Values, still.Values = noise, noise
	d, quiet := open(t, written(t, f)), open(t, written(t, still))
	for i, s := range d.Rows[0].Time.Standings {
		want := quiet.Rows[0].Time.Standings[i]
		assert.InEpsilon(t, want.Ratio.Estimate, s.Ratio.Estimate, 1e-9, s.Model.Name)
		assert.InEpsilon(t, want.Ratio.Hi, s.Ratio.Hi, 1e-9, s.Model.Name)
	}
	ns := d.Rows[0].Time.Standings[0].Median
	assert.Greater(t, math.Abs(ns.Hi-ns.Lo), 0.01*ns.Estimate, "by themselves they vary")
}

func TestARunInTurnsIsPrinted(t *testing.T) {
	for _, anytime := range []bool{true, false} {
		f := fakerun.New(12).InTurns()
		f.Run.Anytime = anytime
		d := open(t, written(t, f))
		text, page := terminal(t, d, false), markdown(t, d)
		for _, s := range []string{text, page} {
			assert.Contains(t, s, "fetch ×50")
			assert.Contains(t, s, "image ×8")
			assert.NotContains(t, s, "NaN")
			assert.NotContains(t, s, "slices")
			assert.NotContains(t, s, results.JournalFile)
		}
		assert.Contains(t, page, "index out of range")
		assert.Contains(t, page, "took turns, sample by sample")
		assert.Equal(t, anytime, strings.Contains(page, "a bet that may be looked at after every round"))
		assert.Equal(t, !anytime, strings.Contains(page, "exact signed rank test"))
	}
	f := plain(12).InTurns()
	d := open(t, written(t, f))
	require.Len(t, d.Benchmarks, 4)
	ns, _ := d.Benchmarks[0].Figure("ns/op")
	assert.Equal(t, 12, ns.Median.N)
	assert.Len(t, d.Benchmarks[2].Failures, 1)
	assert.Len(t, d.Benchmarks[2].Processes, 1, "it failed in round 2")
	assert.Contains(t, markdown(t, d), "Encode/size=64")
}
