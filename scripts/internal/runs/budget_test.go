package runs

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

func TestWhatIsDecidedGetsNoMoreRounds(t *testing.T) {
	o := quickly("lonely")
	o.Rounds, o.Budget, o.Begin = 60, 10*time.Minute, time.Now()
	run, dir := measured(t, o)
	assert.Equal(t, results.Complete, run.Status)
	assert.True(t, run.Anytime)
	rounds := counted(t, dir)[fmt.Sprintf(job, "lonely")]
	assert.GreaterOrEqual(t, len(rounds), run.LeastRounds(2))
	assert.Less(t, len(rounds), 60, "one takes ten times the time of the other")
	data, err := results.Open(dir)
	require.NoError(t, err)
	assert.True(t, data.Rows[0].Time.Alone)
	assert.Equal(t, "goroutines", data.Rows[0].Time.Reference)
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)
}

func TestAModelThatIsShownToBeWorseLeavesItsJob(t *testing.T) {
	o := quickly("lonely")
	o.Models = append(o.Models, "gopool")
	o.Rounds, o.Budget, o.Begin = 14, 10*time.Minute, time.Now()
	run, dir := measured(t, o)
	block := fmt.Sprintf(job, "lonely")
	all := journal(t, dir)
	for i := range all {
		d := run.Decide(block, all[:i])
		assert.Len(t, all[i].Arms, 3-len(d.Out))
		for _, model := range d.Out {
			assert.Nil(t, all[i].Of(model), "round %d", all[i].Round)
		}
	}
	assert.NotNil(t, all[0].Of("sequential"))
	assert.Contains(t, run.Decide(block, all).Out, "sequential")
}

func TestAPlanThatCannotDecideSaysSoBefore(t *testing.T) {
	two := plans("", planned("J"))
	few := quickly()
	few.Rounds = 4
	p, err := NewPlan(few, two)
	require.NoError(t, err)
	assert.Contains(t, p.Summary(nil), "\n4 rounds cannot decide between 2 models: it takes at least 5 (--rounds)\n")

	enough := quickly()
	enough.Rounds = 5
	p, err = NewPlan(enough, two)
	require.NoError(t, err)
	assert.NotContains(t, p.Summary(nil), "cannot decide")

	short := quickly()
	short.Rounds, short.Budget = 60, time.Second
	p, err = NewPlan(short, two)
	require.NoError(t, err)
	least := p.asRun().LeastRounds(2)
	memory := Memory{{"", "J"}: time.Second}
	assert.Contains(t, p.Summary(memory), fmt.Sprintf("\nthe budget of 1s cannot decide all of it: it takes at least about %d s\n", 2*least))
	p.Budget = time.Minute
	assert.NotContains(t, p.Summary(memory), "cannot decide")
	p.Begin = time.Now().Add(-55 * time.Second)
	assert.Contains(t, p.Summary(memory), "the budget of 1m0s cannot decide all of it", "compiling has taken most of it")

	alone := quickly()
	alone.Rounds = 1
	p, err = NewPlan(alone, plansOf("", []string{"a"}, planned("J")))
	require.NoError(t, err)
	assert.NotContains(t, p.Summary(nil), "cannot decide", "there is nothing to decide")
}

func TestEveryBenchmarkGetsRoundsWithinABudget(t *testing.T) {
	o := quickly()
	o.Models, o.Rounds, o.Budget = nil, 60, time.Minute
	p, err := Join(o, nil, []*Plain{{Names: []string{"BenchmarkX"}}})
	require.NoError(t, err)
	run := p.asRun()
	first := run.Decide(" BenchmarkX", nil)
	assert.False(t, first.Done)
	assert.Less(t, first.Least, 10, "a few give an interval, and others wait")
	var rounds []record.Round
	for i := range 59 {
		rounds = append(rounds, record.Round{Block: " BenchmarkX", Round: i + 1, Planned: 1, End: true, Arms: []record.Arm{{Cycles: []int{0}}}})
	}
	assert.Equal(t, results.Decision{Least: 1}, run.Decide(" BenchmarkX", rounds))
	rounds = append(rounds, rounds[0])
	rounds[59].Round = 60
	assert.True(t, run.Decide(" BenchmarkX", rounds).Done)
}
