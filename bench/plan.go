package bench

import (
	"fmt"
	"slices"
	"strings"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// PlanVersion is the version of Choice and Plan as they stand in JSON.
const PlanVersion = 2

// A Choice is what a user wants to be measured.
type Choice struct {
	Models    []string `json:"models,omitempty"`    // "threadpool:64"; none: those of the profile
	Workloads []string `json:"workloads,omitempty"` // "echo", or a job "echo/tasks=10"; none: all
	Profile   Profile  `json:"profile"`
	Place     Place    `json:"place,omitempty"` // for the workloads named alone
}

// A Plan is what a choice comes to in this program, with the models and the
// workloads that it has, on this machine.
type Plan struct {
	Version   int               `json:"version"`
	Jobs      []PlannedJob      `json:"jobs"`
	Cells     []PlannedCell     `json:"cells"` // job by job, with those that are not runnable
	Sweeps    []PlannedSweep    `json:"sweeps,omitempty"`
	Models    []PlannedModel    `json:"models"` // of the cells
	Workloads []PlannedWorkload `json:"workloads"`

	// Missing are the names that this program has no model or workload for.
	Missing []Missing `json:"missing,omitempty"`

	OriginProcs int `json:"origin_procs"`

	// Config are the configuration and Unit lines of Go's benchmark format with
	// which the results of the plan begin, but for the name of the CPU.
	Config []string `json:"config"`
}

// A PlannedJob is what is to be known of a job beyond its cells.
type PlannedJob struct {
	Name     string             `json:"name"`
	Workload string             `json:"workload"`
	Sweep    bool               `json:"sweep,omitempty"`
	Paced    bool               `json:"paced,omitempty"`
	Figures  []workloads.Figure `json:"figures,omitempty"`
}

// A PlannedCell is a cell by its name, which ParseCell reads.
type PlannedCell struct {
	Name  string `json:"name"`
	Job   string `json:"job"`
	Model string `json:"model"`
	Tasks int    `json:"tasks"`
	Procs int    `json:"procs"` // GOMAXPROCS while it is measured

	NotRunnable string `json:"not_runnable,omitempty"` // why
}

// A PlannedSweep is a sweep of a workload, its jobs by name.
type PlannedSweep struct {
	Workload string   `json:"workload"`
	Over     string   `json:"over"`
	Divided  bool     `json:"divided,omitempty"`
	Jobs     []string `json:"jobs"`
}

// A PlannedModel is what there is to say of a model, with its option.
type PlannedModel struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	World   string `json:"world"`
	Usable  bool   `json:"usable"` // and no control, which is nothing to recommend
	Control bool   `json:"control,omitempty"`
}

// A PlannedWorkload is what there is to say of a workload.
type PlannedWorkload struct {
	Name    string         `json:"name"`
	Kind    workloads.Kind `json:"kind"`
	Summary string         `json:"summary"`
	Unit    string         `json:"unit"`
}

// A Missing is a model or a workload that this program does not have.
type Missing struct {
	Name string `json:"name"` // as the Choice has it
	Why  string `json:"why"`  // names the nearest
}

// NewPlan makes a plan. The error says what is wrong with the choice; a name
// that is merely not known here is Missing.
func NewPlan(c Choice) (*Plan, error) {
	p := &Plan{Version: PlanVersion, OriginProcs: OriginProcs()}
	models, err := p.chooseModels(c)
	if err != nil {
		return nil, err
	}
	jobs, err := p.chooseJobs(c)
	if err != nil {
		return nil, err
	}
	var figures []workloads.Figure
	for _, job := range jobs {
		if slices.ContainsFunc(p.Jobs, func(j PlannedJob) bool { return j.Name == job.Name() }) {
			return nil, fmt.Errorf("%s is named twice", job.Name())
		}
		p.addJob(job)
		figures = append(figures, job.Measures().Figures...)
		all := c.Profile.modelsOf(job)
		if len(c.Models) > 0 {
			all = append(slices.Clone(models), c.Profile.controlsOf(job, models)...)
		}
		for _, model := range all {
			if err := p.addCell(Cell{job, model}); err != nil {
				return nil, err
			}
		}
	}
	p.Config = append(platform(), configuration(figures)...)
	return p, nil
}

