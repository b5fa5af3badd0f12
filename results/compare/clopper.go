package compare

import "gonum.org/v1/gonum/stat/distuv"

// ClopperPearson returns the exact interval for a probability of which k of n
// trials were seen, with an error of at most alpha in all: it is never narrower
// than it claims (Clopper & Pearson 1934, Biometrika 26:404). The bounds are
// quantiles of the beta distribution.
func ClopperPearson(k, n int, alpha float64) (lo, hi float64) {
	lo, hi = 0, 1
	if n <= 0 || k < 0 || k > n {
		return lo, hi
	}
	if k > 0 {
		lo = distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.Quantile(alpha / 2)
	}
	if k < n {
		hi = distuv.Beta{Alpha: float64(k + 1), Beta: float64(n - k)}.Quantile(1 - alpha/2)
	}
	return lo, hi
}
