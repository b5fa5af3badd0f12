package compare

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatLooksDifferentIsMeasuredAgainInLayouts(t *testing.T) {
	p := plan("BenchmarkA")
	p.Layouts = []int{11, 22, 33}
	j := NewJudging(p)
	block := p.Block(p.Benchmarks[0])
	first := times("BenchmarkA", repeat(1.1, 7)...)
	for _, r := range first {
		done, least, layout, _ := j.Next(block)
		require.False(t, done)
		assert.Zero(t, layout, "the linker's own")
		assert.Greater(t, least, 5, "it is to be seen again")
		j.Add(r)
	}
	r := j.Report()
	c := only(t, r, "BenchmarkA")
	require.True(t, c.Suspect)
	assert.Equal(t, Undecided, c.Verdict)
	assert.Contains(t, r.Says(c), "slower in the linker's own layout, and not shown in others yet; about ")
	assert.Zero(t, r.ExitCode(false))

	var layouts []int
	for n := 8; ; n++ {
		done, least, layout, _ := j.Next(block)
		if done {
			break
		}
		assert.LessOrEqual(t, least, 7)
		layouts = append(layouts, layout)
		again := round(n, "BenchmarkA", values{"ns/op": 1000}, values{"ns/op": 1080 + float64(n)})
		again.Layout = layout
		j.Add(again)
	}
	assert.Equal(t, []int{11, 22, 33, 11, 22}, layouts)
	r = j.Report()
	c = only(t, r, "BenchmarkA")
	assert.Equal(t, Slower, c.Verdict)
	assert.Equal(t, len(layouts), c.D.N, "the layouts' rounds alone")
	assert.InDelta(t, 0.0835, c.D.Estimate, 0.003)
	assert.Positive(t, c.D.Lo)
	assert.Equal(t, len(layouts), r.Results[0].Layouts)
	assert.Equal(t, 1, r.ExitCode(false))
	assert.True(t, r.Document().Benchmarks[0].Metrics[0].Suspect)
}

func TestADifferenceOfOneLayoutAloneIsSaidToBeOne(t *testing.T) {
	p := plan("BenchmarkA")
	p.Layouts = []int{1, 2, 3}
	all := append(times("BenchmarkA", repeat(1.1, 7)...), inLayouts(8, "BenchmarkA", repeat(1, 8)...)...)
	r := Judge(p, all)
	c := only(t, r, "BenchmarkA")
	assert.Equal(t, Same, c.Verdict)
	assert.Contains(t, c.Note, "it looked slower in the linker's own layout")
	assert.Zero(t, r.ExitCode(true))
	terminal, markdown := written(t, r)
	assert.Contains(t, terminal, c.Note)
	assert.Contains(t, markdown, "A difference in one layout alone")
}

func TestLayoutsMustShowTheDifferenceOnTheSameSide(t *testing.T) {
	p := plan("BenchmarkA")
	p.Layouts = []int{1, 2, 3}
	p.Rounds = 20
	all := append(times("BenchmarkA", repeat(1.1, 7)...), inLayouts(8, "BenchmarkA", repeat(0.9, 13)...)...)
	r := Judge(p, all)
	assert.Equal(t, Undecided, only(t, r, "BenchmarkA").Verdict)
	assert.Zero(t, r.ExitCode(false))
}

func TestSuspectsDivideTheErrorAmongThemselves(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB", "BenchmarkC", "BenchmarkD")
	p.Layouts = []int{1, 2, 3}
	one := times("BenchmarkA", repeat(1.1, 10)...)
	for _, name := range []string{"BenchmarkC", "BenchmarkD"} {
		one = slices.Concat(one, times(name, repeat(1, 8)...))
	}
	again := inLayouts(11, "BenchmarkA", repeat(1.1, 5)...)
	alone := Judge(p, slices.Concat(one, times("BenchmarkB", repeat(1, 8)...), again))
	assert.Equal(t, Slower, only(t, alone, "BenchmarkA").Verdict)
	both := Judge(p, slices.Concat(one, times("BenchmarkB", repeat(1.1, 10)...), again))
	assert.True(t, only(t, both, "BenchmarkB").Suspect)
	assert.Equal(t, Undecided, only(t, both, "BenchmarkA").Verdict)
}

func TestExactFiguresNeedNoLayouts(t *testing.T) {
	p := plan("BenchmarkA")
	p.Layouts = []int{1, 2, 3}
	c := only(t, Judge(p, allocs(1, 2, 3)), "BenchmarkA")
	assert.Equal(t, Slower, c.Verdict)
	assert.False(t, c.Suspect)
}
