package bench

import (
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/concbench/concbench/runners"
)

// latencies are the times of the tasks of a sample, over all its ops.
type latencies struct {
	task    *hdrhistogram.Histogram // from the job's release to the task's end: its wait in the pool's queue is in it
	service *hdrhistogram.Histogram // from the start of the task's body
	max     time.Duration           // of task, exact
	peak    int                     // tasks in flight, the most in all samples and before
}

// reset forgets the times. The histograms are kept: new ones would be half a
// megabyte of garbage a sample.
func (l *latencies) reset() {
	if l.task != nil {
		l.task.Reset()
		l.service.Reset()
	}
	l.max = 0
}

// add adds the samples of ops.
func (l *latencies) add(ops [][]runners.Sample) {
	if l.task == nil {
		// To an hour, at 0.1 %.
		l.task = hdrhistogram.New(1, int64(time.Hour), 3)
		l.service = hdrhistogram.New(1, int64(time.Hour), 3)
	}
	for _, op := range ops {
		for _, s := range op {
			if s.End == 0 {
				continue // failed
			}
			// An hour is longer than a cell may take: no value is out of range.
			l.task.RecordValue(int64(s.End))
			l.service.RecordValue(int64(s.End - s.Start))
			l.max = max(l.max, s.End)
		}
		l.sawInFlight(runners.Outcome{Samples: op})
	}
}

func (l *latencies) sawInFlight(o runners.Outcome) { l.peak = max(l.peak, o.InFlight()) }

// figures adds the percentiles.
func (l *latencies) figures(to map[string]float64) {
	if l.task.TotalCount() == 0 {
		return // no task was to succeed
	}
	to["p50-ns"] = float64(l.task.ValueAtPercentile(50))
	to["p99-ns"] = float64(l.task.ValueAtPercentile(99))
	to["max-ns"] = float64(l.max)
	to["service-p99-ns"] = float64(l.service.ValueAtPercentile(99))
}

// concurrent says what is wrong if the tasks were not seen in flight together.
// It asks for a quarter of what the model can have in flight: the first tasks
// may end before the last has started where starting one is dear, as it is for
// threads under a global interpreter lock.
func (l *latencies) concurrent(together int) error {
	switch {
	case l.peak > together:
		return fmt.Errorf("%d tasks were in flight at once: the model allows %d", l.peak, together)
	case 4*l.peak < together:
		return fmt.Errorf("only %d tasks were in flight at once: want at least a quarter of %d", l.peak, together)
	}
	return nil
}
