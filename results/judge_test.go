package results

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A lane makes a cell of a test's row: its figures are the factors times a
// drift that the row shares, times noise of 1 %.
type lane struct {
	model     string
	reference bool
	time, cpu float64
	busy      float64 // of the origin
	rounds    int     // 0: all
	failed    int     // a round
	plan      string  // "absent" or why it is not runnable
}

// row makes and judges a row of the lanes.
func row(rounds int, lanes ...lane) Row {
	r := rand.New(rand.NewPCG(1, 1))
	row := Row{Job: "BenchmarkIO/workload=w/tasks=10", Tasks: 10, Workload: Workload{Name: "w"}, how: mixture}
	for _, l := range lanes {
		c := CellData{Of: Model{Name: l.model, Usable: !l.reference}, Planned: l.plan != "absent"}
		c.Cell = Cell{Job: row.Job, Model: l.model, Tasks: 10}
		if c.Planned {
			c.NotRunnable = l.plan
		}
		row.Cells = append(row.Cells, c)
	}
	for round := 1; round <= rounds; round++ {
		drift := math.Exp(0.1 * r.NormFloat64())
		for i, l := range lanes {
			c := &row.Cells[i]
			noise := drift * math.Exp(0.01*r.NormFloat64())
			m := Measurement{Round: round}
			switch {
			case l.plan != "", l.rounds > 0 && round > l.rounds:
				continue
			case l.failed == round:
				m.Failed, m.Log = "exit status 2", "logs/x.txt"
				c.Failures = append(c.Failures, Process{Measurement: m})
				continue
			}
			v := map[string]float64{"ns/op": 1e6 * l.time * noise, "cpu-ns/op": 1e6 * l.cpu * noise}
			if l.busy > 0 {
				v[originBusy] = l.busy
			}
			c.Processes = append(c.Processes, Process{Measurement: m, Values: v})
		}
	}
	row.Time, row.CPU, row.Footprint = judge(mixture, row.Cells, Time), judge(mixture, row.Cells, CPU), judge(mixture, row.Cells, Footprint)
	row.Advice = row.advise()
	return row
}

func states(c Contest) map[string]State {
	s := map[string]State{}
	for _, standing := range c.Standings {
		s[standing.Model.Name] = standing.State
	}
	return s
}

func TestStatesOfARow(t *testing.T) {
	r := row(12,
		lane{model: "a", time: 1, cpu: 2},
		lane{model: "b", time: 2, cpu: 1},
		lane{model: "failing", time: 0.1, cpu: 0.1, failed: 3},
		lane{model: "unfit", plan: "it cannot"},
		lane{model: "unplanned", plan: "absent"},
		lane{model: "late", time: 1, cpu: 1},
	)
	r.Cells[5].Processes = nil
	r.Time, r.CPU = judge(mixture, r.Cells, Time), judge(mixture, r.Cells, CPU)
	assert.Equal(t, map[string]State{"a": Possible, "b": Beaten, "failing": Failed, "unfit": NotRunnable, "unplanned": Absent, "late": Unmeasured}, states(r.Time))
	assert.True(t, r.Time.Alone)
	assert.Equal(t, "b", r.CPU.Reference)
	assert.Contains(t, r.Time.Standings[2].Why, "failed in 1 of 12 rounds, first in round 3: exit status 2 (log: logs/x.txt)")
	assert.Equal(t, "it cannot", r.Time.Standings[3].Why)
	for _, s := range r.Footprint.Standings[:2] {
		assert.Equal(t, Unmeasured, s.State, "what the platform cannot give is not 0")
	}
	assert.Empty(t, r.Footprint.Reference)
}

func TestCPUIsPerTask(t *testing.T) {
	r := row(12, lane{model: "a", time: 1, cpu: 2}, lane{model: "b", time: 2, cpu: 4})
	assert.InEpsilon(t, 2e6/10, r.CPU.Standings[0].Median.Estimate, 0.2)
	assert.InEpsilon(t, 1e6, r.Time.Standings[0].Median.Estimate, 0.2)
	assert.InEpsilon(t, 2, r.CPU.Standings[1].Ratio.Estimate, 0.02)
}

func TestSaturatedOriginIsNotJudgedInTime(t *testing.T) {
	r := row(12,
		lane{model: "limited", time: 1, cpu: 2, busy: 0.95},
		lane{model: "slow", time: 3, cpu: 1, busy: 0.3},
		lane{model: "edge", time: 0.9, cpu: 3, busy: 0.9},
	)
	assert.Equal(t, map[string]State{"limited": Limited, "slow": Beaten, "edge": Possible}, states(r.Time),
		"with a faster origin the limited one could have been first; it shows the slow one to be slower all the same")
	assert.True(t, r.Time.Limited)
	assert.False(t, r.Time.Alone)
	assert.Equal(t, map[string]State{"limited": Beaten, "slow": Possible, "edge": Beaten}, states(r.CPU), "its CPU is judged")
	assert.False(t, r.CPU.Limited)
}

func TestTwoModesTravelWithTheStanding(t *testing.T) {
	r := row(20, lane{model: "a", time: 1, cpu: 1}, lane{model: "b", time: 1, cpu: 1})
	for i := range r.Cells[0].Processes {
		if i%2 == 0 {
			r.Cells[0].Processes[i].Values["ns/op"] *= 20
		}
	}
	c := judge(mixture, r.Cells, Time)
	assert.NotNil(t, c.Standings[0].Modes)
	assert.Nil(t, c.Standings[1].Modes)
}
