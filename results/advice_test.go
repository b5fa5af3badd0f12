package results

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAdvice(t *testing.T) {
	for name, c := range map[string]struct {
		row  Row
		take []string
		text string // part of it
	}{
		"nothing measured": {
			row(12, lane{model: "a", plan: "no"}, lane{model: "b", time: 1, cpu: 1, failed: 1}), nil, "nothing was measured",
		},
		"one model": {
			row(12, lane{model: "a", time: 1, cpu: 1}), nil, "a has nothing to be compared with",
		},
		"references only": {
			row(12, lane{model: "a", time: 1, cpu: 1, reference: true}, lane{model: "b", time: 2, cpu: 2, reference: true}),
			nil, "nothing that Go can simply use was measured; the best may be a (a reference)",
		},
		"one round": {
			row(1, lane{model: "a", time: 1, cpu: 1}, lane{model: "b", time: 9, cpu: 9}),
			nil, "undecided after 1 round, it takes at least 7; of what Go can simply use, a has the lowest time so far",
		},
		"alone": {
			row(12, lane{model: "goroutines", time: 1, cpu: 1}, lane{model: "b", time: 1.5, cpu: 1}, lane{model: "c", time: 1.3, cpu: 1, reference: true}),
			[]string{"goroutines"}, "goroutines: alone at the front, take them; next is c (a reference) at 1.3",
		},
		"within 5 % of a reference": {
			row(20, lane{model: "goroutines", time: 1.03, cpu: 1}, lane{model: "loop", time: 1, cpu: 1, reference: true}),
			[]string{"goroutines"}, "goroutines are within 5 % of the best, loop (a reference): take them",
		},
		"two within 5 %": {
			row(40, lane{model: "a", time: 1, cpu: 1}, lane{model: "b", time: 1.005, cpu: 1}, lane{model: "c", time: 3, cpu: 1}),
			[]string{"a", "b"}, "a and b are within 5 % of the best: take either",
		},
		"a reference would have won": {
			row(12, lane{model: "loop", time: 1, cpu: 1, reference: true}, lane{model: "a", time: 1.35, cpu: 1}, lane{model: "b", time: 2, cpu: 1}),
			[]string{"a"}, "loop (a reference) would have won by 1.3",
		},
		"a reference would have won, and one usable": {
			row(12, lane{model: "loop", time: 1, cpu: 1, reference: true}, lane{model: "a", time: 1.3, cpu: 1}),
			[]string{"a"}, "of what Go can simply use, a is the only choice left",
		},
		"a reference would have won, and the usable ones are alike": {
			row(40, lane{model: "loop", time: 1, cpu: 1, reference: true}, lane{model: "a", time: 1.3, cpu: 1}, lane{model: "b", time: 1.3, cpu: 1}),
			[]string{"a", "b"}, "of what Go can simply use, a and b are within 5 % of the best: take either",
		},
		"undecided": {
			row(10, lane{model: "a", time: 1.0, cpu: 1, rounds: 3}, lane{model: "b", time: 1.2, cpu: 1}, lane{model: "c", time: 2, cpu: 1}),
			nil, "undecided between a and b after 10 rounds; of what Go can simply use, a has the lowest time so far",
		},
		"CPU where the origin was the limit": {
			row(12, lane{model: "a", time: 1, cpu: 1, busy: 0.95}, lane{model: "b", time: 1, cpu: 2, busy: 0.95}, lane{model: "one by one", time: 10, cpu: 0.5, busy: 0.2}),
			[]string{"a"}, "the origin was the limit for time; by CPU per task, a: alone at the front",
		},
		"the limited one ahead of all": {
			row(12, lane{model: "a", time: 1, cpu: 9, busy: 0.95}, lane{model: "b", time: 5, cpu: 1, busy: 0.2}),
			[]string{"a"}, "a: ahead of all others in time, though the origin was the limit",
		},
		"a limited reference": {
			row(12, lane{model: "loop", reference: true, time: 1, cpu: 1, busy: 0.95}, lane{model: "a", time: 1.2, cpu: 1.55, busy: 0.5}, lane{model: "b", time: 9, cpu: 0.5, busy: 0.2}),
			[]string{"a"}, "by CPU per task, loop (a reference) would have won by 1.5",
		},
		"too few rounds where the origin was the limit": {
			row(2, lane{model: "a", time: 1, cpu: 1, busy: 0.95}, lane{model: "b", time: 9, cpu: 0.5, busy: 0.2}),
			nil, "undecided after 2 rounds, it takes at least 7",
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.take, c.row.Advice.Take)
			assert.Contains(t, c.row.Advice.Text, c.text)
		})
	}
}

func TestAdviceIsForUsableModelsOnly(t *testing.T) {
	for _, factor := range []float64{0.5, 0.99, 1, 1.01, 2} {
		r := row(20, lane{model: "loop", reference: true, time: factor, cpu: 1}, lane{model: "a", time: 1, cpu: 1}, lane{model: "b", time: 1.1, cpu: 1})
		assert.NotContains(t, r.Advice.Take, "loop", "factor %v", factor)
	}
}

func TestAdviceMentionsTwoModes(t *testing.T) {
	r := row(40, lane{model: "a", time: 1, cpu: 1}, lane{model: "b", time: 40, cpu: 1})
	for i := range r.Cells[0].Processes {
		if i%2 == 0 {
			r.Cells[0].Processes[i].Values["ns/op"] *= 4
		}
	}
	r.Time = judge(mixture, r.Cells, Time)
	assert.Contains(t, r.advise().Text, "a ran in two modes")
}

func TestHeadline(t *testing.T) {
	take := func(models ...string) Row { return Row{Advice: Advice{Take: models}} }
	d := &Data{Rows: []Row{take("a", "b"), take("b"), take()}}
	assert.Equal(t, "Take b in 2 of 3 jobs, a in 1, undecided in 1", d.Headline())
	d = &Data{Rows: []Row{take(), take()}}
	assert.Equal(t, "Undecided: nothing can be recommended yet in 2 jobs", d.Headline())
}
