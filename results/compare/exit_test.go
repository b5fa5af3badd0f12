package compare

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results/record"
)

func TestExitCode(t *testing.T) {
	slower := times("BenchmarkA", repeat(1.2, 13)...)
	same := times("BenchmarkB", repeat(1, 8)...)
	open := times("BenchmarkC", repeat(1.2, 4)...)
	failed := []record.Round{fails(1, "BenchmarkD", "exit status 2", "")}
	with := func(change func(*Plan), rounds ...[]record.Round) *Report {
		p := plan()
		for _, s := range rounds {
			p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: strings.TrimPrefix(s[0].Block, pkgPath+" ")})
		}
		if change != nil {
			change(p)
		}
		return Judge(p, slices.Concat(rounds...))
	}
	other := func(p Package) func(*Plan) { return func(of *Plan) { of.Packages = append(of.Packages, p) } }
	state := func(s State) func(*Plan) {
		return func(of *Plan) {
			of.Benchmarks = append(of.Benchmarks, Benchmark{Package: pkgPath, Name: "BenchmarkS", State: s})
		}
	}
	skipped := round(1, "BenchmarkE", values{"ns/op": 1}, nil)
	skipped.Arms[1] = record.Arm{Name: HeadArm, NotRun: "no network"}
	for _, test := range []struct {
		what         string
		r            *Report
		want, strict int
	}{
		{"no difference", with(nil, same), 0, 0},
		{"slower", with(nil, slower, same), 1, 1},
		{"faster", with(nil, times("BenchmarkA", repeat(0.8, 13)...)), 0, 0},
		{"open", with(nil, same, open), 0, 3},
		{"slower, and something failed", with(other(Package{Path: "y", Failed: "head does not build"}), slower, failed, open), 1, 1},
		{"a side does not build", with(other(Package{Path: "y", Failed: "head does not build"}), same), 3, 3},
		{"a benchmark fails", with(nil, same, failed), 3, 3},
		{"a benchmark failed when it was looked for", with(state(Broken), same), 3, 3},
		{"one that changed", with(state(Changed), same), 0, 0},
		{"only in head, beside others", with(state(OnlyHead), same), 0, 0},
		{"only those that changed", with(state(Changed)), 3, 3},
		{"one that skips itself, beside others", with(nil, same, []record.Round{skipped}), 0, 0},
		{"only one that skips itself", with(nil, []record.Round{skipped}), 3, 3},
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
