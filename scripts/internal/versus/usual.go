package versus

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
)

// Usual is the usual way of comparing, measured beside an A/A comparison to be
// held against it: all benchmarks of a package in one process, ten times over,
// then the same in another.
const (
	usualCount  = 10
	usualPasses = 2 // before the first round and after the last
)

// usual makes the passes that are due before a round. A pass of a package that
// is in the folder already is not made again.
func (r *rounds) usual(ctx context.Context, round int) error {
	if !r.plan.Usual {
		return nil
	}
	for pass := range usualPasses {
		if round != 1+pass*r.plan.Screen/(usualPasses-1) {
			continue
		}
		for i, k := range r.plan.Packages {
			var names []string
			for _, b := range r.plan.Benchmarks {
				if b.Package == k.Path && b.State == compare.Compared && !r.record.failed[key{b.Package, b.Name}] {
					names = append(names, b.Name)
				}
			}
			if len(names) == 0 || ctx.Err() != nil || r.plan.Budget > 0 && time.Since(r.begin) > r.plan.Budget {
				continue
			}
			for side := range sideName {
				file := filepath.Join(r.Dir, compare.UsualDir, compare.UsualFile(pass, i, sideName[side]))
				if err := r.usualOne(ctx, k.Path, names, side, file); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *rounds) usualOne(ctx context.Context, pkg string, names []string, side int, file string) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	bin, err := r.builder.binary(ctx, build{side: side, pkg: pkg})
	if err != nil {
		return err
	}
	o := options(r.plan)
	o.Slices = usualCount
	out, err := bin.Measure(ctx, names, o)
	r.measured += out.Wall
	if ctx.Err() != nil {
		return nil
	}
	if err != nil { // it is beside the point of the check, and missing where it fails
		fmt.Fprintf(r.builder.say, "the usual way could not be measured: %s: %v\n", pkg, err)
		return nil
	}
	lines := slices.Clone(out.Config)
	for _, name := range out.Order {
		lines = append(lines, out.Results[name]...)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return results.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"))
}
