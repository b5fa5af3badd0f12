package compare

import "math"

// tooMany rounds are not told: nobody would measure them.
const tooMany = 300

// needs estimates how many confirming rounds a candidate takes to be decided, 0
// where that cannot be told. It supposes that further rounds lie on the sides of
// what is to be excluded as those so far did, half a round more on each side:
// where they show a change, of 0; where they do not, of the threshold.
func (g *gate) needs(s *series, st standing) int {
	ps := s.fresh
	if st == stepped && agree(s.screen[0], ps) {
		return exactRounds
	}
	if len(ps) < 3 {
		ps = s.all()
	}
	b := g.suspects
	if st == stepped {
		b = g.stepped
	}
	side := func(x float64) bool { return math.Abs(x) < g.limit }
	switch m := median(differences(ps)); {
	case m >= slowerShare*g.limit:
		side = func(x float64) bool { return x > 0 }
	case m <= -slowerShare*g.limit:
		side = func(x float64) bool { return x < 0 }
	}
	seen, have := within(s.fresh, side), len(s.fresh)
	share := (float64(within(ps, side)) + 0.5) / float64(len(ps)+1)
	if share <= 0.5 {
		return 0
	}
	for n := have + 1; n <= tooMany; n++ {
		if math.Round(float64(seen)+share*float64(n-have)) >= float64(b.need(n)) {
			return n
		}
	}
	return 0
}

// within counts the points whose difference is on a side.
func within(ps []point, side func(float64) bool) int {
	n := 0
	for _, p := range ps {
		if side(p.d) {
			n++
		}
	}
	return n
}
