package compare

import (
	"math"
	"slices"

	"github.com/concbench/concbench/results/stats"
)

// A coin is the bet of stats.Bet against one value, kept up to date round by
// round: a difference that lies above it is heads. What it has won is never less
// than stats.Evidence, which is the least of such bets, and mostly as much. So
// a coin says in a fraction of a microsecond what need not be looked at, and is
// what thousands of simulated gates are judged by.
type coin struct {
	at       float64
	sizes    []float64 // |d−at| so far, sorted
	up, down [4]float64
}

// The most that is staked, and the four factors of tanh, as in stats.Bet.
const stake = 0.98

var factors = [4]float64{0.5, 1, 2, 4}

func newCoin(at float64) coin {
	one := [4]float64{1, 1, 1, 1}
	return coin{at: at, up: one, down: one}
}

// toss takes in the difference of a round.
func (c *coin) toss(d float64) {
	x := d - c.at
	size := math.Abs(x)
	at, _ := slices.BinarySearch(c.sizes, size)
	c.sizes = slices.Insert(c.sizes, at, size)
	if x == 0 {
		return
	}
	ratio := size / stats.SortedMedian(c.sizes)
	if math.IsNaN(ratio) {
		ratio = 1 // infinite among infinite ones
	}
	q := math.Exp(-ratio) // tanh(c·r) is (1−q²ᶜ)/(1+q²ᶜ), and the factors double
	for i := range factors {
		w := math.Copysign(min((1-q)/(1+q), stake), x)
		c.up[i] *= 1 + w
		c.down[i] *= 1 - w
		q *= q
	}
}

// above is how many times over a bet has been won that the truth lies above.
func (c *coin) above() float64 { return mean(c.up) }

// below is the same of a bet that it lies below.
func (c *coin) below() float64 { return mean(c.down) }

// reset takes all rounds back, and keeps the memory.
func (c *coin) reset() {
	*c = coin{at: c.at, sizes: c.sizes[:0], up: [4]float64{1, 1, 1, 1}, down: [4]float64{1, 1, 1, 1}}
}

func (c *coin) clone() coin {
	n := *c
	n.sizes = slices.Clone(c.sizes)
	return n
}

func mean(e [4]float64) float64 { return (e[0] + e[1] + e[2] + e[3]) / 4 }
