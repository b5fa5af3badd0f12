package stats

import "math"

// A Bet gives intervals that hold at every round at once: one may look after
// each, stop, resume or extend, as one likes.
//
// Someone bets, round after round, that the differences lie above θ. If they
// are symmetric about θ, the sign of x = d−θ is a fair coin, whatever its size
// and whatever came before. So the size may set the stake, and no betting is
// expected to win:
//
//	E = ∏ (1 + λ·sign x),  λ = min(0.98, tanh(c·|x| / median of |x| so far)),
//
// this round's |x| included, where x = 0 wins and loses nothing. E is averaged
// over c = ½, 1, 2 and 4, from nearly signed ranks to nearly signs alone. It
// starts at 1 and is a martingale, so that it ever reaches 1/α with a
// probability of at most α (Ville 1939), and θ is rejected where it does.
// Outliers cost at most the stake of a round.
//
// Bets on symmetry go back to Efron (1969, J. Amer. Statist. Assoc. 64:1278);
// see Vovk & Wang (2024, New England J. Statist. Data Sci. 2:261) for symmetry,
// and Ramdas, Grünwald, Vovk & Shafer (2023, Statist. Sci. 38:576) for betting.
type Bet struct {
	// Alpha is the error allowed on each side of the interval.
	Alpha float64
}

// stake is the most that is staked of what there is.
const stake = 0.98

// Evidence returns the e-value against "the truth is not above theta": how many
// times over a bet that it is has been won. It is the least E of any θ up to
// theta, since each of them must be rejected, and at most 1 where the median of
// d is not above theta. So it falls as theta rises, as it should; E by itself
// need not. Simulated, this costs no power.
//
// The evidence that the truth lies below theta is Evidence(−d, −theta).
func Evidence(d []float64, theta float64) float64 {
	b := newBook(d)
	e := min(b.wins(theta), equal(len(d)))
	if !(theta < b.median) {
		e = min(e, 1)
	}
	for _, g := range b.grid {
		if g < theta {
			e = min(e, b.wins(g))
		}
	}
	return e
}

// TwoSided returns the e-value against "the truth is theta": half of the
// greater of the two one-sided ones, which is less than their mean, so that it
// reaches 1/α exactly where the interval of Bet{α/2} excludes theta.
func TwoSided(d []float64, theta float64) float64 {
	return max(Evidence(d, theta), Evidence(negated(d), -theta)) / 2
}

// LeastRounds returns the smallest number of rounds whose evidence can reach
// 1/Alpha, which they do if all differ by the same: log₂(1/Alpha) and one or two.
// A difference of three times its spread is nearly always found by then, one of
// 1.5 times in half of the cases by two rounds more.
func (b Bet) LeastRounds() int {
	n := 1
	for equal(n) < 1/b.Alpha {
		n++
	}
	return n
}

// LeastRounds returns the smallest number of rounds in which any of m two-sided
// comparisons can be decided, at an error of alpha for all of them together:
// log₂(2m/alpha) and one or two.
func LeastRounds(m int, alpha float64) int { return Bet{alpha / 2 / float64(m)}.LeastRounds() }

// equal returns the evidence of n equal differences: the most there can be,
// since it is what any series comes to as θ goes to −∞.
func equal(n int) float64 {
	e := 0.0
	for _, w := range wagers(1) {
		e += math.Pow(1+w, float64(n)) / 4
	}
	return e
}

// wagers returns λ for c = ½, 1, 2 and 4, given |x| over the median.
func wagers(ratio float64) (w [4]float64) {
	q := math.Exp(-ratio) // tanh(c·r) is (1−q²ᶜ)/(1+q²ᶜ)
	for i := range w {
		w[i] = min((1-q)/(1+q), stake)
		q *= q
	}
	return w
}

func negated(d []float64) []float64 {
	n := make([]float64, len(d))
	for i, x := range d {
		n[i] = -x
	}
	return n
}

// A book holds a series on which bets are laid.
type book struct {
	d      []float64
	median float64
	grid   []float64 // the θ at which bets are laid, sorted; all below the median
	spread float64   // from the least to the greatest finite difference; 1 if they are equal
	coin   Coin      // scratch
}

// wins returns E for theta: what one has who began with 1.
func (b *book) wins(theta float64) float64 {
	b.coin.at = theta
	b.coin.Reset()
	for _, d := range b.d {
		b.coin.Toss(d)
	}
	return b.coin.Above()
}
