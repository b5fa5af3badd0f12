package results

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// named is a row under a job of its own.
func named(r Row, job, workload string) Row {
	r.Job, r.Workload.Name = job, workload
	for i := range r.Cells {
		r.Cells[i].Job = job
	}
	return r
}

// about is a claim with a test of that relation between a and b, in work.
func about(says Relation) Claim {
	return Claim{ID: "x", Tests: []Test{{Jobs: []string{"work"}, Unit: "ns/op", Of: []string{"a"}, Than: []string{"b"}, Says: says}}}
}

func ruled(c Claim, rows ...Row) Verdict {
	d := &Data{Rows: rows, Rounds: 20}
	for i := range d.Rows {
		d.Rows[i] = named(rows[i], rows[i].Job, "work")
		d.Rows[i].how = mixture
	}
	return d.verdict(c)
}

func work(job string, a, b float64) Row {
	return named(row(20, lane{model: "a", time: a}, lane{model: "b", time: b}), "BenchmarkIO/workload=work/"+job, "work")
}

func TestAClaimIsJudgedByItsMargin(t *testing.T) {
	for _, c := range []struct {
		says Relation
		a    float64 // of b's time
		want Ruling
	}{
		{Less, 0.8, ClaimHolds}, {Less, 1, ClaimFails}, {Less, 1.3, ClaimFails}, {Less, 0.95, ClaimUndecided},
		{More, 1.3, ClaimHolds}, {More, 1, ClaimFails}, {More, 0.8, ClaimFails}, {More, 1.05, ClaimUndecided},
		{NoLess, 1, ClaimHolds}, {NoLess, 1.3, ClaimHolds}, {NoLess, 0.8, ClaimFails},
		{NoMore, 1, ClaimHolds}, {NoMore, 0.8, ClaimHolds}, {NoMore, 1.3, ClaimFails},
	} {
		v := ruled(about(c.says), work("tasks=10", c.a, 1))
		assert.Equal(t, c.want, v.Outcome, "%v %v: %s", c.a, c.says, v.Why)
	}
}

func TestAClaimOfSeveralCells(t *testing.T) {
	faster, slower, close := work("tasks=10", 0.8, 1), work("tasks=100", 1.3, 1), work("tasks=1000", 0.95, 1)
	assert.Equal(t, ClaimHolds, ruled(about(Less), faster, faster).Outcome)
	v := ruled(about(Less), faster, slower)
	assert.Equal(t, ClaimDepends, v.Outcome)
	assert.Contains(t, v.Why, "for it: work ×10, a ÷ b. Against it: work ×10, a ÷ b")
	assert.Equal(t, ClaimUndecided, ruled(about(Less), faster, close).Outcome, "one open cell is enough")
	assert.Equal(t, ClaimNotMeasured, ruled(Claim{Tests: []Test{{Jobs: []string{"other"}, Says: Less}}}, faster).Outcome)
}

func TestFewRoundsDecideNoClaim(t *testing.T) {
	d := &Data{Rows: []Row{named(row(3, lane{model: "a", time: 0.5}, lane{model: "b", time: 1}), "BenchmarkIO/workload=work/tasks=1", "work")}, Rounds: 3}
	v := d.verdict(about(Less))
	assert.Equal(t, ClaimUndecided, v.Outcome)
	assert.Contains(t, v.Why, "it takes at least")
}

func TestALimitedCellDecidesOnlyWhatAFasterOriginCouldNotUndo(t *testing.T) {
	limited := func(a, b float64, busyA, busyB float64) Ruling {
		r := row(20, lane{model: "a", time: a, busy: busyA}, lane{model: "b", time: b, busy: busyB})
		return ruled(about(Less), named(r, "BenchmarkIO/workload=work/tasks=1", "work")).Outcome
	}
	assert.Equal(t, ClaimHolds, limited(0.8, 1, 0.99, 0.1), "a would be faster still")
	assert.Equal(t, ClaimUndecided, limited(0.8, 1, 0.1, 0.99), "b could be as fast")
	assert.Equal(t, ClaimFails, limited(1.3, 1, 0.1, 0.99))
	assert.Equal(t, ClaimUndecided, limited(1.3, 1, 0.99, 0.1))
}

func TestAClaimAboutManyCoresNeedsThem(t *testing.T) {
	c := about(Less)
	c.Cores = 4
	v := ruled(c, work("tasks=1", 0.5, 1))
	assert.Equal(t, ClaimUndecided, v.Outcome)
	assert.Contains(t, v.Why, "at least 4 cores")
}

