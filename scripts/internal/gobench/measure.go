package gobench

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Measure measures the named benchmarks, and no others, in one fresh process.
// One of which nothing came is missing in the results; the error is about the
// process: it died, or exceeded its time, which is the sum of theirs.
//
// A process that measures one benchmark alone tells more of it: what it used of
// the machine is added to each result line, but for the units that the benchmark
// reports itself: cpus (CPU time by wall time), peak-rss-B, vol-ctxsw/s and
// invol-ctxsw/s. They are of the whole process, its set-up included.
func (b Binary) Measure(ctx context.Context, names []string, o Options) (Output, error) {
	o.Timeout *= time.Duration(max(1, len(names)))
	args := o.flags(selector(names), o.Benchtime, o.Slices)
	if o.Profile != "" {
		args = append(args, "-test.cpuprofile="+o.Profile)
	}
	p, err := b.run(ctx, o.Timeout, append(args, o.Args...))
	printed := parse(string(p.stdout), o.CPU, names)
	out := Output{Config: printed.config, Results: map[string][]string{}, Failed: blame(printed, names), Log: p.log(), Wall: p.wall}
	for _, name := range printed.order {
		if slices.Contains(names, name) {
			out.Order = append(out.Order, name)
			out.Results[name] = printed.results[name]
		}
	}
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	if len(names) == 1 && len(printed.order) == 1 {
		lines := out.Results[names[0]]
		for i := range lines {
			lines[i] = p.addFigures(lines[i])
		}
	}
	if err := p.trouble(err, printed); err != nil {
		out.Results, out.Order = nil, nil // a dying process may print figures of what killed it
		return out, err
	}
	return out, nil
}

// Trouble says why a process that was to measure so many slices of a benchmark
// gave no figures of it, nil if it did; err is what Measure returned.
func (o Output) Trouble(name string, err error, slices int) error {
	switch n := len(o.Results[name]); {
	case o.Failed[name] != "":
		return errors.New(o.Failed[name])
	case err != nil:
		return err
	case n == 0:
		return errors.New("it did not run: its name changes from one process to the next, or it was skipped")
	case n != slices:
		return fmt.Errorf("printed %d results, want %d", n, slices)
	}
	return nil
}

// longest is how long a pattern may be: the shortest limit of a command line,
// that of Windows, is 32,767.
const longest = 16 << 10

// selector is the -bench pattern of these benchmarks. For a great many it takes
// in all below the same functions.
func selector(names []string) string {
	var patterns, functions []string
	length := 0
	for _, name := range names {
		levels := strings.Split(name, "/")
		for i, level := range levels {
			levels[i] = "^" + regexp.QuoteMeta(level) + "$"
		}
		pattern := strings.Join(levels, "/")
		patterns = append(patterns, pattern)
		length += len(pattern) + 1
		if !slices.Contains(functions, levels[0]) {
			functions = append(functions, levels[0])
		}
	}
	if length > longest {
		patterns = functions
	}
	return strings.Join(patterns, "|")
}

// addFigures appends what the process used.
func (p process) addFigures(line string) string {
	has := strings.Fields(line)
	for _, f := range p.figures() {
		if !slices.Contains(has, f.unit) {
			line += "\t" + strconv.FormatFloat(f.value, 'f', -1, 64) + " " + f.unit
		}
	}
	return line
}

type figure struct {
	value float64
	unit  string
}

// figures are what the process used, as far as the system tells. How many ops
// it did in all is not known, so that they are rates.
func (p process) figures() []figure {
	seconds := p.wall.Seconds()
	if seconds <= 0 {
		return nil
	}
	rate := func(n float64) float64 { // four digits are more than it is good for
		v, _ := strconv.ParseFloat(fmt.Sprintf("%.4g", n/seconds), 64)
		return v
	}
	all := []figure{{rate((p.used.User + p.used.System).Seconds()), "cpus"}}
	if p.peak > 0 {
		all = append(all, figure{float64(p.peak), "peak-rss-B"})
	}
	if p.used.Switches {
		all = append(all, figure{rate(float64(p.used.Voluntary)), "vol-ctxsw/s"}, figure{rate(float64(p.used.Involuntary)), "invol-ctxsw/s"})
	}
	return all
}
