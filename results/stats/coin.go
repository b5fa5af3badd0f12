package stats

import (
	"math"
	"slices"
)

// A Coin is the bet of Bet against one value, kept up to date round by round: a
// difference that lies above it is heads. What it has won is never less than
// Evidence, which is the least of such bets, and mostly as much. So a coin says
// in a fraction of a microsecond what need not be looked at. It neither
// overflows nor, where that mattered, underflows below 1,000 rounds.
type Coin struct {
	at       float64
	sizes    []float64 // |d−at| so far, sorted
	up, down [4]float64
}

// NewCoin returns a coin for the value at, before the first round.
func NewCoin(at float64) Coin {
	c := Coin{at: at}
	c.Reset()
	return c
}

// Toss takes in the difference of a round.
func (c *Coin) Toss(d float64) {
	x := d - c.at
	size := math.Abs(x)
	at, _ := slices.BinarySearch(c.sizes, size)
	c.sizes = slices.Insert(c.sizes, at, size)
	if x == 0 {
		return
	}
	ratio := size / SortedMedian(c.sizes)
	if math.IsNaN(ratio) {
		ratio = 1 // infinite among infinite ones
	}
	for i, w := range wagers(ratio) {
		w = math.Copysign(w, x)
		c.up[i] *= 1 + w
		c.down[i] *= 1 - w
	}
}

// Above is how many times over a bet has been won that the truth lies above.
func (c *Coin) Above() float64 { return meanOf(c.up) }

// Below is the same of a bet that it lies below.
func (c *Coin) Below() float64 { return meanOf(c.down) }

// Reset takes all rounds back, and keeps the memory.
func (c *Coin) Reset() {
	one := [4]float64{1, 1, 1, 1}
	c.sizes, c.up, c.down = c.sizes[:0], one, one
}

// Clone returns a coin that has had the same rounds, and goes its own way.
func (c *Coin) Clone() Coin {
	n := *c
	n.sizes = slices.Clone(c.sizes)
	return n
}

func meanOf(e [4]float64) float64 { return (e[0] + e[1] + e[2] + e[3]) / 4 }
