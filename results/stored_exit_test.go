package results_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
)

func TestTheExitCodeOfStoredRuns(t *testing.T) {
	failing := func(f *fakerun.Fake) *fakerun.Fake {
		f.Fails = func(c results.Cell, round int) string {
			if round == 2 && strings.HasPrefix(c.Name, "BenchmarkDecode") {
				return "exit status 1"
			}
			return ""
		}
		return f
	}
	elsewhere := func(f *fakerun.Fake) *fakerun.Fake {
		f.Env.CPU = "Other CPU"
		return f
	}
	other := scaled(6, 1, 64)
	other.Run.Cells = other.Run.Cells[1:]
	one := scaled(6, 1, 64)
	one.Run.Cells = one.Run.Cells[:1]
	for name, tc := range map[string]struct {
		a, b          *fakerun.Fake
		plain, strict int
	}{
		"slower":                        {scaled(12, 1, 64), scaled(12, 1.1, 64), 1, 1},
		"slower, and another failed":    {scaled(12, 1, 64), failing(scaled(12, 1.1, 64)), 1, 1},
		"more bytes":                    {scaled(12, 1, 64), scaled(12, 1, 128), 1, 1},
		"the same":                      {scaled(12, 1, 64), scaled(12, 1, 64), 0, 0},
		"too few rounds":                {scaled(3, 1, 64), scaled(3, 2, 64), 0, 3},
		"failed in the second run":      {scaled(12, 1, 64), failing(scaled(12, 1, 64)), 3, 3},
		"failed in the first run":       {failing(scaled(12, 1, 64)), scaled(12, 1, 64), 0, 0},
		"nothing in common":             {one, other, 3, 3},
		"another machine":               {fakerun.New(12), elsewhere(fakerun.New(12)), 0, 0},
		"another machine, and no ratio": {scaled(12, 1, 64), elsewhere(scaled(12, 1.1, 64)), 3, 3},
	} {
		s := stored(t, tc.a, tc.b)
		assert.Equal(t, tc.plain, s.ExitCode(false), name)
		assert.Equal(t, tc.strict, s.ExitCode(true), "%s, with --strict", name)
	}
}

func TestWhatFailedInTheSecondRunIsListed(t *testing.T) {
	a, b := plain(6), plain(6)
	a.Run.Cells = a.Run.Cells[:1] // what fails is in the second run alone
	s := stored(t, a, b)
	assert.Equal(t, []string{"example.com/b Decode"}, s.Failed)
	assert.Equal(t, 3, s.ExitCode(false))
	assert.Contains(t, storedText(t, s), "Failed in the second run\n- example.com/b Decode\n")
}
