package runs

import (
	"fmt"
	"time"
)

// guess is for a process in a round of a block that was never measured.
const guess = 250 * time.Millisecond

// Expect is about how long it takes to measure the plan: all of its rounds, or,
// with a budget, as many as it takes at least to decide everything. Of so many
// blocks nothing is known, and it is a guess.
func (p *Plan) Expect(m Memory) (sum time.Duration, unknown int) {
	run := p.asRun()
	blocks, unknown := p.blocks(m)
	for _, b := range blocks {
		if len(b.Arms) > 0 {
			sum += b.Guess * time.Duration(run.Decide(b.Name, nil).Least)
		}
	}
	return sum, unknown
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// about rounds a time to what one would say.
func about(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", max(1, int(d.Round(time.Second).Seconds())))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}
