// Package extend is a package with a workload of its own, as anyone may write
// it: one file, and every model runs it. Its tests read what go test -bench
// prints of it, and compare that with what the tasks are known to do.
package extend

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func TestMain(m *testing.M) { bench.Main(m) }

func BenchmarkCost(b *testing.B) { bench.Kind(b, workloads.Cost) }

// BenchmarkMixed has no cells, and so no results.
func BenchmarkMixed(b *testing.B) { bench.Kind(b, workloads.Mixed) }

func init() { workloads.Register(known{}) }

// known is a workload of which the cost is known.
type known struct{}

func (known) About() workloads.About {
	return workloads.About{
		Name: "known", Kind: workloads.Cost, Summary: "costs what it is told", Unit: "so much of each",
		Params: []workloads.Param{
			{Name: "cpu", Default: "0s", Doc: "CPU to burn", Check: workloads.Span(0, time.Minute)},
			{Name: "hold", Default: "0", Doc: "MiB of memory to hold", Check: workloads.Whole(0, 1<<10)},
			{Name: "naps", Default: "0", Doc: "times to leave the CPU", Check: workloads.Whole(0, 1<<20)},
		},
		Quick: []workloads.Case{{Tasks: 1}},
	}
}

func (known) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (known) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	cpu, hold, naps := p.Duration("cpu"), p.Int("hold")<<20, p.Int("naps")
	body := func(t runners.Task, i int) (_ uint64, err error) {
		t.Block(func() {
			if hold > 0 {
				err = touch(hold)
			}
			for range naps {
				unix.Nanosleep(&unix.Timespec{Nsec: 1}, nil)
			}
			burn(cpu)
		})
		return uint64(i + 1), err
	}
	return workloads.Work{
		Make: func(runners.Sync) runners.Body { return body },
		Sum:  uint64(tasks * (tasks + 1) / 2),
	}, nil
}

// burn keeps a thread busy until the kernel has charged it with d.
func burn(d time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	charged := func() (ns int64) {
		var ts unix.Timespec
		unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
		return ts.Nano()
	}
	for until := charged() + int64(d); charged() < until; {
	}
}

// touch maps so many bytes, makes them resident, holds them for a while and
// gives them back.
func touch(bytes int) error {
	b, err := unix.Mmap(-1, 0, bytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return err
	}
	for i := 0; i < len(b); i += os.Getpagesize() {
		b[i] = 1
	}
	time.Sleep(50 * time.Millisecond)
	return unix.Munmap(b)
}

// run runs this test binary with the arguments.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, append([]string{"-test.run=^$"}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		require.IsType(t, &exec.ExitError{}, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// measure measures one op of a cell and returns its figures by unit.
func measure(t *testing.T, cell string) map[string]float64 {
	t.Helper()
	out, errs, code := run(t, "-test.bench=.", "-test.benchtime=1x", "-concbench.cell="+cell)
	require.Zero(t, code, out+errs)
	figures := map[string]float64{}
	r := benchfmt.NewReader(strings.NewReader(out), "stdout")
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			require.Empty(t, figures, "one result")
			for _, v := range rec.Values {
				// benchfmt makes seconds of ns and drops the prefix.
				if v.OrigUnit != "" {
					figures[v.OrigUnit] = v.OrigValue
				} else {
					figures[v.Unit] = v.Value
				}
			}
		case *benchfmt.SyntaxError:
			t.Fatal(rec)
		}
	}
	require.NoError(t, r.Err())
	return figures
}

func TestEveryModelRunsAWorkloadFromElsewhere(t *testing.T) {
	for _, m := range runners.Models() {
		if m.Unsupported != nil && m.Unsupported() != nil {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			f := measure(t, "known/tasks=20/model="+m.Name)
			for attempt := 0; attempt < 8 && f["footprint-B"] == 0; attempt++ { // what watches the tasks came too late
				f = measure(t, "known/tasks=20/model="+m.Name)
			}
			for _, unit := range []string{"ns/op", "tasks/s", "cpu-ns/op", "user-ns/op", "sys-ns/op", "peak-rss-B", "footprint-B",
				"threads", "vol-ctxsw/op", "invol-ctxsw/op", "p50-ns", "p99-ns", "max-ns", "service-p99-ns"} {
				assert.Contains(t, f, unit)
			}
			assert.GreaterOrEqual(t, f["ns/op"], f["max-ns"], "no task outlasts its job")
			assert.GreaterOrEqual(t, f["p99-ns"]*1.002, f["service-p99-ns"], "to 0.1 %% of the histogram's")
		})
	}
}

// within sees that a figure is what it should be, but for so small a part, once
// in a few attempts: on a busy machine the runtime has more to do beside the
// tasks, and what watches them may come too late.
func within(t *testing.T, part, want float64, measured func() (figures map[string]float64, value float64)) (figures map[string]float64) {
	t.Helper()
	value := math.Inf(1)
	for attempt := 0; attempt < 8 && math.Abs(value-want) > part*want; attempt++ {
		figures, value = measured()
	}
	assert.InEpsilon(t, want, value, part)
	return figures
}

