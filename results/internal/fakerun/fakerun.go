// Package fakerun writes the folder of a run that never was, with figures
// whose truth is known, for the tests of what reads such folders.
package fakerun

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/concbench/concbench/results"
)

// A Fake is a run to be written. The zero values of its hooks leave things as
// they are.
type Fake struct {
	Run   results.Run
	Env   results.Env
	Still bool // without the drift

	// Values makes a slice's figures; slice counts from 0. The cycles of a run in
	// turns count from 1: its processes are warm.
	Values func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64
	// Fails says why a measurement fails, "" that it does not.
	Fails func(c results.Cell, round int) string
}

// models and their factors of time, CPU, memory and threads, such as may be
// seen on two cores.
var models = []struct {
	name                       string
	usable                     bool
	wait, compute, cpu, memory float64
	threads                    int
}{
	{"sequential", true, 9, 2, 0.9, 0.6, 6},
	{"goroutines", true, 1, 1.01, 1, 1, 7},
	{"gopool", true, 1.35, 1, 1.06, 0.8, 7},
	{"threads", false, 1.12, 1.15, 1.6, 3.1, 107},
	{"threadpool", false, 1.5, 1.03, 1.45, 1.2, 14},
	{"eventloop", false, 0.86, 1.98, 0.8, 0.9, 5},
}

var jobs = []struct {
	name, kind, unit string
	tasks            int
	params           string
	millis, cpu      float64 // of the job under a factor of 1
	waits            bool
}{
	{"echo", "IO", "100 round trips of 64 B over one connection", 100, "", 54, 41, true},
	{"fetch", "IO", "4 HTTP requests of 4 KiB", 50, "/latency=1ms", 8.4, 5.1, true},
	{"files", "IO", "one file of 1 MiB", 64, "/cache=warm", 12.1, 22, false},
	{"files", "IO", "one file of 1 MiB", 64, "/cache=cold", 61, 35, true},
	{"timer", "IO", "one wait of 1 ms", 100, "/wait=1ms", 1.31, 0.38, true},
	{"hash", "CPU", "SHA-256 of 1 MiB", 64, "", 21.3, 42, false},
	{"image", "CPU", "blur and downscale of one picture", 8, "", 46, 91, false},
}

// New returns a plan of 6 models, 7 jobs and so many rounds. Its figures have a
// drift that a round's cells share, and noise of 2 %. In it, for every number
// of rounds, eventloop cannot run files/cache=cold, threads fails at image in
// round 1, timer runs in two modes under threads, and the origin is the limit
// of echo for eventloop and goroutines.
func New(rounds int) *Fake {
	f := &Fake{
		Run: results.Run{
			Version: 1, Status: results.FailedCells, Profile: "quick", Seed: 7, Rounds: rounds, Slices: 4,
			Started:   time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
			Ended:     time.Date(2026, 3, 1, 9, 2, 41, 0, time.UTC),
			Benchtime: 20 * time.Millisecond, Go: "go1.26.0", Commit: "0123456789abcdef0123456789abcdef01234567",
			Binary: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		},
		Env: results.Env{
			OS: "linux", Kernel: "6.18.0", Arch: "amd64", CPU: "Example CPU @ 2.60GHz", CPUs: 2, Cores: 2, Memory: 8 << 30, Virtual: "kvm",
			Before: results.Moment{Load1: 0.21, Available: 6 << 30, Steal: 0.004},
			After:  results.Moment{Load1: 1.87, Available: 6 << 30, Steal: 0.005},
			Warnings: []results.Warning{
				{Kind: "virtualization", Text: "this is a virtual machine (kvm): others share its CPUs", Do: "measure on a machine of one's own where figures must hold elsewhere"},
				{Kind: "cores", Text: "2 cores serve the model and the origin alike", Do: "use 4 or more, with place=apart"},
			},
		},
	}
	for _, m := range models {
		f.Run.Models = append(f.Run.Models, results.Model{Name: m.name, Summary: "a model of tasks: " + m.name, World: "go", Usable: m.usable})
	}
	known := map[string]bool{}
	for _, j := range jobs {
		if !known[j.name] {
			known[j.name] = true
			f.Run.Workloads = append(f.Run.Workloads, results.Workload{Name: j.name, Kind: j.kind, Summary: "tasks of " + j.name, Unit: j.unit})
		}
		job := fmt.Sprintf("Benchmark%s/workload=%s/tasks=%d%s", j.kind, j.name, j.tasks, j.params)
		for _, m := range models {
			c := results.Cell{Name: job + "/model=" + m.name, Job: job, Model: m.name, Tasks: j.tasks}
			if m.name == "eventloop" && j.params == "/cache=cold" {
				c.NotRunnable = "an event loop reads files on its own thread"
			}
			f.Run.Cells = append(f.Run.Cells, c)
		}
	}
	f.Values = typical
	f.Fails = func(c results.Cell, round int) string {
		if c.Job == "BenchmarkCPU/workload=image/tasks=8" && c.Model == "threads" && round == 1 {
			return "exit status 2: task 3: panic: index out of range"
		}
		return ""
	}
	return f
}

