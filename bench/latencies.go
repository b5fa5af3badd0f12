package bench

import (
	"fmt"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/concbench/concbench/runners"
)

// latencies are the times of the tasks of a slice, over all its ops.
type latencies struct {
	task    *hdrhistogram.Histogram // from the job's release to the task's end: its wait in the pool's queue is in it
	service *hdrhistogram.Histogram // from the start of the task's body
	max     time.Duration           // of task, exact
	peak    int                     // tasks in flight
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
		l.peak = max(l.peak, runners.Outcome{Samples: op}.InFlight())
	}
}

func (l *latencies) report(b *testing.B) {
	if l.task.TotalCount() == 0 {
		return // no task was to succeed
	}
	b.ReportMetric(float64(l.task.ValueAtPercentile(50)), "p50-ns")
	b.ReportMetric(float64(l.task.ValueAtPercentile(99)), "p99-ns")
	b.ReportMetric(float64(l.max), "max-ns")
	b.ReportMetric(float64(l.service.ValueAtPercentile(99)), "service-p99-ns")
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
