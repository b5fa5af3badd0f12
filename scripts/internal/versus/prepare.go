package versus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/benchfile"
	"github.com/concbench/concbench/scripts/internal/gobench"
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
		listed, err := gobench.List(ctx, b.side[side].Source, p.Patterns)
		// What only the head has, the base need not have.
		if err != nil && (side == head || !errors.Is(err, gobench.ErrNone)) {
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
	var bins [2]gobench.Binary
	var has [2]bool
	broken := func(side int, err error, log []byte) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		k.Failed = fmt.Sprintf("%s: %v", sideName[side], err)
		if len(log) > 0 {
			k.Log = fmt.Sprintf("logs/package%03d.txt", len(p.Packages)+1)
			if err := benchfile.WriteLog(dir, k.Log, log); err != nil {
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
	var found [2]gobench.Found
	for side := range bins {
		if !has[side] {
			continue
		}
		if b.same && side == head {
			found[head] = found[base]
			continue
		}
		var err error
		if found[side], err = bins[side].Discover(ctx, options(p), p.Bench); err != nil {
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
			if err := benchfile.WriteLog(dir, listed[i].Log, slices.Concat(found[base].Log, found[head].Log)); err != nil {
				return err
			}
		}
	}
	k.Whole = shared(isolate, p, found)
	b.effort(p, k, listed, found)
	p.Packages = append(p.Packages, k)
	p.Benchmarks = append(p.Benchmarks, listed...)
	return nil
}

const (
	// spanned is the time that the slices of a process take together, about: where
	// an op takes long, there are fewer.
	spanned     = 80 * time.Millisecond
	leastSlices = 4
)

// effort says how many slices each benchmark gets in a process, and how long a
// pair takes at least, by how long one op took when it was looked for.
func (b *builder) effort(p *compare.Plan, k compare.Package, listed []compare.Benchmark, found [2]gobench.Found) {
	each, _ := time.ParseDuration(p.Benchtime) // 0 for a number of iterations
	least := p.Slices
	for i := range listed {
		slice := max(each, found[base].Once[listed[i].Name], found[head].Once[listed[i].Name])
		listed[i].Slices = p.Slices
		if each > 0 {
			listed[i].Slices = min(p.Slices, max(leastSlices, int(spanned/slice)))
		}
		least = min(least, listed[i].Slices)
		b.guesses[key{k.Path, listed[i].Name}] = 2 * time.Duration(listed[i].Slices) * slice
	}
	for i := range listed {
		if k.Whole { // one process, and one -count
			listed[i].Slices = least
		}
	}
}

// sameData reports whether the packages of both sides have the same testdata.
func sameData(a, b gobench.Package) (bool, error) {
	x, err := gobench.TestData(a)
	if err != nil {
		return false, err
	}
	y, err := gobench.TestData(b)
	return x == y, err
}

// shared says whether the benchmarks of a package share a process.
func shared(isolate Isolation, p *compare.Plan, found [2]gobench.Found) bool {
	each, err := time.ParseDuration(p.Benchtime)
	outweighs := err == nil && (found[base].Outweighs(p.Slices, each) || found[head].Outweighs(p.Slices, each))
	return isolate == ByPackage || isolate == Either && outweighs
}

// sort says of each benchmark of a package whether it can be compared: those of
// the head in their order, then what only the base has.
func (b *builder) sort(path string, has [2]bool, found [2]gobench.Found) ([]compare.Benchmark, error) {
	var source [2]map[string]string
	for side := range source {
		if has[side] {
			var err error
			if source[side], err = gobench.Sources(b.pkgs[side][path]); err != nil {
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

func known(f gobench.Found, name string) bool {
	return slices.Contains(f.Names, name) || slices.Contains(f.Unstable, name) || f.Failed[name] != ""
}

// verify builds the packages of a plan that is resumed, and refuses where what
// comes out is not what was measured.
func (b *builder) verify(ctx context.Context, p *compare.Plan) error {
	for side := range b.pkgs {
		listed, err := gobench.List(ctx, b.side[side].Source, p.Patterns)
		if err != nil && !errors.Is(err, gobench.ErrNone) {
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
