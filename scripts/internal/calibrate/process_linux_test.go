package calibrate

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	_ "github.com/concbench/concbench/workloads/io"
	"github.com/concbench/concbench/workloads/origin"
)

func TestMain(m *testing.M) {
	origin.Main()
	os.Exit(m.Run())
}

// small is the comparison with all its numbers made small.
func small(c Comparison) Comparison {
	args := []int{}
	for _, n := range c.Args {
		args = append(args, min(n, 20))
	}
	c.Args = args
	return c
}

func compiler(t *testing.T) *Compiler {
	t.Helper()
	c := FindCompiler(t.Context())
	if c == nil {
		t.Skip("not runnable: no C compiler (cc, gcc or clang) is on the PATH")
	}
	return c
}

// Each reference compiles without a warning, runs, and prints what can be read.
func TestReferencesMeasureSomething(t *testing.T) {
	cc := compiler(t)
	assert.NotEmpty(t, cc.Version)
	p := &Programs{C: map[string]string{}, Dir: t.TempDir(), Span: time.Millisecond, Seed: 1}
	for _, c := range Comparisons {
		for _, side := range c.Like {
			if side.C == "" {
				continue
			}
			t.Run(c.Name, func(t *testing.T) {
				if p.C[side.C] == "" {
					path, said, err := cc.compile(t.Context(), p.Dir, side.C, "-Wall", "-Wextra")
					require.NoError(t, err)
					assert.Empty(t, said)
					p.C[side.C] = path
				}
				s, err := p.open(small(c), bench.CPUs())
				require.NoError(t, err)
				defer s.close()
				a, err := s.measure(t.Context(), side)
				require.NoError(t, err)
				if a.NotRunnable != "" {
					t.Skip("not runnable: ", a.NotRunnable)
				}
				assert.Positive(t, a.Ops)
				assert.Positive(t, a.Wall)
				assert.GreaterOrEqual(t, a.CPU, time.Duration(0))
				for _, g := range c.Gauges {
					if g.Quantity == results.Held || g.Quantity == results.Lateness {
						assert.Positive(t, a.Value)
					}
				}
			})
		}
	}
}

// program writes a script that takes the place of a reference.
func program(t *testing.T, text string) *Programs {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o777))
	return &Programs{C: map[string]string{"program": path}, Dir: t.TempDir(), Span: time.Millisecond, Seed: 1}
}

func ask(t *testing.T, text string) (answer, error) {
	t.Helper()
	s, err := program(t, text).open(Comparison{Args: []int{7}}, bench.CPUs()[:1])
	require.NoError(t, err)
	defer s.close()
	return s.measure(t.Context(), Side{C: "program", Mode: "mode"})
}

func TestAnAnswerIsReadAndAFailureHasItsLastWords(t *testing.T) {
	t.Setenv("GOGC", "50")
	a, err := ask(t, `echo "{\"ops\":$2,\"wall_ns\":$1,\"cpu_ns\":3,\"value\":1.5,\"sum\":\"$3$GOGC\"}"`)
	require.NoError(t, err)
	assert.Equal(t, answer{Ops: 7, Wall: time.Millisecond, CPU: 3, Value: 1.5, Sum: "mode"}, a)

	_, err = ask(t, "echo boom >&2; exit 3")
	assert.ErrorContains(t, err, "exit status 3: boom")
	_, err = ask(t, "echo hello")
	assert.ErrorContains(t, err, `it printed "hello\n", which is no answer`)
	_, err = ask(t, `echo '{"ops":0}'`)
	assert.ErrorContains(t, err, "measured nothing")
	a, err = ask(t, `echo '{"not_runnable":"no moon"}'`)
	require.NoError(t, err)
	assert.Equal(t, "no moon", a.NotRunnable)
}

func TestASideIsBoundToItsCPUs(t *testing.T) {
	before := bench.CPUs()
	a, err := ask(t, `set -- $(grep Cpus_allowed_list: /proc/self/status); echo "{\"ops\":1,\"wall_ns\":1,\"sum\":\"$2\"}"`)
	require.NoError(t, err)
	assert.Equal(t, strconv.Itoa(before[0]), a.Sum)
	assert.Equal(t, before, bench.CPUs(), "this process is as it was")
}

func TestSourcesThatDoNotCompileSayWhy(t *testing.T) {
	cc := compiler(t)
	_, err := cc.Compile(t.Context(), t.TempDir(), "nonsense")
	assert.ErrorContains(t, err, "nonsense.c does not compile")
	assert.NotContains(t, err.Error(), os.TempDir()+"/", "no path of this machine")
}

// The whole way once, with real programs: a model, its reference, a record.
func TestACalibrationIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("not runnable: compiles the Go side, and -short is set")
	}
	cc := compiler(t)
	p := &Programs{C: map[string]string{}, Dir: t.TempDir(), Span: time.Millisecond, Seed: 1}
	var err error
	p.Side, err = BuildSide(t.Context(), p.Dir)
	require.NoError(t, err)
	p.C["echo_epoll"], err = cc.Compile(t.Context(), p.Dir, "echo_epoll")
	require.NoError(t, err)
	record, saved := &results.Calibration{Version: results.Version}, 0
	o := Options{Only: []string{"echo-eventloop"}, Places: []string{"one"}, Rounds: 2, Seed: 1, Span: time.Millisecond}
	var said strings.Builder
	require.NoError(t, Measure(t.Context(), o, p, nil, record, func() error { saved++; return nil }, Lines(&said)))
	require.Len(t, record.Rows, 1)
	row := record.Rows[0]
	require.Empty(t, row.Failed)
	if row.NotRunnable != "" {
		t.Skip("not runnable: ", row.NotRunnable)
	}
	assert.Equal(t, 2, row.Rounds())
	assert.Positive(t, saved)
	assert.Contains(t, said.String(), "about")
	f := row.Fidelity(row.Gauges[0])
	assert.Equal(t, "C epoll", f.Against)
	assert.Positive(t, f.Ratio.Estimate)
}