// typical makes up a slice of the cell.
func typical(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
	for _, j := range jobs {
		if c.Job != fmt.Sprintf("Benchmark%s/workload=%s/tasks=%d%s", j.kind, j.name, j.tasks, j.params) {
			continue
		}
		for _, m := range models {
			if m.name != c.Model {
				continue
			}
			factor := m.compute
			if j.waits {
				factor = m.wait
			}
			noise := math.Exp(0.02 * r.NormFloat64())
			if slice == 0 {
				noise *= 1.4
			}
			if j.name == "timer" && m.name == "threads" && round%3 == 0 {
				noise *= 4
			}
			ns, cpu := j.millis*1e6*factor*noise, j.cpu*1e6*m.cpu*noise
			v := map[string]float64{
				"ns/op": ns, "tasks/s": float64(j.tasks) / ns * 1e9,
				"cpu-ns/op": cpu, "user-ns/op": 0.6 * cpu, "sys-ns/op": 0.4 * cpu,
				"peak-rss-B": 9e6 * m.memory * noise, "footprint-B": 11e6 * m.memory * noise, "threads": float64(m.threads),
				"vol-ctxsw/op": 210 * m.cpu, "invol-ctxsw/op": 12,
				"p50-ns": 0.55 * ns, "p99-ns": 0.97 * ns, "max-ns": ns, "service-p99-ns": 0.4 * ns,
			}
			if j.name == "echo" || j.name == "fetch" {
				v["origin-cpu-ns/op"], v["origin-busy"] = 0.8*cpu, 0.5
				if j.name == "echo" && (m.name == "eventloop" || m.name == "goroutines") {
					v["origin-busy"] = 0.95
				}
			}
			return v
		}
	}
	return map[string]float64{"ns/op": 1e6}
}

// Write writes the run's files into dir, which it makes if need be.
func (f *Fake) Write(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "logs"), 0o755); err != nil {
		return err
	}
	if err := results.SaveRun(dir, &f.Run); err != nil {
		return err
	}
	if err := results.SaveEnv(dir, &f.Env); err != nil {
		return err
	}
	if f.Run.Version >= 2 {
		return f.turns(dir)
	}
	var bench, journal bytes.Buffer // written at once: a Journal would sync each of hundreds of lines
	lines := json.NewEncoder(&journal)
	bench.WriteString("goos: linux\ngoarch: amd64\ncpu: Example CPU @ 2.60GHz\nUnit tasks/s better=higher\n")
	for round := 1; round <= f.Run.Rounds; round++ {
		for order, c := range f.Run.Cells {
			if c.NotRunnable != "" {
				continue
			}
			m := results.Measurement{Round: round, Order: order + 1, Cell: c.Name, From: int64(bench.Len()), Wall: 300 * time.Millisecond, Procs: 2}
			if c.Plain() {
				m.Package = c.Package
			}
			if m.Failed = f.Fails(c, round); m.Failed != "" {
				m.Log = fmt.Sprintf("logs/%d-%d.txt", round, order+1)
			} else {
				m.Slices = f.Run.Slices
				f.slices(&bench, c, round)
			}
			m.To = int64(bench.Len())
			if err := lines.Encode(m); err != nil {
				return err
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, results.JournalFile), journal.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, results.BenchFile), bench.Bytes(), 0o644)
}

func (f *Fake) slices(w *bytes.Buffer, c results.Cell, round int) {
	r := rand.New(rand.NewPCG(number(c.Name), uint64(round)))
	drift := rand.New(rand.NewPCG(number(c.Job), uint64(round))).NormFloat64()
	for slice := range f.Run.Slices {
		fmt.Fprintf(w, "%s-2\t12", c.Name)
		for unit, v := range f.Values(c, round, slice, r) {
			switch unit {
			case "ns/op", "cpu-ns/op":
				if f.Still {
					break
				}
				v *= math.Exp(0.05 * drift)
			}
			fmt.Fprintf(w, "\t%.6g %s", v, unit)
		}
		fmt.Fprintln(w)
	}
}

func number(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}