// chooseModels returns those of the models named that there are.
func (p *Plan) chooseModels(c Choice) (models []string, err error) {
	for i, value := range c.Models {
		if slices.Contains(c.Models[:i], value) {
			return nil, fmt.Errorf("model %s is named twice", value)
		}
		_, _, err := runners.Lookup(value, Cores())
		name, _, _ := strings.Cut(value, ":")
		switch {
		case err == nil:
			models = append(models, value)
		case slices.ContainsFunc(runners.Models(), func(m runners.Model) bool { return m.Name == name }):
			return nil, err
		default:
			p.Missing = append(p.Missing, Missing{value, err.Error()})
		}
	}
	return models, nil
}

// modelsOf returns the models that the profile has for a job.
func (p Profile) modelsOf(j Job) []string {
	models := p.Models()
	return append(models, p.controlsOf(j, models)...)
}

// controlsOf returns the controls of the models that the profile adds for a job.
func (p Profile) controlsOf(j Job, models []string) (controls []string) {
	if !j.about().Allocates {
		return nil
	}
	for _, value := range p.Controls() {
		name, _, _ := strings.Cut(value, ":")
		if slices.Contains(models, name) && !slices.Contains(models, value) {
			controls = append(controls, value)
		}
	}
	return controls
}

// chooseJobs returns the profile's jobs of each workload named alone, or its
// usual one where the profile has none, and each job named with its parameters.
func (p *Plan) chooseJobs(c Choice) ([]Job, error) {
	var jobs []Job
	if len(c.Workloads) == 0 {
		for _, w := range workloads.All() {
			jobs = append(jobs, c.Profile.Jobs(w, c.Place)...)
			p.addSweeps(c, w)
		}
		return jobs, nil
	}
	for _, name := range c.Workloads {
		first, _, _ := strings.Cut(name, "/")
		w, err := workloads.Lookup(strings.TrimPrefix(first, "workload="))
		if err != nil {
			p.Missing = append(p.Missing, Missing{name, err.Error()})
			continue
		}
		job, err := ParseJob(name)
		if err != nil {
			return nil, err
		}
		if name != job.Workload {
			jobs = append(jobs, job)
			continue
		}
		of := c.Profile.Jobs(w, c.Place)
		if len(of) == 0 {
			of = Full.Jobs(w, c.Place)[:1]
			of[0].Sweep = false // on its own it is no point of one
		}
		jobs = append(jobs, of...)
		p.addSweeps(c, w)
	}
	return jobs, nil
}

func (p *Plan) addSweeps(c Choice, w workloads.Workload) {
	if c.Profile != Full {
		return
	}
	for _, sweep := range w.About().Sweeps {
		s := PlannedSweep{Workload: w.About().Name, Over: sweep.Over, Divided: sweep.Divided}
		for _, one := range sweep.Cases {
			s.Jobs = append(s.Jobs, Job{s.Workload, one.Tasks, one.Params, c.Place.On(w), true}.Name())
		}
		p.Sweeps = append(p.Sweeps, s)
	}
}

func (p *Plan) addJob(j Job) {
	measures := j.Measures()
	p.Jobs = append(p.Jobs, PlannedJob{Name: j.Name(), Workload: j.Workload, Sweep: j.Sweep, Paced: measures.Paced, Figures: measures.Figures})
	if !slices.ContainsFunc(p.Workloads, func(w PlannedWorkload) bool { return w.Name == j.Workload }) {
		a := j.about()
		p.Workloads = append(p.Workloads, PlannedWorkload{a.Name, a.Kind, a.Summary, a.Unit})
	}
}

func (p *Plan) addCell(c Cell) error {
	m, _, err := c.model()
	if err != nil {
		return err
	}
	procs, err := c.Procs()
	if err != nil {
		return err
	}
	cell := PlannedCell{Name: c.Name(), Job: c.Job.Name(), Model: c.Model, Tasks: c.Tasks, Procs: procs}
	if err := c.Runnable(); err != nil {
		cell.NotRunnable = err.Error()
	}
	p.Cells = append(p.Cells, cell)
	if !slices.ContainsFunc(p.Models, func(m PlannedModel) bool { return m.Name == c.Model }) {
		control := m.IsControl(c.Model)
		p.Models = append(p.Models, PlannedModel{c.Model, m.Summary, m.World, m.Usable && !control, control})
	}
	return nil
}
