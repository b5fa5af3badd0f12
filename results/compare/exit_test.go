package compare

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExitCode(t *testing.T) {
	slower := times("BenchmarkA", repeat(1.2, 13)...)
	clear := times("BenchmarkB", repeat(1, 3)...)
	open := times("BenchmarkC", repeat(1.2, 4)...)
	failed := times("BenchmarkD", 1)
	failed[0].Pair.Failed = "head: exit status 2"
	with := func(change func(*Plan), samples ...[]Sample) *Report {
		p := plan()
		for _, s := range samples {
			p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: s[0].Pair.Benchmark})
		}
		if change != nil {
			change(p)
		}
		return Judge(p, slices.Concat(samples...))
	}
	other := func(p Package) func(*Plan) { return func(of *Plan) { of.Packages = append(of.Packages, p) } }
	state := func(s State) func(*Plan) {
		return func(of *Plan) {
			of.Benchmarks = append(of.Benchmarks, Benchmark{Package: pkgPath, Name: "BenchmarkS", State: s})
		}
	}
	for _, test := range []struct {
		what         string
		r            *Report
		want, strict int
	}{
		{"no difference", with(nil, clear), 0, 0},
		{"slower", with(nil, slower, clear), 1, 1},
		{"faster", with(nil, times("BenchmarkA", repeat(0.8, 13)...)), 0, 0},
		{"undecided", with(nil, clear, open), 0, 3},
		{"slower, and something failed", with(other(Package{Path: "y", Failed: "head does not build"}), slower, failed, open), 1, 1},
		{"a side does not build", with(other(Package{Path: "y", Failed: "head does not build"}), clear), 3, 3},
		{"a benchmark fails", with(nil, clear, failed), 3, 3},
		{"a benchmark failed when it was looked for", with(state(Broken), clear), 3, 3},
		{"one that changed", with(state(Changed), clear), 0, 0},
		{"only in head, beside others", with(state(OnlyHead), clear), 0, 0},
		{"only those that changed", with(state(Changed)), 3, 3},
		{"no benchmark", with(nil), 3, 3},
		{"all are identical", with(func(p *Plan) { p.Packages[0].Identical = true }), 0, 0},
		{"identical, with the benchmarks it has", with(func(p *Plan) {
			p.Packages[0].Identical = true
			p.Benchmarks = []Benchmark{{Package: pkgPath, Name: "BenchmarkA"}}
		}), 0, 0},
		{"identical, and another that does not build", with(func(p *Plan) {
			p.Packages[0].Identical = true
			p.Packages = append(p.Packages, Package{Path: "y", Failed: "no"})
		}), 3, 3},
	} {
		assert.Equal(t, test.want, test.r.ExitCode(false), test.what)
		assert.Equal(t, test.strict, test.r.ExitCode(true), "%s, strict", test.what)
	}
}