// exact skips where the figures are not the tasks' alone.
func exact(t *testing.T) {
	if underRace {
		t.Skip("not runnable: the race detector takes CPU and memory of its own")
	}
}

func TestACellReadsTheCPUThatItsTasksBurn(t *testing.T) {
	exact(t)
	const want = 300e6
	var f map[string]float64
	for attempt := 0; attempt < 8 && (f == nil || f["cpu-ns/op"] > 1.05*want); attempt++ {
		f = measure(t, "known/cpu=300ms/model=goroutines")
		assert.GreaterOrEqual(t, f["cpu-ns/op"], 0.99*want)
	}
	assert.LessOrEqual(t, f["cpu-ns/op"], 1.05*want+f["ns/op"]/20, "on a busy machine the runtime has more to do, the longer it takes")
	assert.InEpsilon(t, f["cpu-ns/op"], f["user-ns/op"]+f["sys-ns/op"], 0.001)
}

func TestACellReadsTheMemoryThatItsTasksHold(t *testing.T) {
	exact(t)
	for _, unit := range []string{"peak-rss-B", "footprint-B"} {
		within(t, 0.05, 64<<20, func() (map[string]float64, float64) {
			none := measure(t, "known/hold=0/model=goroutines")
			some := measure(t, "known/hold=64/model=goroutines")
			return some, some[unit] - none[unit]
		})
	}
}

func TestACellReadsTheSwitchesThatItsTasksForce(t *testing.T) {
	f := measure(t, "known/naps=2000/model=goroutines")
	assert.GreaterOrEqual(t, f["vol-ctxsw/op"], 1950.0, "a sleep may be over before it begins where the machine stands still")
}

func TestACellReadsTheThreadsOfItsTasks(t *testing.T) {
	m, _, err := runners.Lookup("threads", 2)
	require.NoError(t, err)
	if err := m.Unsupported(); err != nil {
		t.Skip("not runnable: ", err)
	}
	within(t, 0.1, 50, func() (map[string]float64, float64) { // the runtime has a spare one or two
		few := measure(t, "known/tasks=1/naps=2000/model=threads")
		many := measure(t, "known/tasks=51/naps=2000/model=threads")
		return many, many["threads"] - few["threads"]
	})
}

func TestOnlyTheSelectedCellIsRun(t *testing.T) {
	out, _, code := run(t, "-test.bench=Cost/workload=known", "-test.benchtime=1x")
	assert.Zero(t, code)
	for _, m := range runners.Models() {
		times := 0
		if m.Quick && (m.Unsupported == nil || m.Unsupported() == nil) {
			times = 1
		}
		row := regexp.MustCompile("/model=" + m.Name + `(-\d+)?\s+1\s`)
		assert.Len(t, row.FindAllString(out, -1), times, m.Name)
	}
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "Benchmark") {
			assert.Contains(t, line, " peak-rss-B\t", "each has memory and threads of its own")
			assert.Contains(t, line, " footprint-B\t")
			assert.Contains(t, line, " threads\t")
		}
	}
}

func TestAProfiledProcessRunsTheCellsItself(t *testing.T) {
	out, errs, code := run(t, "-test.bench=Cost/workload=known", "-test.benchtime=1x", "-test.cpuprofile="+filepath.Join(t.TempDir(), "cpu.prof"))
	require.Zero(t, code, out+errs)
	assert.Contains(t, out, "# cells are measured in this process")
	assert.Greater(t, strings.Count(out, "\nBenchmark"), 1)
	assert.LessOrEqual(t, strings.Count(out, " threads\t"), 1, "what the first has left is none of the others'")
}

func TestACountGivesSoManyResults(t *testing.T) {
	var out string
	footprints := func() int { return strings.Count(out, " footprint-B\t") }
	for attempt := 0; attempt < 8 && footprints() == 0; attempt++ { // once more where what watches the task came too late
		var code int
		out, _, code = run(t, "-test.bench=.", "-test.benchtime=1x", "-test.count=3", "-concbench.cell=known/model=goroutines")
		require.Zero(t, code)
		require.Equal(t, 3, strings.Count(out, "\nBenchmarkCost/workload=known/tasks=1/model=goroutines"))
	}
	assert.Equal(t, 3, footprints(), "the process that measures it has run no other cell")
}

func TestCPUBindsTheProcess(t *testing.T) {
	out, errs, code := run(t, "-test.bench=.", "-test.benchtime=1x", "-test.cpu=1", "-concbench.cell=known/model=goroutines")
	require.Zero(t, code, out+errs)
	assert.Contains(t, out, "cores: 1\n")
	assert.Contains(t, out, "/model=goroutines  ", "one CPU has no suffix")
}

func TestBadFlagsAreRefused(t *testing.T) {
	for _, tc := range []struct{ flag, says string }{
		{"-test.cpu=1,2", "a list is not possible"},
		{"-test.cpu=" + strconv.Itoa(10_000), "may use"},
		{"-concbench.profile=quik", `did you mean "quick"`},
		{"-concbench.cell=knwon/model=goroutines", `did you mean "known"`},
	} {
		_, errs, code := run(t, "-test.bench=.", tc.flag)
		assert.Equal(t, 2, code, tc.flag)
		assert.Contains(t, errs, tc.says)
	}
}
