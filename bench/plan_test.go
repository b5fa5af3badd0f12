package bench

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func TestAPlanHasEveryModelOfTheProfileForEachJob(t *testing.T) {
	p, err := NewPlan(Choice{Workloads: []string{"hash"}, Profile: Quick})
	require.NoError(t, err)
	require.Len(t, p.Jobs, 1)
	var models []string
	for _, c := range p.Cells {
		assert.Equal(t, p.Jobs[0].Name, c.Job)
		assert.Equal(t, c.Job+"/model="+c.Model, c.Name)
		assert.Positive(t, c.Procs)
		models = append(models, c.Model)
	}
	assert.Equal(t, Quick.Models(), models)
	assert.Len(t, p.Models, len(models))
	assert.Equal(t, "hash", p.Workloads[0].Name)
	assert.Equal(t, workloads.CPU, p.Workloads[0].Kind)
}

func TestAPlanSaysWhatAJobMeasuresItself(t *testing.T) {
	p, err := NewPlan(Choice{Profile: Full})
	require.NoError(t, err)
	named := map[string]bool{}
	for _, j := range p.Jobs {
		job, err := ParseJob(strings.SplitN(j.Name, "/", 2)[1])
		require.NoError(t, err)
		assert.Equal(t, job.Measures(), workloads.Measures{Figures: j.Figures, Paced: j.Paced})
		named[j.Name] = true
	}
	for _, sweep := range p.Sweeps {
		assert.GreaterOrEqual(t, len(sweep.Jobs), 2)
		for _, name := range sweep.Jobs {
			assert.True(t, named[name], "%s of the sweep over %s is planned", name, sweep.Over)
		}
	}
}

func TestAControlIsPlannedForWorkThatAllocatesAlone(t *testing.T) {
	controls := Full.Controls()
	require.NotEmpty(t, controls)
	assert.Empty(t, Quick.Controls())
	p, err := NewPlan(Choice{Profile: Full})
	require.NoError(t, err)
	isControl := map[string]bool{}
	for _, m := range p.Models {
		isControl[m.Name] = m.Control
		assert.False(t, m.Control && m.Usable, "a control is nothing to recommend")
	}
	some := false
	for _, c := range p.Cells {
		cell, err := ParseCell(c.Name)
		require.NoError(t, err)
		some = some || isControl[c.Model]
		if isControl[c.Model] {
			assert.Contains(t, controls, c.Model)
			assert.True(t, cell.about().Allocates, c.Name)
		}
	}
	assert.True(t, some)
}

func TestWhatAPlanDoesNotKnowIsMissing(t *testing.T) {
	p, err := NewPlan(Choice{Workloads: []string{"hush/tasks=3", "hash/tasks=3"}, Models: []string{"goroutines", "gorutines:3"}, Profile: Quick})
	require.NoError(t, err)
	require.Len(t, p.Cells, 1)
	assert.Equal(t, "BenchmarkCPU/workload=hash/tasks=3/model=goroutines", p.Cells[0].Name)
	require.Len(t, p.Missing, 2)
	assert.Equal(t, "gorutines:3", p.Missing[0].Name)
	assert.Contains(t, p.Missing[0].Why, `did you mean "goroutines"`)
	assert.Contains(t, p.Missing[1].Why, `did you mean "hash"`)

	for says, c := range map[string]Choice{
		"1 or more":                 {Models: []string{"threadpool:0"}},
		"goroutines is named twice": {Models: []string{"goroutines", "goroutines"}},
		"tasks=3 is named twice":    {Workloads: []string{"hash/tasks=3", "workload=hash/tasks=3"}},
		"want a number":             {Workloads: []string{"hash/tasks=many"}},
	} {
		c.Profile = Quick
		_, err := NewPlan(c)
		assert.ErrorContains(t, err, says)
	}
}

func TestATestBinaryAnswersWithItsPlan(t *testing.T) {
	exe, err := os.Executable()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "plan.json")
	ask := func(question string) (string, error) {
		cmd := exec.Command(exe, "-test.list=^Benchmark", "-concbench.plan="+file)
		cmd.Stdin = strings.NewReader(question)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		return string(out) + errs.String(), err
	}
	choice := Choice{Workloads: []string{"hash"}, Models: []string{"sequential", "threadpool:3"}, Profile: Full}
	question, err := json.Marshal(choice)
	require.NoError(t, err)
	said, err := ask(string(question))
	require.NoError(t, err, said)
	assert.Contains(t, said, "BenchmarkCPU\n")
	answer, err := os.ReadFile(file)
	require.NoError(t, err)
	var got *Plan
	require.NoError(t, json.Unmarshal(answer, &got))
	want, err := NewPlan(choice)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	said, err = ask(`{"profile": "quick", "models": ["threadpool:0"]}`)
	assert.ErrorContains(t, err, "exit status 2")
	assert.Contains(t, said, "1 or more")
	assert.NotContains(t, said, "BenchmarkCPU")
}

func TestAPlanHasTheConfigurationThatResultsBeginWith(t *testing.T) {
	const job = "heartbeat" // it has figures of its own
	out := output(t, goTest(t, t.TempDir(), "-test.bench=.", "-concbench.cell="+job+"/tasks=1/model=goroutines"), 0)
	begin, _, found := strings.Cut(out, "\nBenchmark")
	require.True(t, found, out)
	var printed []string
	for line := range strings.Lines(begin + "\n") {
		if !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "cpu: ") {
			printed = append(printed, strings.TrimSuffix(line, "\n"))
		}
	}
	p, err := NewPlan(Choice{Workloads: []string{job + "/tasks=1"}, Models: []string{"goroutines"}, Profile: Quick})
	require.NoError(t, err)
	assert.ElementsMatch(t, printed, p.Config)
	assert.Contains(t, p.Config, "Unit lag-p99-ns better=lower")
}

func TestProcsOfAPlanAreThoseOfTheCell(t *testing.T) {
	p, err := NewPlan(Choice{Workloads: []string{"hash/tasks=500"}, Models: []string{"threads"}, Profile: Quick})
	require.NoError(t, err)
	m, c, err := runners.Lookup("threads", Cores())
	require.NoError(t, err)
	assert.Equal(t, m.Procs(c, 500), p.Cells[0].Procs)
}