func TestACellIsComparedWithItselfInAnotherJob(t *testing.T) {
	c := Claim{Tests: []Test{{Jobs: []string{"work/how=dear"}, Unit: "ns/op", Of: []string{"a"}, ThanJob: "work/how=cheap", Says: More}}}
	v := ruled(c, work("tasks=1/how=dear", 2, 1), work("tasks=1/how=cheap", 1, 9))
	assert.Equal(t, ClaimHolds, v.Outcome, v.Why)
	require.Len(t, v.Evidence, 1)
	assert.Contains(t, v.Evidence[0].What, "a ÷ a in work")
}

func TestWhatNeverHappensIsRefutedByOnce(t *testing.T) {
	figure := func(values ...float64) Row {
		r := Row{Job: "BenchmarkIO/workload=work/tasks=1", Workload: Workload{Name: "work"}}
		c := CellData{Of: Model{Name: "a"}, Planned: true}
		for i, v := range values {
			c.Processes = append(c.Processes, Process{Measurement: Measurement{Round: i + 1}, Values: map[string]float64{"lost/op": v}})
		}
		r.Cells = append(r.Cells, c)
		return r
	}
	rule := func(says Relation, values ...float64) Ruling {
		return ruled(Claim{Tests: []Test{{Jobs: []string{"work"}, Unit: "lost/op", Of: []string{"a"}, Says: says}}}, figure(values...)).Outcome
	}
	zeros := make([]float64, 12)
	assert.Equal(t, ClaimHolds, rule(Zero, zeros...))
	assert.Equal(t, ClaimUndecided, rule(Zero, 0, 0))
	assert.Equal(t, ClaimFails, rule(Zero, 0, 3))
	assert.Equal(t, ClaimHolds, rule(Some, 0, 3))
	assert.Equal(t, ClaimFails, rule(Some, zeros...))
}

func TestPatternsOfJobs(t *testing.T) {
	job := "BenchmarkIO/workload=echo/tasks=100/trips=10/load=75"
	for pattern, fits := range map[string]bool{
		"echo": true, "echo/tasks=100": true, "echo/load=75/trips=10": true, "echo/!size": true,
		"ech": false, "echo/tasks=10": false, "echo/!load": false, "fetch": false,
	} {
		assert.Equal(t, fits, MatchesJob(pattern, job), pattern)
	}
}

func TestAFailedCellDecidesNothing(t *testing.T) {
	r := row(20, lane{model: "a", time: 0.5, failed: 3}, lane{model: "b", time: 1})
	v := ruled(about(Less), work("tasks=10", 0.5, 1), named(r, "BenchmarkIO/workload=work/tasks=1", "work"))
	assert.Equal(t, ClaimUndecided, v.Outcome)
	assert.Contains(t, v.Why, "1 of them failed")
}

func TestAClaimOfSeveralTestsNeedsThemAll(t *testing.T) {
	c := about(Less)
	c.Tests = append(c.Tests, Test{Jobs: []string{"other"}, Unit: "ns/op", Of: []string{"a"}, Than: []string{"b"}, Says: Less})
	v := ruled(c, work("tasks=10", 0.5, 1))
	assert.Equal(t, ClaimUndecided, v.Outcome)
	assert.Contains(t, v.Why, "nothing was measured of this: a less than b")
}

func TestWorkFromElsewhereIsNoEvidence(t *testing.T) {
	r := work("tasks=10", 0.5, 1)
	r.Cells[0].Package = "example.com/shop"
	assert.Equal(t, ClaimNotMeasured, ruled(about(Less), r).Outcome)
}

func TestTheOtherJobIsTheSameButForWhatIsNamed(t *testing.T) {
	c := Claim{Tests: []Test{{Jobs: []string{"work/how=dear"}, Unit: "ns/op", Of: []string{"a"}, ThanJob: "work/how=cheap", Says: More}}}
	dear, other := work("tasks=1/how=dear", 2, 1), work("tasks=1/how=cheap/n=9", 1, 9)
	dear.Params, other.Params = []string{"how=dear"}, []string{"how=cheap", "n=9"}
	assert.Equal(t, ClaimNotMeasured, ruled(c, dear, other).Outcome)
	other.Params = []string{"how=cheap"}
	assert.Equal(t, ClaimHolds, ruled(c, dear, other).Outcome)
	other.Tasks++
	assert.Equal(t, ClaimNotMeasured, ruled(c, dear, other).Outcome)
}

func TestEveryClaimIsSound(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Claims {
		assert.False(t, seen[c.ID], c.ID)
		seen[c.ID] = true
		assert.NotEmpty(t, c.Says)
		assert.Equal(t, c.Opinion == "" && c.World == "", len(c.Tests) > 0, "%s is settled by tests, unless no test could", c.ID)
		for _, test := range c.Tests {
			assert.NotEmpty(t, test.Jobs, c.ID)
			assert.NotEmpty(t, test.Of, c.ID)
			alone := test.Says == Zero || test.Says == Some || test.Says == Turns
			assert.Equal(t, alone, len(test.Than) == 0 && test.ThanJob == "", c.ID)
		}
	}
}
