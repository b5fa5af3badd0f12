package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

const pkgPath = "example.com/x"

// plan is a gate over benchmarks of one package.
func plan(names ...string) *Plan {
	p := &Plan{Version: Version, Kind: Gate, Status: results.Complete, Base: Side{Ref: "main", Commit: "0123456789abcdef0123"}, Head: Side{Ref: "", Dirty: true},
		Threshold: 0.05, Alpha: 0.05, Metrics: []string{"ns/op", "B/op", "allocs/op"}, Rounds: 30, CPU: 2,
		Packages: []Package{{Path: pkgPath, Base: "a", Head: "b"}}}
	for _, n := range names {
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: n})
	}
	return p
}

type values = map[string]float64

// round is one round of a benchmark that has a process of its own, of one cycle.
func round(number int, name string, base, head values) record.Round {
	r := record.Round{Block: Key{pkgPath, name}.String(), Round: number, Planned: 1, End: true}
	for _, a := range []struct {
		name string
		of   values
	}{{BaseArm, base}, {HeadArm, head}} {
		arm := record.Arm{Name: a.name}
		arm.Add(0, record.Sample{N: 10, Values: a.of})
		r.Arms = append(r.Arms, arm)
	}
	return r
}

// times are rounds from 1 up whose ns/op ratios are given.
func times(name string, ratios ...float64) []record.Round {
	var all []record.Round
	for i, r := range ratios {
		all = append(all, round(i+1, name, values{"ns/op": 1000}, values{"ns/op": 1000 * r}))
	}
	return all
}

// inLayouts are further rounds, over link layouts.
func inLayouts(from int, name string, ratios ...float64) []record.Round {
	all := times(name, ratios...)
	for i := range all {
		all[i].Round, all[i].Layout = from+i, 1+i%3
	}
	return all
}

// fails is a round in which the head failed.
func fails(number int, name, why, log string) record.Round {
	r := round(number, name, values{"ns/op": 1000}, nil)
	r.Arms[1] = record.Arm{Name: HeadArm, Failed: why, Log: log}
	return r
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
// that is constant, in turns and, three times as noisy, one after the other.
func noise(benchmarks, rounds int, sd float64, seed uint64) (*Plan, []record.Round) {
	rng := rand.New(rand.NewPCG(seed, seed))
	p := plan()
	p.Kind, p.Same, p.Rounds = AA, true, rounds
	var all []record.Round
	for b := range benchmarks {
		name := fmt.Sprintf("BenchmarkN%d", b)
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: name})
		for n := range rounds {
			for _, after := range []bool{false, true} {
				draw := func() values {
					sd := sd
					if after {
						sd *= 3
					}
					return values{"ns/op": 1e6 * math.Exp(sd*rng.NormFloat64()), "B/op": 1e4 * math.Exp(sd*rng.NormFloat64()), "allocs/op": 12}
				}
				r := round(n+1, name, draw(), draw())
				if after {
					r.Block, r.Serial = r.Block+AfterSuffix, "to see what turns are worth"
				}
				all = append(all, r)
			}
		}
	}
	return p, all
}

// write makes the folder of a comparison.
func write(t *testing.T, p *Plan, rounds []record.Round) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, SavePlan(dir, p))
	appendTo(t, dir, rounds)
	return dir
}

func appendTo(t *testing.T, dir string, rounds []record.Round) {
	t.Helper()
	j, err := record.OpenRounds(dir)
	require.NoError(t, err)
	for _, r := range rounds {
		require.NoError(t, j.Append(r))
	}
	require.NoError(t, j.Close())
}
