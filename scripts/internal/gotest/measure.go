package gotest

import (
	"context"
	"slices"
)

// Measure measures the named benchmarks, and no others, the usual way: in one
// process, count times each, for so much time or so many iterations as benchtime
// says (20ms, 100x). One that gave no figures is missing in the results; the
// error is about the process: it died, or exceeded its time, which is the sum of
// theirs.
func (b Binary) Measure(ctx context.Context, names []string, benchtime string, count int, o Options) (Output, error) {
	out, _, err := b.measure(ctx, names, benchtime, count, o)
	return out, err
}

func (b Binary) measure(ctx context.Context, names []string, benchtime string, count int, o Options) (Output, process, error) {
	// -test.v names what is skipped.
	o.Args = slices.Concat([]string{"-test.v"}, o.Args)
	p, err := b.run(ctx, b.command(o, selector(names), benchtime, count), len(names), o)
	printed := parse(string(p.stdout), o.CPU)
	out := Output{Config: printed.config, Results: map[string][]string{}, Failed: blame(printed, names),
		Skipped: printed.skipped, Log: p.log(), Wall: p.wall}
	for _, name := range printed.order {
		if slices.Contains(names, name) {
			out.Order = append(out.Order, name)
			out.Results[name] = printed.results[name]
		}
	}
	if ctx.Err() != nil {
		return out, p, ctx.Err()
	}
	if err := p.trouble(err, printed); err != nil {
		out.Results, out.Order = nil, nil // a dying process may print figures of what killed it
		return out, p, err
	}
	return out, p, nil
}
