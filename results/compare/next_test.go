package compare

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results/record"
)

func TestADecidedBenchmarkGetsNoMoreRounds(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB")
	j := NewJudging(p)
	for i, r := range times("BenchmarkA", repeat(1, 8)...) {
		done, least, layout, benchmarks := j.Next(r.Block)
		if done {
			assert.GreaterOrEqual(t, i, 5)
			break
		}
		assert.Positive(t, least)
		assert.Zero(t, layout)
		assert.Nil(t, benchmarks)
		j.Add(r)
	}
	done, _, _, _ := j.Next(p.Block(p.Benchmarks[0]))
	assert.True(t, done)
	done, least, _, _ := j.Next(p.Block(p.Benchmarks[1]))
	assert.False(t, done)
	_, different := p.LeastRounds()
	assert.Equal(t, different, least, "nothing is known of it")
	done, _, _, _ = j.Next("example.com/other BenchmarkX")
	assert.True(t, done)
}

func TestNoRoundsAreWantedBeyondThePlan(t *testing.T) {
	p := plan("BenchmarkA")
	p.Rounds = 9
	j := NewJudging(p)
	for n := 1; n <= p.Rounds; n++ {
		r := round(n, "BenchmarkA", values{"ns/op": 1000}, values{"ns/op": []float64{1100, 920}[n%2]})
		done, least, _, _ := j.Next(r.Block)
		require.False(t, done, "round %d", n)
		assert.Positive(t, least)
		if n == 3 {
			r.Planned = 100 // it was cut short, and does not count
		}
		j.Add(r)
	}
	done, _, _, _ := j.Next(p.Block(p.Benchmarks[0]))
	assert.True(t, done)
	r := j.Report()
	assert.Equal(t, 8, r.Results[0].Rounds)
	assert.Equal(t, Undecided, r.Results[0].Verdict())
}

func TestOfBenchmarksThatShareProcessesTheOpenOnesAreMeasured(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB", "BenchmarkC")
	p.Packages[0].Whole = true
	assert.Equal(t, pkgPath, p.Block(p.Benchmarks[0]))
	j := NewJudging(p)
	done, _, _, benchmarks := j.Next(pkgPath)
	assert.False(t, done)
	assert.Nil(t, benchmarks, "all")
	add := func(n int, name string, ratio float64) {
		r := round(n, name, values{"ns/op": 1000 + float64(n)}, values{"ns/op": 1000 * ratio})
		r.Block, r.Benchmark = pkgPath, name
		j.Add(r)
	}
	for n := 1; n <= 8; n++ {
		add(n, "BenchmarkA", 1)
		add(n, "BenchmarkB", []float64{1.2, 0.85}[n%2])
	}
	j.Add(record.Round{Block: pkgPath, Benchmark: "BenchmarkC", Round: 1, Planned: 1, Arms: []record.Arm{{Name: BaseArm, Failed: "no"}, {Name: HeadArm}}})
	_, _, _, benchmarks = j.Next(pkgPath)
	assert.Equal(t, []string{"BenchmarkB"}, benchmarks, "one is decided, one failed")
	assert.Equal(t, 8, j.Report().Of(Key{pkgPath, "BenchmarkB"}).Rounds)
	for n := 9; n <= 30; n++ {
		add(n, "BenchmarkB", 1.5)
	}
	done, _, _, _ = j.Next(pkgPath)
	assert.True(t, done)
}

func TestAPackageOfOneBenchmarkNeedNotNameIt(t *testing.T) {
	p := plan("BenchmarkA")
	p.Packages[0].Whole = true
	r := times("BenchmarkA", 1)[0]
	r.Block = pkgPath
	assert.Equal(t, 1, Judge(p, []record.Round{r}).Results[0].Rounds)
	p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: "BenchmarkB"})
	assert.Zero(t, Judge(p, []record.Round{r}).Results[0].Rounds, "it might be either's")
}

func TestACheckGetsAllItsRounds(t *testing.T) {
	p, all := noise(1, 4, 0.001, 3)
	j := NewJudging(p)
	block := p.Block(p.Benchmarks[0])
	for _, r := range all {
		done, least, layout, _ := j.Next(r.Block)
		assert.False(t, done)
		assert.Equal(t, 4-r.Round+1, least)
		assert.Zero(t, layout)
		j.Add(r)
	}
	for _, name := range []string{block, block + AfterSuffix} {
		done, _, _, _ := j.Next(name)
		assert.True(t, done, name)
	}
}

func TestAPlanThatCannotDecideSaysSo(t *testing.T) {
	p := plan("BenchmarkA")
	same, different := p.LeastRounds()
	assert.Equal(t, 5, same)
	assert.Equal(t, 7, different)
	assert.Contains(t, p.CanDecide(4), "4 rounds can decide nothing but exact figures")
	assert.Contains(t, p.CanDecide(6), "6 rounds cannot show any difference")
	assert.Empty(t, p.CanDecide(7))
	for range 19 {
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: "BenchmarkB"})
	}
	_, many := p.LeastRounds()
	assert.Greater(t, many, different)
	p.Layouts = []int{1}
	_, again := p.LeastRounds()
	assert.Equal(t, many+same, again, "and seen again in layouts, on one side")
	p.Rounds = 4
	var kinds []string
	for _, w := range Judge(p, nil).doubts() {
		kinds = append(kinds, w.Kind)
	}
	assert.Contains(t, kinds, "plan")
}

// Next is called for every block before every round.
func TestNextIsCheap(t *testing.T) {
	p, all := noise(50, 10, 0.05, 7)
	p.Kind = Gate
	j := NewJudging(p)
	began, calls := time.Now(), 0
	for _, r := range all {
		j.Add(r)
		for _, b := range p.Benchmarks {
			j.Next(p.Block(b))
			calls++
		}
	}
	assert.Less(t, time.Since(began)/time.Duration(calls), time.Millisecond)
}

func BenchmarkNext(b *testing.B) {
	p, all := noise(100, 20, 0.05, 7)
	p.Kind = Gate
	j := NewJudging(p)
	for _, r := range all[:len(all)-1] {
		j.Add(r)
	}
	for b.Loop() {
		j.stale = true
		for _, of := range p.Benchmarks {
			j.Next(p.Block(of))
		}
	}
}
