package results

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// once is a measurement of a model in an attempt at round 1.
func once(model string, attempt int, steal float64, failed string) Process {
	return Process{
		Measurement: Measurement{Cell: "J/model=" + model, Round: 1, Attempt: attempt, Steal: steal, Failed: failed},
		Of:          Cell{Name: "J/model=" + model, Job: "J", Model: model},
	}
}

func TestOneAttemptAtARoundCounts(t *testing.T) {
	for _, tc := range []struct {
		name  string
		ps    []Process
		want  []string // model and attempt
		again int
	}{
		{"the only one, disturbed or not", []Process{once("a", 0, 1, ""), once("b", 0, 0, "")}, []string{"a0", "b0"}, 0},
		{"the quiet one", []Process{once("a", 0, 1, ""), once("b", 0, 0, ""), once("a", 1, 0, ""), once("b", 1, 0.05, "")}, []string{"a1", "b1"}, 1},
		{"the last, where all are disturbed", []Process{once("a", 0, 1, ""), once("a", 1, 0.1, ""), once("a", 2, 1, "")}, []string{"a2"}, 2},
		{"the whole one, where the next was cut off", []Process{once("a", 0, 1, ""), once("b", 0, 0, ""), once("b", 1, 0, "")}, []string{"a0", "b0"}, 1},
		{"the next, where one was cut off", []Process{once("a", 0, 0, ""), once("a", 1, 0, ""), once("b", 1, 0, "")}, []string{"a1", "b1"}, 0},
		{"a failure in any", []Process{once("a", 0, 1, "no"), once("b", 0, 0, ""), once("b", 1, 0, "")}, []string{"a0", "b1"}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			counts, again := counted(tc.ps)
			var got []string
			for _, p := range counts {
				got = append(got, fmt.Sprint(p.Of.Model, p.Attempt))
			}
			assert.Equal(t, tc.want, got)
			assert.Equal(t, tc.again, again)
		})
	}
}

func TestJobsAndRoundsHaveAttemptsOfTheirOwn(t *testing.T) {
	a, b := once("a", 1, 0, ""), once("a", 0, 0, "")
	b.Round = 2
	plain := once("", 0, 0, "")
	plain.Of = Cell{Name: "B", Package: "p"}
	counts, _ := counted([]Process{a, b, plain})
	assert.Len(t, counts, 3)
}
