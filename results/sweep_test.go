package results

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// swept makes the sweep of a job: figures[model] holds one a point, NaN where
// the model cannot run it. Rounds differ by 1 %.
func sweptData(known Job, unit string, tasks []int, figures map[string][]float64, models ...string) *Data {
	d := &Data{Rounds: 3}
	for _, name := range models {
		d.Run.Models = append(d.Run.Models, Model{Name: name})
	}
	sweep := Sweep{Workload: "w", Over: "tasks"}
	for i, n := range tasks {
		job := fmt.Sprintf("BenchmarkCost/workload=w/tasks=%d", n)
		sweep.Jobs = append(sweep.Jobs, job)
		r := Row{Job: job, Tasks: n, Workload: Workload{Name: "w"}, Params: []string{"work=cpu"}, Known: known}
		for _, m := range d.Run.Models {
			c := CellData{Of: m, Planned: true}
			if v := figures[m.Name][i]; math.IsNaN(v) {
				c.NotRunnable = "limit: too many"
			} else {
				for round := 1; round <= 3; round++ {
					c.Processes = append(c.Processes, Process{Measurement: Measurement{Round: round}, Values: map[string]float64{unit: v * (1 + 0.01*float64(round-2))}})
				}
			}
			r.Cells = append(r.Cells, c)
		}
		d.Points = append(d.Points, r)
	}
	d.Run.Sweeps = []Sweep{sweep}
	return d
}

func TestASlopeIsWhatEachTaskAdds(t *testing.T) {
	d := sweptData(Job{Sweep: true, Paced: true}, "footprint-B", []int{10, 1000, 100_000},
		map[string][]float64{"loop": {1e6 + 3e4, 1e6 + 3e6, 1e6 + 3e8}, "thread": {1e6 + 2e5, 1e6 + 2e7, math.NaN()}}, "loop", "thread")
	series := d.Series()
	require.Len(t, series, 1, "no thread was counted")
	s := series[0]
	assert.Equal(t, "w work=cpu over tasks: memory", s.Title())
	assert.Equal(t, []string{"×10", "×1,000", "×100,000"}, s.Points)
	slope, ok := s.slope(s.Lines[0])
	require.True(t, ok)
	assert.InEpsilon(t, 3000, slope.Estimate, 0.01)
	assert.Contains(t, s.Lines[0].Says, "2.93 KiB a task")
	assert.Contains(t, s.Lines[1].Says, "ends at ×1,000: limit: too many")

	found := d.sweepFindings(Test{Jobs: []string{"w"}, Unit: "footprint-B", Of: []string{"loop"}, Than: []string{"thread"}, Says: Slope})
	require.Len(t, found, 1)
	assert.Equal(t, For, found[0].side(1), found[0].text)
	found = d.sweepFindings(Test{Jobs: []string{"w"}, Of: []string{"thread"}, Than: []string{"loop"}, Says: Farther})
	require.Len(t, found, 1)
	assert.Equal(t, Against, found[0].side(1), found[0].text)
}

func TestAKneeIsWhereMoreIsWorse(t *testing.T) {
	d := sweptData(Job{Sweep: true}, "ns/op", []int{1, 8, 64, 4096},
		map[string][]float64{"turns": {4e6, 1e6, 1.02e6, 2e6}, "flat": {4e6, 1e6, 1e6, 1e6}}, "turns", "flat")
	assert.Equal(t, "carries all", d.Series()[0].Lines[0].Says, "where more is done at each point, the least says nothing")
	d.Run.Sweeps[0].Divided = true
	s := d.Series()[0]
	assert.Equal(t, "least at ×8 (within 5 % from ×8 to ×64); 2.00× of that at ×4,096", s.Lines[0].Says)
	assert.Equal(t, []string{"turns", "turns", "flat", "flat"}, s.Least)
	for model, side := range map[string]Side{"turns": For, "flat": Against} {
		found := d.sweepFindings(Test{Jobs: []string{"w"}, Of: []string{model}, Says: Turns})
		require.Len(t, found, 1)
		assert.Equal(t, side, found[0].side(1), model)
	}
}

func TestALimitIsReached(t *testing.T) {
	known := Job{Sweep: true, Paced: true, Figures: []OwnFigure{{Unit: "delivery-p99-ns", Doc: "delivery, 99th percentile", Judged: true, Limit: 100e6}}}
	d := sweptData(known, "delivery-p99-ns", []int{10, 100, 1000},
		map[string][]float64{"near": {1e6, 2e8, 9e8}, "far": {1e6, 5e6, 5e7}, "cut": {1e6, 5e6, math.NaN()}, "never": {2e8, 3e8, 4e8}}, "near", "far", "cut", "never")
	s := d.Series()[0]
	var says []string
	for _, l := range s.Lines {
		says = append(says, l.Says)
	}
	assert.Equal(t, []string{"within 100 ms up to ×10", "within 100 ms to the end, ×1,000", "within 100 ms up to ×100; then: limit: too many", "over 100 ms from the start"}, says)
	found := d.sweepFindings(Test{Jobs: []string{"w"}, Of: []string{"far"}, Than: []string{"near", "cut"}, Says: Farther})
	require.Len(t, found, 2)
	assert.Equal(t, For, found[0].side(1))
	assert.Equal(t, For, found[1].side(1))
}

func TestWhereALineEndsIsNotAlwaysTheModelsOwn(t *testing.T) {
	ends := func(change func(a, b *CellData)) Side {
		d := sweptData(Job{Sweep: true}, "ns/op", []int{10, 100, 1000},
			map[string][]float64{"a": {1, 2, 3}, "b": {1, 2, math.NaN()}}, "a", "b")
		change(&d.Points[2].Cells[0], &d.Points[2].Cells[1])
		found := d.sweepFindings(Test{Jobs: []string{"w"}, Of: []string{"a"}, Than: []string{"b"}, Says: Farther})
		require.Len(t, found, 1)
		return found[0].side(1)
	}
	assert.Equal(t, For, ends(func(_, _ *CellData) {}))
	assert.Equal(t, Neither, ends(func(_, b *CellData) { b.NotRunnable = "" }), "nobody measured it")
	assert.Equal(t, Neither, ends(func(a, _ *CellData) { a.Processes, a.NotRunnable = nil, "limit: no memory" }), "the machine allows neither more")
	assert.Equal(t, Against, ends(func(a, _ *CellData) { a.Processes, a.NotRunnable = nil, "it has no such thing" }))
}

func TestALineGoesFartherOnlyWhereEveryRoundSaysSo(t *testing.T) {
	known := Job{Sweep: true, Paced: true, Figures: []OwnFigure{{Unit: "x-ns", Judged: true, Limit: 100}}}
	d := sweptData(known, "x-ns", []int{10, 100, 1000}, map[string][]float64{"far": {1, 1, 1}, "near": {1, 1, 500}}, "far", "near")
	test := Test{Jobs: []string{"w"}, Of: []string{"far"}, Than: []string{"near"}, Says: Farther}
	assert.Equal(t, For, d.sweepFindings(test)[0].side(1))
	d.Points[2].Cells[1].Processes[0].Values["x-ns"] = 50
	assert.Equal(t, Neither, d.sweepFindings(test)[0].side(1))
}

func TestThousands(t *testing.T) {
	for n, s := range map[int]string{1: "1", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		assert.Equal(t, s, thousands(n))
	}
}
