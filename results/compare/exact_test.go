package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results/record"
)

// allocs are rounds from 1 up with the same allocations on each side.
func allocs(base, head float64, rounds int) []record.Round {
	var all []record.Round
	for n := 1; n <= rounds; n++ {
		all = append(all, round(n, "BenchmarkA", values{"allocs/op": base}, values{"allocs/op": head}))
	}
	return all
}

func TestConstantFiguresAreComparedExactly(t *testing.T) {
	for _, test := range []struct {
		base, head float64
		rounds     int
		want       Verdict
		exact      bool
	}{
		{12, 12, 3, Same, true},
		{0, 0, 3, Same, true},
		{100, 104, 3, Same, true},
		{100, 105, 2, Undecided, false},
		{100, 105, 3, Slower, true},
		{100, 95, 3, Faster, true},
		{0, 1, 3, Slower, true},
		{1, 0, 3, Faster, true},
	} {
		r := Judge(plan("BenchmarkA"), allocs(test.base, test.head, test.rounds))
		c := only(t, r, "BenchmarkA")
		assert.Equal(t, test.want, c.Verdict, "%+v", test)
		assert.Equal(t, test.exact, c.Exact, "%+v", test)
	}
	says := func(base, head float64) string {
		r := Judge(plan("BenchmarkA"), allocs(base, head, 3))
		return r.Says(only(t, r, "BenchmarkA"))
	}
	assert.Equal(t, "worse, from 0 to 1, exactly", says(0, 1))
	assert.Equal(t, "worse, +5.0 % exactly", says(100, 105))
	assert.Equal(t, "same, exactly", says(7, 7))
	assert.Equal(t, "same within 5 %: +4.0 % exactly", says(100, 104))
}

func TestTwoRoundsDoNotShowAConstant(t *testing.T) {
	p := plan("BenchmarkA")
	r := Judge(p, allocs(100, 200, 2))
	c := only(t, r, "BenchmarkA")
	assert.Equal(t, Undecided, c.Verdict)
	assert.Equal(t, 1, c.Needs)
	assert.Equal(t, 0, r.Family, "it is expected to be constant")
}

func TestExactFiguresAreOfLongSamples(t *testing.T) {
	p := plan("BenchmarkA")
	p.Metrics = []string{"B/op"}
	var all []record.Round
	for n := 1; n <= 8; n++ {
		// What is allocated once weighs more in short samples, and differs.
		r := round(n, "BenchmarkA", values{"B/op": 70 + float64(n)}, values{"B/op": 90})
		for i := range r.Arms {
			if n <= 3 {
				r.Arms[i].AddLong(record.Sample{N: 1000, Values: values{"B/op": 64}})
			}
		}
		all = append(all, r)
	}
	c := only(t, Judge(p, all), "BenchmarkA")
	assert.True(t, c.Exact)
	assert.Equal(t, Same, c.Verdict)
	assert.Equal(t, []float64{64, 64}, []float64{c.Base, c.Head})

	all[2].Arms[0].Long["B/op"][0] = 65
	c = only(t, Judge(p, all[:3]), "BenchmarkA")
	assert.False(t, c.Exact, "it varies")
	assert.Equal(t, Undecided, c.Verdict)
	assert.Equal(t, Slower, only(t, Judge(p, all), "BenchmarkA").Verdict, "then it is judged by what was measured in turns")
}

func TestWhatIsNotConstantAnyMoreIsJudgedByItsInterval(t *testing.T) {
	all := allocs(100, 200, 20)
	all[5].Arms[1].Samples["allocs/op"][0] = 201
	j := NewJudging(plan("BenchmarkA"))
	for _, r := range all[:5] {
		j.Add(r)
	}
	done, _, _, _ := j.Next(all[0].Block)
	assert.True(t, done, "it was constant")
	for i, r := range all[5:] {
		j.Add(r)
		if i == 0 {
			c := only(t, j.Report(), "BenchmarkA")
			assert.Equal(t, Undecided, c.Verdict, "6 rounds do not do for what varies")
			assert.Positive(t, c.Needs)
			done, _, _, _ = j.Next(all[0].Block)
			assert.False(t, done)
		}
	}
	r := j.Report()
	c := only(t, r, "BenchmarkA")
	assert.False(t, c.Exact)
	assert.Equal(t, Slower, c.Verdict)
	assert.Positive(t, c.D.Lo)
	assert.Equal(t, 1, r.Family)
}

func TestExactFiguresTakeNothingFromTheOthers(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB")
	all := times("BenchmarkB", repeat(1.1, 7)...)
	alone := Judge(p, all)
	with := Judge(p, append(allocs(100, 200, 3), all...))
	assert.Equal(t, 2, alone.Family, "nothing is known of the other")
	assert.Equal(t, 1, with.Family)
	assert.Equal(t, Undecided, only(t, alone, "BenchmarkB").Verdict)
	assert.Equal(t, Slower, only(t, with, "BenchmarkB").Verdict)
}

func TestFromZeroToFiguresThatVary(t *testing.T) {
	all := allocs(0, 1, 16)
	for i := range all {
		all[i].Arms[1].Samples["allocs/op"][0] = float64(1 + i%3)
	}
	r := Judge(plan("BenchmarkA"), all)
	c := only(t, r, "BenchmarkA")
	assert.Equal(t, Slower, c.Verdict)
	assert.Contains(t, r.Says(c), "∞")
}
