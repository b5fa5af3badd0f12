package gotest

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// longPass is how long a first pass may take for a second to follow.
const longPass = 3 * time.Second

// passTimeouts is for how many benchmarks' time a pass may run: how many there
// are is not known yet, and each runs only once.
const passTimeouts = 10

// Discover looks for the benchmarks of the binary that match a pattern, as
// -bench takes it ("": all): it runs each once, sub-benchmarks included, and all
// of them a second time, unless that takes long. That there are none is no error.
func (b Binary) Discover(ctx context.Context, o Options, bench string) (Found, error) {
	if bench == "" {
		bench = "."
	}
	var f Found
	if err := expression(bench); err != nil {
		return f, err
	}
	var pass [2]*printed
	verbose := o // -test.v names what is skipped, and what was running when a process died
	verbose.Args = slices.Concat([]string{"-test.v"}, o.Args)
	for i := range pass {
		p, err := b.run(ctx, b.command(verbose, bench, "1x", 1), passTimeouts, o)
		pass[i] = parse(string(p.stdout), o.CPU)
		f.Log = append(f.Log, p.log()...)
		if ctx.Err() != nil {
			return f, ctx.Err()
		}
		if err := p.trouble(err, pass[i]); err != nil {
			return f, fmt.Errorf("while looking for the benchmarks of %s: %w", b.Package.Path, err)
		}
		if i == 0 {
			f.Pass = p.wall
		}
		if f.Pass > longPass {
			pass[1] = pass[0]
			break
		}
	}
	f.sort(pass[0], pass[1])
	f.Once, f.Config = pass[0].once(), pass[0].config
	p, err := b.run(ctx, b.command(o, "^$", "1x", 1), passTimeouts, o)
	f.SetUp = p.wall
	if ctx.Err() != nil {
		return f, ctx.Err()
	}
	if err := p.trouble(err, &printed{}); err != nil {
		f.Log = append(f.Log, p.log()...)
		return f, fmt.Errorf("%s, told to run no benchmark: %w", b.Package.Path, err)
	}
	return f, nil
}

// Outweighs reports whether it takes longer to set up a process than to measure
// so long in it: then the benchmarks of the package, if there are several, had
// better share one.
func (f Found) Outweighs(measured time.Duration) bool {
	return len(f.Names) > 1 && f.SetUp > measured
}

// expression says what is wrong with a -bench of which each level, between
// slashes, is a regular expression.
func expression(bench string) error {
	if _, err := regexp.Compile(bench); err != nil {
		return fmt.Errorf("%q is no regular expression for benchmarks: %w", bench, err)
	}
	return nil
}

// sort says which benchmarks both passes had.
func (f *Found) sort(first, second *printed) {
	f.Failed, f.Skipped = blame(first, nil), first.skipped
	maps.Copy(f.Failed, blame(second, nil))
	for _, name := range first.order {
		switch _, again := second.results[name]; {
		case f.Failed[name] != "":
		case again:
			f.Names = append(f.Names, name)
		default:
			f.Unstable = append(f.Unstable, name)
		}
	}
	for _, name := range second.order {
		if _, before := first.results[name]; !before && f.Failed[name] == "" {
			f.Unstable = append(f.Unstable, name)
		}
	}
}

// once returns the time of the one op that each benchmark ran.
func (p *printed) once() map[string]time.Duration {
	took := map[string]time.Duration{}
	for name, lines := range p.results {
		fields := strings.Fields(lines[0])
		for i := 1; i < len(fields); i++ {
			if ns, err := strconv.ParseFloat(fields[i-1], 64); err == nil && fields[i] == "ns/op" && ns < 1e15 {
				took[name] = time.Duration(ns)
			}
		}
	}
	return took
}

// blame says why benchmarks failed: those that did, and those of which a parent
// did, by itself: what it checks is wrong. A parent that failed only since a
// sub-benchmark did is no benchmark. Where names are given, no others count.
func blame(p *printed, names []string) map[string]string {
	failed := map[string]string{}
	for name, why := range p.failed {
		below := func(other string) bool { return strings.HasPrefix(other, name+"/") }
		if why != "" {
			failed[name] = why
			for _, other := range slices.Concat(p.order, names) {
				if below(other) && p.failed[other] == "" {
					failed[other] = name + ": " + why
				}
			}
			continue
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(p.failed)), below) {
			failed[name] = "it failed without a message"
		}
	}
	if names != nil {
		maps.DeleteFunc(failed, func(name, _ string) bool { return !slices.Contains(names, name) })
	}
	return failed
}
