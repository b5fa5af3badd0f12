package paired

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/measure"
)

const (
	profiled    = 5    // benchmarks at most, the worst first
	profileTime = "1s" // a hundred samples a second of CPU
)

// profiles measures what was found slower once more on both sides, with CPU
// profiles, and notes where their time differs. That they could not be made is
// no reason to lose the comparison: it is said.
func (c *Comparison) profiles(ctx context.Context) error {
	if c.Plan.Kind == compare.AA {
		return nil
	}
	report, err := compare.Open(c.Dir)
	if err != nil {
		return err
	}
	c.Plan.Profiles = nil
	slower := report.With(compare.Slower)
	worst := func(b *compare.Result) (most float64) {
		for _, by := range b.Comparisons {
			most = max(most, by.D.Estimate)
		}
		return most
	}
	slices.SortStableFunc(slower, func(a, b *compare.Result) int { return cmp.Compare(worst(b), worst(a)) })
	for i, b := range slower {
		if i == profiled || ctx.Err() != nil || c.Plan.Budget > 0 && time.Since(c.begin) > c.Plan.Budget {
			break
		}
		text, err := c.profile(ctx, b.Package, b.Name, i+1)
		if err != nil {
			text = fmt.Sprintf("no profile: %v\n", err)
		}
		if ctx.Err() != nil {
			break
		}
		name := fmt.Sprintf("profiles/%03d.txt", i+1)
		if err := measure.WriteLog(c.Dir, name, []byte(text)); err != nil {
			return err
		}
		c.Plan.Profiles = append(c.Plan.Profiles, compare.Profile{Package: b.Package, Benchmark: b.Name, Path: name})
	}
	return nil
}

// profile returns where the CPU time of a benchmark differs, by pprof.
func (c *Comparison) profile(ctx context.Context, pkg, name string, number int) (string, error) {
	var file [2]string
	for side := range file {
		bin, err := c.builder.binary(ctx, build{side: side, pkg: pkg})
		if err != nil {
			return "", err
		}
		file[side] = filepath.Join(c.Dir, fmt.Sprintf("profiles/%03d-%s.pprof", number, sideName[side]))
		if err := measure.WriteLog(c.Dir, filepath.Join("profiles", filepath.Base(file[side])), nil); err != nil {
			return "", err
		}
		o := options(c.Plan, filepath.Dir(bin.Path))
		if o.Profile, err = filepath.Abs(file[side]); err != nil {
			return "", err
		}
		if _, err := bin.Measure(ctx, []string{name}, profileTime, 1, o); err != nil {
			return "", err
		}
	}
	// Profiles of runs of equal length differ in ops: scaled to the same total,
	// what grew in share stands out.
	cmd := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-nodecount=10", "-normalize", "-diff_base="+file[base], file[head])
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go tool pprof: %w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	return table(out.String()), nil
}

// table is what pprof prints without the lines above its table.
func table(top string) string {
	if at := strings.Index(top, "      flat "); at >= 0 {
		return top[at:]
	}
	return top
}
