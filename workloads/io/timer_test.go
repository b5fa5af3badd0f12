package io

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestTimerTasksWaitAllAtOnceWhereTheModelLetsThem(t *testing.T) {
	const tasks = 6 // as many as the smallest default pool has
	// A busy machine may need long to start them.
	for _, wait := range []string{"200ms", "2s"} {
		fewer := false
		s := worktest.Spec(t, timer{}, workloads.Params{"wait": wait}, "")
		work := worktest.Prepare(t, timer{}, s, tasks)
		worktest.Each(t, runners.Needs{Together: tasks}, s, tasks, work, func(t *testing.T, o runners.Outcome) {
			require.NoError(t, o.Err)
			if wait == "2s" {
				assert.Equal(t, tasks, o.InFlight())
			}
			fewer = fewer || o.InFlight() < tasks
		})
		if !fewer {
			break
		}
	}
}

// A hasty task does not wait.
type hasty struct{ runners.Task }

func (hasty) Sleep(time.Duration) error { return nil }

func TestTimerNoticesAModelThatDoesNotWait(t *testing.T) {
	work := worktest.Prepare(t, timer{}, worktest.Spec(t, timer{}, nil, ""), 1)
	_, err := work.Make(nil)(hasty{}, 0)
	assert.ErrorContains(t, err, "of 10ms")
}
