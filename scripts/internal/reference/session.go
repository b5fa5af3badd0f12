package reference

import (
	"context"
	"fmt"
	"time"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/workloads/origin"
)

// A session is a side at its gate, whose samples are checked.
type session struct {
	*gate.Process
	name   string
	gauges []results.Gauge
	origin *origin.Process // nil: it talks to none
	work   *proof
}

func (s *session) Ready(ctx context.Context, limit time.Duration) (string, error) {
	_, err := s.Process.Ready(ctx, limit)
	return "", s.blame(err) // the sides of a row have names of their own
}

func (s *session) Sample(ctx context.Context, n int, limit time.Duration) (record.Sample, error) {
	got, err := s.Process.Sample(ctx, n, limit)
	if err != nil {
		return got, s.blame(err)
	}
	for _, g := range s.gauges {
		if _, has := got.Values[g.Quantity.Unit()]; !has || got.Timed <= 0 {
			return got, gate.Broken("it measured nothing in " + g.Quantity.Unit())
		}
	}
	return got, s.work.check(s.name, got.Values)
}

// blame returns the error of a side, or the origin's where that has died.
func (s *session) blame(err error) error {
	if err != nil && s.origin != nil && s.origin.Err() != nil {
		return fmt.Errorf("the origin died: %w", s.origin.Err())
	}
	return err
}

// A proof is the checksum of a row's work, on which its sides must agree.
type proof struct {
	sum float64
	by  string // the side that reported it first
}

// check takes the checksum, if there is one, from among the figures.
func (p *proof) check(side string, values map[string]float64) error {
	const unit = "checksum"
	sum, has := values[unit]
	delete(values, unit)
	switch {
	case has && p.by == "":
		p.sum, p.by = sum, side
	case has && sum != p.sum:
		return gate.Failed(fmt.Sprintf("its work is not that of %s: checksum %.0f, not %.0f", p.by, sum, p.sum))
	}
	return nil
}
