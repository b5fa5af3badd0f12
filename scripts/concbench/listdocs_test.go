package main

import (
	"bytes"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func TestTheTablesInTheDocsAreTrue(t *testing.T) {
	for name, c := range map[string]struct {
		file  string
		write func(io.Writer) error
	}{
		"pairs":  {"../../workloads/PAIRS.md", writePairs},
		"claims": {"../../results/CLAIMS.md", writeClaims},
	} {
		var now bytes.Buffer
		require.NoError(t, c.write(&now))
		text, err := os.ReadFile(c.file)
		require.NoError(t, err)
		assert.Equal(t, now.String(), string(text), "write it again: go run ./scripts/concbench list %s >%s", name, c.file[len("../../"):])
	}
}

// Every test of every claim has jobs in the full profile, in which every model
// that it names can run, and has a unit that is measured there.
func TestTheFullProfileCanSettleEveryClaim(t *testing.T) {
	var jobs []bench.Job
	for _, w := range workloads.All() {
		jobs = append(jobs, bench.Full.Jobs(w, bench.Shared)...)
	}
	for _, c := range results.Claims {
		for _, test := range c.Tests {
			for _, pattern := range append(slices.Clone(test.Jobs), test.ThanJob) {
				if pattern == "" {
					continue
				}
				models := slices.Concat(test.Of, test.Than)
				switch {
				case test.ThanJob == pattern && len(test.Than) > 0:
					models = test.Than
				case test.ThanJob != "":
					models = test.Of
				}
				some := false
				for _, j := range jobs {
					if !results.MatchesJob(pattern, j.Name()) || j.Sweep && !test.OverSweeps() {
						continue
					}
					runs := !slices.ContainsFunc(models, func(m string) bool { return !offered(t, j, m) })
					some = some || runs
					if runs && !test.OverSweeps() {
						assert.Contains(t, units(j), test.Unit, "%s: %s", c.ID, j.Name())
					}
				}
				assert.True(t, some, "%s: no job of the full profile that %v all run fits %s", c.ID, models, pattern)
			}
		}
	}
}

// offered says whether the full profile has the job under the model, as far as
// needs and offers go.
func offered(t *testing.T, j bench.Job, model string) bool {
	w, err := workloads.Lookup(j.Workload)
	require.NoError(t, err)
	params, err := w.About().Fill(j.Params)
	require.NoError(t, err)
	m, config, err := runners.Lookup(model, pairCores)
	require.NoError(t, err)
	return slices.Contains(bench.Full.Models(), model) &&
		bench.Runnable(w.Needs(params, j.Tasks), m.Offers(config, j.Tasks), bench.Limits{}, j.Tasks) == nil
}

func units(j bench.Job) []string {
	all := bench.Units()
	for _, f := range j.Measures().Figures {
		all = append(all, f.Unit)
	}
	return all
}
