package versus

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
	"github.com/concbench/concbench/scripts/internal/benchfile"
)

const (
	profiled      = 5                // benchmarks at most, the worst first
	profileSlice  = "1s"             // a hundred samples a second of CPU
	profileBudget = 15 * time.Second // kept for them
)

// profileTime is what the budget keeps back for profiles.
func (r *rounds) profileTime() time.Duration { return min(profileBudget, r.plan.Budget/20) }

// profiles measures what was found slower once more on both sides, with CPU
// profiles, and notes where their time differs. That they could not be made is
// no reason to lose the comparison: it is said.
func (r *rounds) profiles(ctx context.Context) error {
	if r.plan.Kind == compare.AA {
		return nil
	}
	report, err := compare.Open(r.Dir)
	if err != nil {
		return err
	}
	r.plan.Profiles = nil
	slower := report.With(compare.Slower)
	worst := func(b *compare.Result) (most float64) {
		for _, c := range b.Comparisons {
			most = max(most, c.D.Estimate)
		}
		return most
	}
	slices.SortStableFunc(slower, func(a, b *compare.Result) int { return cmp.Compare(worst(b), worst(a)) })
	for i, b := range slower {
		if i == profiled || ctx.Err() != nil || r.plan.Budget > 0 && time.Since(r.begin) > r.plan.Budget {
			break
		}
		text, err := r.profile(ctx, b.Package, b.Name, i+1)
		if err != nil {
			text = fmt.Sprintf("no profile: %v\n", err)
		}
		if ctx.Err() != nil {
			break
		}
		name := fmt.Sprintf("profiles/%03d.txt", i+1)
		if err := benchfile.WriteLog(r.Dir, name, []byte(text)); err != nil {
			return err
		}
		r.plan.Profiles = append(r.plan.Profiles, compare.Profile{Package: b.Package, Benchmark: b.Name, Path: name})
	}
	return nil
}

// profile returns where the CPU time of a benchmark differs, by pprof.
func (r *rounds) profile(ctx context.Context, pkg, name string, number int) (string, error) {
	var file [2]string
	for side := range file {
		bin, err := r.builder.binary(ctx, build{side: side, pkg: pkg})
		if err != nil {
			return "", err
		}
		file[side] = filepath.Join(r.Dir, fmt.Sprintf("profiles/%03d-%s.pprof", number, sideName[side]))
		if err := benchfile.WriteLog(r.Dir, filepath.Join("profiles", filepath.Base(file[side])), nil); err != nil {
			return "", err
		}
		o := options(r.plan)
		o.Benchtime, o.Slices = profileSlice, 1
		if o.Profile, err = filepath.Abs(file[side]); err != nil {
			return "", err
		}
		if _, err := bin.Measure(ctx, []string{name}, o); err != nil {
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
