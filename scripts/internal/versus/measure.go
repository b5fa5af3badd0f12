package versus

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/gobench"
)

// options are those of the processes of a plan.
func options(p *compare.Plan) gobench.Options {
	return gobench.Options{Benchtime: p.Benchtime, Slices: p.Slices, CPU: p.CPU, Timeout: p.Timeout, Args: p.Args}
}

// pair measures a unit on both sides and returns a Pair for each of its
// benchmarks, with what the two processes gave, and whether one of them died. The
// error is about what kept it from measuring.
func (r *rounds) pair(ctx context.Context, round, attempt int, u unit) (pairs []compare.Pair, out [2]gobench.Output, died bool, err error) {
	seed := layout(r.plan, round)
	var failure [2]error
	var bins [2]gobench.Binary
	for side := range bins {
		bins[side], failure[side] = r.builder.binary(ctx, build{side, u.pkg, seed})
	}
	order := []int{base, head}
	if u.headFirst {
		order = []int{head, base}
	}
	before := r.host()
	for _, side := range order {
		if failure[base] != nil || failure[head] != nil {
			break // what the other side gives would be of no use
		}
		o := options(r.plan)
		o.Slices = u.slices
		out[side], failure[side] = bins[side].Measure(ctx, u.names, o)
		r.measured += out[side].Wall
	}
	after := r.host()
	if ctx.Err() != nil {
		return nil, out, false, nil // the pair in flight is lost
	}
	for _, err := range failure {
		if fault := (gobench.Fault{}); errors.As(err, &fault) {
			return nil, out, true, fault
		}
	}
	steal := after.StealSince(before)
	better := betters(out[base].Config, out[head].Config)
	for _, name := range u.names {
		p := compare.Pair{Round: round, Attempt: attempt, Package: u.pkg, Benchmark: name, HeadFirst: u.headFirst, Layout: seed,
			Steal: steal, Stalled: after.StalledSince(before), Disturbed: steal > results.Disturbed, Better: better}
		p.Base.Wall, p.Head.Wall = out[base].Wall, out[head].Wall
		for _, side := range order {
			if err := out[side].Trouble(name, failure[side], u.slices); err != nil && (p.Failed == "" || failure[side] != nil) {
				p.Failed = sideName[side] + ": " + err.Error()
			}
		}
		pairs = append(pairs, p)
	}
	return pairs, out, failure[base] != nil || failure[head] != nil, nil
}

// betters are the directions that Unit lines give.
func betters(configs ...[]string) map[string]string {
	better := map[string]string{}
	for _, line := range slices.Concat(configs...) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "Unit" {
			continue
		}
		for _, f := range fields[2:] {
			if which, ok := strings.CutPrefix(f, "better="); ok {
				better[fields[1]] = which
			}
		}
	}
	return better
}

// host reads the machine's counters; where there are none, nothing is disturbed.
func host() meter.Machine {
	m, _ := meter.Host()
	return m
}
