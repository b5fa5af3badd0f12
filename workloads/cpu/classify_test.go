package cpu

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/workloads/internal/data"
)

// The classes overlap, so that it is not for nothing that several neighbours
// are asked; they do not overlap so much that there is nothing to find.
func TestMostPointsAreClassifiedRight(t *testing.T) {
	centres := make([]point, classes)
	for class := range centres {
		centres[class].scatter(point{}, 1000, data.Key(1, class))
	}
	var j classifyJob
	for i := range 2000 {
		j.known = append(j.known, example(centres, i%classes, data.Key(2, i)))
	}
	right := 0
	for i := range 400 {
		asked := example(centres, i%classes, data.Key(3, i))
		class := j.classify(&asked.at)
		assert.Equal(t, j.bySorting(asked.at), class)
		if class == asked.class {
			right++
		}
	}
	t.Logf("%d of 400 right", right)
	assert.Greater(t, right, 280)
	assert.Less(t, right, 400)
}

func TestTheFirstOfPointsAsNearCounts(t *testing.T) {
	at := point{}
	var j classifyJob
	for class := classes - 1; class >= 0; class-- {
		j.known = append(j.known, labelled{at, class}, labelled{at, class})
	}
	assert.Equal(t, j.bySorting(at), j.classify(&at))
	assert.Equal(t, 6, j.classify(&at), "two of class 7, two of 6, one of 5: the lowest of the most")
}
