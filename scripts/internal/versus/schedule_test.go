package versus

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results/compare"
)

func planned(names ...string) *compare.Plan {
	p := &compare.Plan{Seed: 1, Screen: 4, Confirm: 8, Layouts: []int{1, 2, 3, 4}, Packages: []compare.Package{{Path: "p"}, {Path: "whole", Whole: true}}}
	for _, n := range names {
		p.Benchmarks = append(p.Benchmarks, compare.Benchmark{Package: "p", Name: n}, compare.Benchmark{Package: "whole", Name: n})
	}
	p.Benchmarks = append(p.Benchmarks, compare.Benchmark{Package: "p", Name: "New", State: compare.OnlyHead})
	return p
}

func all(key) bool { return true }

func TestARoundMeasuresWhatIsComparedOnce(t *testing.T) {
	p := planned("A", "B", "C")
	seen := map[key]int{}
	together := 0
	for _, u := range units(p, 1, all) {
		for _, n := range u.names {
			seen[key{u.pkg, n}]++
		}
		if u.pkg == "whole" {
			together++
			assert.Equal(t, []string{"A", "B", "C"}, u.names)
		}
	}
	assert.Len(t, seen, 6)
	assert.Equal(t, 1, together)
	for k, n := range seen {
		assert.Equal(t, 1, n, k)
	}
}

func TestTheSeedDrawsOrderAndCoins(t *testing.T) {
	p := planned("A", "B", "C", "D", "E", "F", "G", "H")
	assert.Equal(t, units(p, 3, all), units(p, 3, all))
	assert.NotEqual(t, units(p, 3, all), units(p, 4, all))
	other := *p
	other.Seed = 2
	assert.NotEqual(t, units(p, 3, all), units(&other, 3, all))
	heads := 0
	for round := range 100 {
		for _, u := range units(p, round, all) {
			if u.headFirst {
				heads++
			}
		}
	}
	assert.InDelta(t, 450, heads, 75, "5 standard deviations of 900 coins")
}

func TestWhatIsLeftOutChangesNeitherOrderNorCoins(t *testing.T) {
	p := planned("A", "B", "C", "D", "E", "F")
	some := func(k key) bool { return k.name != "B" && k.name != "E" }
	var want []unit
	for _, u := range units(p, 7, all) {
		u.names = slices.DeleteFunc(u.names, func(n string) bool { return n == "B" || n == "E" })
		if len(u.names) > 0 {
			want = append(want, u)
		}
	}
	assert.Equal(t, want, units(p, 7, some))
}

func TestConfirmingGoesThroughTheLayoutsInTurn(t *testing.T) {
	p := planned("A")
	var got []int
	for round := 1; round <= 10; round++ {
		got = append(got, layout(p, round))
	}
	assert.Equal(t, []int{0, 0, 0, 0, 1, 2, 3, 4, 1, 2}, got)
}

func TestADisturbedPairIsMeasuredAgainButNotForEver(t *testing.T) {
	k := key{"p", "A"}
	pair := func(attempt int, disturbed bool) compare.Pair {
		return compare.Pair{Round: 1, Package: "p", Benchmark: "A", Attempt: attempt, Disturbed: disturbed}
	}
	for _, tc := range []struct {
		pairs []compare.Pair
		done  bool
	}{
		{nil, false},
		{[]compare.Pair{pair(0, false)}, true},
		{[]compare.Pair{pair(0, true)}, false},
		{[]compare.Pair{pair(0, true), pair(1, false)}, true},
		{[]compare.Pair{pair(0, true), pair(1, true), pair(2, true)}, true},
	} {
		assert.Equal(t, tc.done, newRecord(tc.pairs).done[1][k], "%+v", tc.pairs)
	}
}
