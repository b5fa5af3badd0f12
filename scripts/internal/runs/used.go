package runs

import (
	"context"
	"time"

	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/gotest"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// A metered is a process of ordinary benchmarks whose samples have, beside what
// the benchmark reports, what the process used meanwhile: see gotest.Figures.
type metered struct {
	measure.Session
	alone bool // it measures one benchmark: its peak of memory is that one's
}

// Sample measures one sample. What cannot be read of the process is missing.
func (m metered) Sample(ctx context.Context, n int, limit time.Duration) (record.Sample, error) {
	before, _, unknown := gotest.UseOf(m.PID())
	began := time.Now()
	s, err := m.Session.Sample(ctx, n, limit)
	worked := time.Since(began)
	if err != nil || unknown != nil {
		return s, err
	}
	after, peak, unknown := gotest.UseOf(m.PID())
	if unknown != nil {
		return s, nil
	}
	used := after.Sub(before)
	// Those of threads that have ended since are not counted any more.
	used.Switches = used.Switches && used.Voluntary >= 0 && used.Involuntary >= 0
	if !m.alone {
		peak = 0
	}
	for unit, v := range gotest.Figures(used, peak, worked) {
		if _, own := s.Values[unit]; !own {
			s.Values[unit] = v
		}
	}
	return s, nil
}
