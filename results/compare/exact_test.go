package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// allocs are rounds from 1 up with the same allocations on each side.
func allocs(base, head float64, rounds int) []Sample {
	var all []Sample
	for round := 1; round <= rounds; round++ {
		all = append(all, sample(round, "BenchmarkA", values{"allocs/op": base}, values{"allocs/op": head}))
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
		{100, 105, 3, Undecided, false},
		{100, 105, 5, Undecided, false},
		{100, 105, 6, Slower, true},
		{100, 95, 6, Faster, true},
		{0, 1, 6, Slower, true},
		{1, 0, 6, Faster, true},
	} {
		r := Judge(plan("BenchmarkA"), allocs(test.base, test.head, test.rounds))
		c := only(t, r, "BenchmarkA")
		assert.Equal(t, test.want, c.Verdict, "%+v", test)
		assert.Equal(t, test.exact, c.Exact, "%+v", test)
	}
	assert.Equal(t, "worse, from 0 to 1, exactly", only(t, Judge(plan("BenchmarkA"), allocs(0, 1, 6)), "BenchmarkA").Says())
	assert.Equal(t, "worse, +5.0 % exactly", only(t, Judge(plan("BenchmarkA"), allocs(100, 105, 6)), "BenchmarkA").Says())
	assert.Equal(t, "same, exactly", only(t, Judge(plan("BenchmarkA"), allocs(7, 7, 3)), "BenchmarkA").Says())
}

func TestTwoScreeningRoundsDoNotShowAConstant(t *testing.T) {
	p := plan("BenchmarkA")
	p.Screen = 2
	c := only(t, Judge(p, allocs(100, 200, 2+9)), "BenchmarkA")
	assert.False(t, c.Exact)
	assert.Equal(t, Slower, c.Verdict, "judged as any other")
}

func TestWhatIsNotConstantAnyMoreIsJudgedByItsInterval(t *testing.T) {
	all := allocs(100, 200, 20)
	all[5].Head["allocs/op"] = 201
	r := Judge(plan("BenchmarkA"), all)
	c := only(t, r, "BenchmarkA")
	assert.False(t, c.Exact)
	assert.Equal(t, Slower, c.Verdict)
	assert.Equal(t, 17, c.D.N)
	short := Judge(plan("BenchmarkA"), all[:12])
	assert.Equal(t, Undecided, short.Results[0].Verdict(), "9 rounds would do for one that was never held constant")
	assert.Positive(t, only(t, short, "BenchmarkA").Needs)
}

func TestAnExactCandidateTakesLittleFromTheOthers(t *testing.T) {
	g := newGate(plan())
	g.family(2, 3)
	assert.InDelta(t, 0.05, 2*(2*g.suspects.sequence.Alpha)+3*(2*g.stepped.sequence.Alpha), 1e-12, "together they have the error allowed")
	g.family(2, 0)
	assert.InDelta(t, 0.05/4, g.suspects.sequence.Alpha, 1e-12)
}

func TestFromZeroToFiguresThatVary(t *testing.T) {
	all := allocs(0, 1, 16)
	for i := range all {
		all[i].Head["allocs/op"] = float64(1 + i%3)
	}
	c := only(t, Judge(plan("BenchmarkA"), all), "BenchmarkA")
	assert.Equal(t, Slower, c.Verdict)
	assert.Contains(t, c.Says(), "∞")
}
