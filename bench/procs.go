package bench

import (
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// model looks up the cell's model, for the cores that its place and the job
// leave it.
func (c Cell) model() (runners.Model, runners.Config, error) {
	cores := Cores()
	if c.Place == Apart {
		cores = (cores + 1) / 2
	}
	if needs, err := c.needs(); err == nil && needs.OneCPU {
		cores = 1
	}
	return runners.Lookup(c.Model, cores)
}

// needs returns what the job asks of a model.
func (j Job) needs() (runners.Needs, error) {
	w, err := workloads.Lookup(j.Workload)
	if err != nil {
		return runners.Needs{}, err
	}
	params, err := w.About().Fill(j.Params)
	if err != nil {
		return runners.Needs{}, err
	}
	return w.Needs(params, j.Tasks), nil
}

// Procs returns the GOMAXPROCS under which the cell is measured.
func (c Cell) Procs() (int, error) {
	needs, err := c.needs()
	if err != nil {
		return 0, err
	}
	m, config, err := c.model()
	if err != nil {
		return 0, err
	}
	return procs(m, config, bodies(needs, c.Tasks)), nil
}

func procs(m runners.Model, config runners.Config, bodies int) int {
	if m.Procs == nil {
		return config.Cores
	}
	return m.Procs(config, bodies)
}

// bodies is how many bodies a job of so many tasks has at once, those of
// children among them: what a model of threads has threads for.
func bodies(n runners.Needs, tasks int) int { return tasks * (1 + n.ChildrenEach) }

// OriginProcs is the GOMAXPROCS of the origin: half the cores, wherever it is
// placed, as it has them to itself where it is placed apart.
//
// Note: it decides who wins. On two cores, 100 connections that echo: with two
// Ps the origin's threads and one event loop make three for two cores, and the
// loop takes 1.22 times the time of goroutines (epoll in C no less); with one P,
// 0.79 times. CPU per request keeps its order.
func OriginProcs() int { return (Cores() + 1) / 2 }

// split gives the first half of the CPUs to the model, the rest to the origin.
func split(cpus []int) (model, origin []int) {
	half := (len(cpus) + 1) / 2
	return cpus[:half], cpus[half:]
}
