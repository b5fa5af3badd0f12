// Package bench joins workloads and models: it says which pairs are possible,
// enumerates the benchmarks, and measures samples of one cell.
//
// A test package that calls Main from its TestMain and Kind from its
// Benchmark functions has every registered workload under the models of a
// profile, or under any one, through go test -bench.
package bench

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// A Job is a workload with its parameters and its number of tasks.
type Job struct {
	Workload string
	Tasks    int
	Params   workloads.Params // those shown in the name; the others have their defaults
	Place    Place
	Sweep    bool // only a point of a sweep: it gets few rounds, and no verdict of its own
}

// A Cell is a job under a model: one benchmark.
type Cell struct {
	Job
	Model string // with its option: "threadpool:64"
}

// Levels returns the levels of the cell's benchmark name below the top one:
// workload=echo, tasks=100, …, model=threads.
func (c Cell) Levels() []string { return append(c.Job.levels(), "model="+c.Model) }

// Name returns the cell's benchmark name, without the suffix for the CPUs.
func (c Cell) Name() string { return c.Job.Name() + "/model=" + c.Model }

// Name returns the part of the benchmark's name that all models of the job
// share.
func (j Job) Name() string {
	return "Benchmark" + string(j.about().Kind) + "/" + strings.Join(j.levels(), "/")
}

func (j Job) levels() []string {
	levels := []string{"workload=" + j.Workload, "tasks=" + strconv.Itoa(j.Tasks)}
	for _, p := range j.about().Params {
		if v, shown := j.Params[p.Name]; shown {
			levels = append(levels, p.Name+"="+v)
		}
	}
	if j.Place == Apart {
		levels = append(levels, "place="+string(j.Place))
	}
	return levels
}

// Measures returns what the job measures itself.
func (j Job) Measures() workloads.Measures {
	w, err := workloads.Lookup(j.Workload)
	if err != nil {
		panic(err)
	}
	p, err := w.About().Fill(j.Params)
	if err != nil {
		panic(err)
	}
	return workloads.MeasuresOf(w, p)
}

func (j Job) about() workloads.About {
	w, err := workloads.Lookup(j.Workload)
	if err != nil {
		panic(err)
	}
	return w.About()
}

// ParseJob reads a job as it stands in a benchmark's name,
// "workload=echo/tasks=100/trips=10", or the same with the bare name in front,
// "echo/trips=10". Without tasks it has those of the usual case, without
// a place its usual one.
func ParseJob(s string) (Job, error) {
	levels := strings.Split(s, "/")
	if !strings.Contains(levels[0], "=") {
		levels[0] = "workload=" + levels[0]
	}
	job := Job{Params: workloads.Params{}}
	for i, level := range levels {
		key, value, ok := strings.Cut(level, "=")
		switch {
		case !ok:
			return Job{}, fmt.Errorf("job %q: %q is not key=value", s, level)
		case (key == "workload") != (i == 0):
			return Job{}, fmt.Errorf("job %q: it begins with the workload, named once", s)
		case key == "workload":
			w, err := workloads.Lookup(value)
			if err != nil {
				return Job{}, err
			}
			job.Workload, job.Tasks = value, w.About().Usual().Tasks
		case key == "tasks":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				return Job{}, fmt.Errorf("job %q: tasks=%q: want a number, 1 or more", s, value)
			}
			job.Tasks = n
		case key == "place":
			place, err := ParsePlace(value)
			if err != nil {
				return Job{}, fmt.Errorf("job %q: %w", s, err)
			}
			job.Place = place
		default:
			job.Params[key] = value
		}
	}
	w, err := workloads.Lookup(job.Workload)
	if err != nil {
		return Job{}, err
	}
	if _, serves := w.(workloads.Server); job.Place == Apart && !serves {
		return Job{}, fmt.Errorf("job %q: the workload has no origin to be apart from", s)
	}
	job.Place = job.Place.On(w)
	_, err = w.About().Fill(job.Params)
	return job, err
}

// ParseCell reads a cell's benchmark name, with or without the top level.
func ParseCell(name string) (Cell, error) {
	if top, rest, ok := strings.Cut(name, "/"); ok && strings.HasPrefix(top, "Benchmark") {
		name = rest
	}
	job, model, ok := strings.Cut(name, "/model=")
	if !ok {
		return Cell{}, fmt.Errorf("cell %q: want workload=…/tasks=…/model=…", name)
	}
	if _, _, err := runners.Lookup(model, Cores()); err != nil {
		return Cell{}, err
	}
	j, err := ParseJob(job)
	return Cell{j, model}, err
}
