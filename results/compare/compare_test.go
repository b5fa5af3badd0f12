package compare

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

const pkgPath = "example.com/x"

// plan is a gate over benchmarks of one package.
func plan(names ...string) *Plan {
	p := &Plan{Version: Version, Kind: Gate, Status: results.Complete, Base: Side{Ref: "main", Commit: "0123456789abcdef0123"}, Head: Side{Ref: "", Dirty: true},
		Threshold: 0.05, Alpha: 0.05, Metrics: []string{"ns/op", "B/op", "allocs/op"}, Screen: 3, Confirm: 24, Slices: 3,
		Packages: []Package{{Path: pkgPath, Base: "a", Head: "b"}}}
	for _, n := range names {
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: n})
	}
	return p
}

type values = map[string]float64

// sample is one round of a benchmark.
func sample(round int, name string, base, head values) Sample {
	return Sample{Pair: Pair{Round: round, Package: pkgPath, Benchmark: name}, Base: base, Head: head}
}

// times are rounds from 1 up whose ns/op ratios are given.
func times(name string, ratios ...float64) []Sample {
	var all []Sample
	for i, r := range ratios {
		all = append(all, sample(i+1, name, values{"ns/op": 1000}, values{"ns/op": 1000 * r}))
	}
	return all
}

// repeat is n times x, each a little off so that no figure is constant.
func repeat(x float64, n int) []float64 {
	var all []float64
	for i := range n {
		all = append(all, x*(1+1e-4*float64(i%5-2)))
	}
	return all
}

// only is the verdict of a benchmark's one metric.
func only(t *testing.T, r *Report, name string) Comparison {
	t.Helper()
	b := r.Of(Key{pkgPath, name})
	require.NotNil(t, b)
	require.Len(t, b.Comparisons, 1)
	return b.Comparisons[0]
}

// noise draws an A/A check: rounds of benchmarks with two noisy metrics and one
// that is constant.
func noise(benchmarks, rounds int, sd float64, seed uint64) (*Plan, []Sample) {
	rng := rand.New(rand.NewPCG(seed, seed))
	p := plan()
	p.Kind, p.Same, p.Screen, p.Confirm = AA, true, rounds, 0
	var all []Sample
	for b := range benchmarks {
		name := fmt.Sprintf("BenchmarkN%d", b)
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: name})
		for round := range rounds {
			draw := func() values {
				return values{"ns/op": 1e6 * math.Exp(sd*rng.NormFloat64()), "B/op": 1e4 * math.Exp(sd*rng.NormFloat64()), "allocs/op": 12}
			}
			all = append(all, sample(round+1, name, draw(), draw()))
		}
	}
	return p, all
}

// A folder is a comparison's on the disk, written as the scheduler does.
type folder struct {
	t          *testing.T
	dir        string
	base, head bytes.Buffer
}

func newFolder(t *testing.T, p *Plan) *folder {
	f := &folder{t: t, dir: t.TempDir()}
	require.NoError(t, SavePlan(f.dir, p))
	f.base.WriteString("goos: linux\n")
	f.head.WriteString("goos: linux\n")
	return f
}

// pair appends a pair whose slices have these lines behind the name.
func (f *folder) pair(p Pair, base, head []string) {
	f.t.Helper()
	p.Package = pkgPath
	write := func(to *bytes.Buffer, lines []string) Part {
		part := Part{From: int64(to.Len()), Slices: len(lines)}
		for _, l := range lines {
			fmt.Fprintf(to, "%s-2\t%s\n", p.Benchmark, l)
		}
		part.To = int64(to.Len())
		return part
	}
	p.Base, p.Head = write(&f.base, base), write(&f.head, head)
	f.append(p)
}

func (f *folder) append(p Pair) {
	f.t.Helper()
	require.NoError(f.t, os.WriteFile(filepath.Join(f.dir, BaseFile), f.base.Bytes(), 0o644))
	require.NoError(f.t, os.WriteFile(filepath.Join(f.dir, HeadFile), f.head.Bytes(), 0o644))
	j, err := OpenPairs(f.dir)
	require.NoError(f.t, err)
	require.NoError(f.t, j.Append(p))
	require.NoError(f.t, j.Close())
}
