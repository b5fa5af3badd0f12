package paired

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/gotest"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// ErrNothing is about an ask that no benchmark answers.
var ErrNothing = errors.New("there is no benchmark to compare")

// prepare lists and builds the packages of both sides, finds their benchmarks,
// and fills in what the plan says of them. dir is the comparison's folder, for
// logs.
func (b *builder) prepare(ctx context.Context, p *compare.Plan, isolate Isolation, begin time.Time, dir string) error {
	for _, side := range []int{head, base} {
		if side == base && b.same {
			b.pkgs[base] = b.pkgs[head]
			break
		}
		listed, err := gotest.List(ctx, b.side[side].Source, p.Patterns)
		// What only the head has, the base need not have.
		if err != nil && (side == head || !errors.Is(err, gotest.ErrNone)) {
			return fmt.Errorf("%s: %w", sideName[side], err)
		}
		for _, pkg := range listed {
			b.pkgs[side][pkg.Path] = pkg
		}
	}
	for _, path := range b.paths() {
		if p.Budget > 0 && time.Since(begin) > p.Budget {
			p.Packages = append(p.Packages, compare.Package{Path: path, Failed: "there was no time left to build it: --budget"})
			continue
		}
		if err := b.prepareOne(ctx, p, path, isolate, dir); err != nil {
			return err
		}
	}
	if len(p.Benchmarks) == 0 && !slices.ContainsFunc(p.Packages, func(k compare.Package) bool { return k.Identical || k.Failed != "" }) {
		what := "the packages have none"
		if p.Bench != "" {
			what = fmt.Sprintf("none matches --bench %q", p.Bench)
		}
		return fmt.Errorf("%w: %s", ErrNothing, what)
	}
	return nil
}

