package versus

import (
	"context"
	"fmt"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/gobench"
)

// options are those of the processes of a plan.
func options(p *compare.Plan, timeout time.Duration) gobench.Options {
	return gobench.Options{Benchtime: p.Benchtime, Slices: p.Slices, CPU: p.CPU, Timeout: timeout, Args: p.Args}
}

// pair measures a unit on both sides and returns a Pair for each of its
// benchmarks, with what the two processes gave.
func (r *rounds) pair(ctx context.Context, round, attempt int, u unit) ([]compare.Pair, [2]gobench.Output, error) {
	seed := layout(r.plan, round)
	var out [2]gobench.Output
	var failure [2]error
	var bins [2]gobench.Binary
	for side := range bins {
		var err error
		if bins[side], err = r.builder.binary(ctx, build{side, u.pkg, seed}); err != nil {
			return nil, out, err
		}
	}
	order := []int{base, head}
	if u.headFirst {
		order = []int{head, base}
	}
	before := r.host()
	for _, side := range order {
		out[side], failure[side] = bins[side].Measure(ctx, u.names, options(r.plan, r.timeout))
		r.measured += out[side].Wall
	}
	after := r.host()
	if ctx.Err() != nil {
		return nil, out, ctx.Err() // the pair in flight is lost
	}
	steal := after.StealSince(before)
	var pairs []compare.Pair
	for _, name := range u.names {
		p := compare.Pair{Round: round, Attempt: attempt, Package: u.pkg, Benchmark: name, HeadFirst: u.headFirst, Layout: seed,
			Steal: steal, Stalled: after.StalledSince(before), Disturbed: steal > results.Disturbed}
		p.Base.Wall, p.Head.Wall = out[base].Wall, out[head].Wall
		for side := range out {
			if why := failed(name, out[side], failure[side], r.plan.Slices); why != "" && p.Failed == "" {
				p.Failed = sideName[side] + ": " + why
			}
		}
		pairs = append(pairs, p)
	}
	return pairs, out, nil
}

// failed says why a process gave no figures of a benchmark, "" if it did.
func failed(name string, out gobench.Output, err error, slices int) string {
	switch {
	case out.Failed[name] != "":
		return out.Failed[name]
	case err != nil:
		return err.Error()
	case len(out.Results[name]) == 0:
		return "it did not run: its name changes from one process to the next, or it was skipped"
	case len(out.Results[name]) != slices:
		return fmt.Sprintf("printed %d results, want %d", len(out.Results[name]), slices)
	}
	return ""
}

// host reads the machine's counters; where there are none, nothing is disturbed.
func host() meter.Machine {
	m, _ := meter.Host()
	return m
}