// paths are the packages of either side, sorted.
func (b *builder) paths() []string {
	var all []string
	for side := range b.pkgs {
		for path := range b.pkgs[side] {
			all = append(all, path)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// prepareOne prepares a package. What is wrong with it alone is noted in the
// plan, and the others go on.
func (b *builder) prepareOne(ctx context.Context, p *compare.Plan, path string, isolate Isolation, dir string) error {
	k := compare.Package{Path: path}
	var bins [2]gotest.Binary
	var has [2]bool
	broken := func(side int, err error, log []byte) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		k.Failed = fmt.Sprintf("%s: %v", sideName[side], err)
		if len(log) > 0 {
			k.Log = fmt.Sprintf("logs/package%03d.txt", len(p.Packages)+1)
			if err := measure.WriteLog(dir, k.Log, log); err != nil {
				return err
			}
		}
		p.Packages = append(p.Packages, k)
		return nil
	}
	for side := range bins {
		if _, has[side] = b.pkgs[side][path]; !has[side] {
			continue
		}
		var err error
		if bins[side], err = b.binary(ctx, build{side: side, pkg: path}); err != nil {
			return broken(side, err, nil)
		}
	}
	k.Base, k.Head = bins[base].SHA256, bins[head].SHA256
	if has[base] && has[head] && k.Base == k.Head && !p.Same {
		same, err := sameData(b.pkgs[base][path], b.pkgs[head][path])
		if err != nil {
			return err
		}
		if same {
			k.Identical = true
			p.Packages = append(p.Packages, k)
			return nil
		}
	}
	var found [2]gotest.Found
	for side := range bins {
		if !has[side] {
			continue
		}
		if b.same && side == head {
			found[head] = found[base]
			continue
		}
		var err error
		if found[side], err = bins[side].Discover(ctx, options(p, filepath.Dir(bins[side].Path)), p.Bench); err != nil {
			return broken(side, err, found[side].Log)
		}
	}
	listed, err := b.sort(path, has, found)
	if err != nil {
		return err
	}
	for i := range listed {
		if listed[i].State == compare.Broken {
			listed[i].Log = fmt.Sprintf("logs/package%03d.txt", len(p.Packages)+1)
			if err := measure.WriteLog(dir, listed[i].Log, slices.Concat(found[base].Log, found[head].Log)); err != nil {
				return err
			}
		}
	}
	k.Whole = shared(isolate, found)
	k.Config, k.Ungated = found[head].Config, b.ungated
	b.setUps[path] = max(found[base].SetUp, found[head].SetUp)
	for _, one := range listed {
		b.once[key{path, one.Name}] = max(found[base].Once[one.Name], found[head].Once[one.Name])
	}
	p.Packages = append(p.Packages, k)
	p.Benchmarks = append(p.Benchmarks, listed...)
	return nil
}

// sameData reports whether the packages of both sides have the same testdata.
func sameData(a, b gotest.Package) (bool, error) {
	x, err := gotest.TestData(a)
	if err != nil {
		return false, err
	}
	y, err := gotest.TestData(b)
	return x == y, err
}

// processTime is about how long a process measures one benchmark: where setting
// it up takes longer, the benchmarks of a package share one.
const processTime = 300 * time.Millisecond

// shared says whether the benchmarks of a package share a process. They cannot
// where the two sides have them in different orders.
func shared(isolate Isolation, found [2]gotest.Found) bool {
	outweighs := found[base].Outweighs(processTime) || found[head].Outweighs(processTime)
	if isolate == ByBenchmark || isolate == Either && !outweighs {
		return false
	}
	common := func(f, other gotest.Found) []string {
		return slices.DeleteFunc(slices.Clone(f.Names), func(name string) bool { return !slices.Contains(other.Names, name) })
	}
	return slices.Equal(common(found[base], found[head]), common(found[head], found[base]))
}

// options are those of the processes of a plan.
func options(p *compare.Plan, tmp string) gotest.Options {
	return gotest.Options{CPU: p.CPU, Timeout: p.Timeout, Args: p.Args, TMPDIR: tmp}
}

// sort says of each benchmark of a package whether it can be compared: those of
// the head in their order, then what only the base has.
func (b *builder) sort(path string, has [2]bool, found [2]gotest.Found) ([]compare.Benchmark, error) {
	var source [2]map[string]string
	for side := range source {
		if has[side] {
			var err error
			if source[side], err = gotest.Sources(b.pkgs[side][path]); err != nil {
				return nil, err
			}
		}
	}
	var all []compare.Benchmark
	seen := map[string]bool{}
	for _, side := range []int{head, base} {
		f := found[side]
		for _, name := range slices.Concat(f.Names, f.Unstable, slices.Sorted(maps.Keys(f.Failed)), slices.Sorted(maps.Keys(f.Skipped))) {
			if seen[name] {
				continue
			}
			seen[name] = true
			one := compare.Benchmark{Package: path, Name: name}
			function, _, _ := strings.Cut(name, "/")
			switch in := [2]bool{known(found[base], name), known(found[head], name)}; {
			case found[base].Failed[name] != "":
				one.State, one.Why = compare.Broken, "base: "+found[base].Failed[name]
			case found[head].Failed[name] != "":
				one.State, one.Why = compare.Broken, "head: "+found[head].Failed[name]
			case found[base].Skipped[name] != "" || found[head].Skipped[name] != "":
				one.State, one.Why = compare.Skipped, cmp.Or(found[head].Skipped[name], found[base].Skipped[name])
			case slices.Contains(found[base].Unstable, name) || slices.Contains(found[head].Unstable, name):
				one.State = compare.NotIsolatable
			case !in[base]:
				one.State = compare.OnlyHead
			case !in[head]:
				one.State = compare.OnlyBase
			case source[base][function] != source[head][function]:
				one.State = compare.Changed
			}
			all = append(all, one)
		}
	}
	return all, nil
}

func known(f gotest.Found, name string) bool {
	return slices.Contains(f.Names, name) || slices.Contains(f.Unstable, name) || f.Failed[name] != ""
}

// verify builds the packages of a plan that is resumed, and refuses where what
// comes out is not what was measured.
func (b *builder) verify(ctx context.Context, p *compare.Plan) error {
	for side := range b.pkgs {
		listed, err := gotest.List(ctx, b.side[side].Source, p.Patterns)
		if err != nil && !errors.Is(err, gotest.ErrNone) {
			return fmt.Errorf("%s: %w", sideName[side], err)
		}
		for _, pkg := range listed {
			b.pkgs[side][pkg.Path] = pkg
		}
	}
	for _, k := range p.Packages {
		if k.Identical || k.Failed != "" {
			continue
		}
		for side, want := range [2]string{k.Base, k.Head} {
			if want == "" {
				continue
			}
			bin, err := b.binary(ctx, build{side: side, pkg: k.Path})
			if err != nil {
				return fmt.Errorf("%s of %s: %w", sideName[side], k.Path, err)
			}
			if bin.SHA256 != want {
				return fmt.Errorf("%s of %s is another build than was measured (%s): the code, its dependencies, Go's version or its settings have changed; restore them, or compare anew", sideName[side], k.Path, p.Go)
			}
		}
	}
	return nil
}
