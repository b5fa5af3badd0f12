package stats

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	published = []string{"2026-11-21-claims", "2026-11-21-quick"}
	nsPerOp   = regexp.MustCompile(`\t\s*([0-9.e+]+) ns/op`)
)

// recorded returns, for each pair of models of a job that a published run
// measured in enough rounds, the logarithms of the ratio of their times.
func recorded(t *testing.T, run string, enough int) [][]float64 {
	folder := filepath.Join("..", "published", run)
	bench, err := os.ReadFile(filepath.Join(folder, "bench.txt"))
	require.NoError(t, err)
	lines, err := os.ReadFile(filepath.Join(folder, "cells.jsonl"))
	require.NoError(t, err)
	jobs := map[string]map[string][]float64{} // by job and model, a figure a round
	for line := range bytes.Lines(lines) {
		var p struct {
			Cell     string
			From, To int
		}
		require.NoError(t, json.Unmarshal(line, &p))
		var samples []float64
		for _, m := range nsPerOp.FindAllSubmatch(bench[p.From:p.To], -1) {
			v, err := strconv.ParseFloat(string(m[1]), 64)
			require.NoError(t, err)
			samples = append(samples, v)
		}
		job, model, _ := strings.Cut(p.Cell, "/model=")
		if jobs[job] == nil {
			jobs[job] = map[string][]float64{}
		}
		jobs[job][model] = append(jobs[job][model], math.Log(Median(samples)))
	}
	var pairs [][]float64
	for _, job := range slices.Sorted(maps.Keys(jobs)) {
		models := slices.Sorted(maps.Keys(jobs[job]))
		for i, a := range models {
			for _, b := range models[:i] {
				x, y := jobs[job][a], jobs[job][b]
				if len(x) != len(y) || len(x) < enough {
					continue
				}
				d := make([]float64, len(x))
				for round := range d {
					d[round] = x[round] - y[round]
				}
				pairs = append(pairs, d)
			}
		}
	}
	return pairs
}

// What was recorded has the tails, modes and drifts of a real machine. A coin
// for each round, which of the two arms was which, makes the arms identical.
func TestSimulatedRecordedRoundsRaiseNoMoreAlarmsThanTheyMay(t *testing.T) {
	const looks, alpha = 30, 0.05
	for seed, run := range published {
		pairs := recorded(t, run, 9)
		require.Greater(t, len(pairs), 90)
		r := random(200 + uint64(seed))
		repeats := max(simulations(6000)/len(pairs), 1)
		bet, fixed, all := 0, 0, 0
		var spreads []float64
		for _, pair := range pairs {
			centre := Median(pair)
			spreads = append(spreads, RobustSD(pair))
			for range repeats {
				d := make([]float64, looks)
				for i := range d {
					d[i] = coin(r) * (pair[i%len(pair)] - centre)
				}
				if (SignedRank{alpha / 2}).Interval(d[:len(pair)]).Excludes(0) {
					fixed++
				}
				all++
				for n := 1; n <= looks; n++ {
					if reaches(d[:n], 2/alpha) {
						bet++
						break
					}
				}
			}
		}
		t.Logf("%s, %d pairs of models, median spread %.1f %%, signs drawn: called different by a bet in %.1f %% over %d looks, by signed rank in %.1f %% at %d rounds", run, len(pairs), 100*Median(spreads), percent(bet, all), looks, percent(fixed, all), len(pairs[0]))
		atMost(t, 5, bet, all, run)
		atMost(t, 5, fixed, all, run)
		assert.Greater(t, percent(bet, all), 0.5, run)
	}
}

// Symmetry is what the methods suppose of arms that differ. Were the recorded
// differences skewed, their mean would lie on one side of their median more than
// chance has it.
func TestSimulatedRecordedSkew(t *testing.T) {
	r := random(210)
	for _, run := range published {
		var recordedSkew, drawn []float64
		for _, pair := range recorded(t, run, 9) {
			recordedSkew = append(recordedSkew, math.Abs(skew(pair)))
			centre, flipped := Median(pair), make([]float64, len(pair))
			for range 20 {
				for i, x := range pair {
					flipped[i] = coin(r) * (x - centre)
				}
				drawn = append(drawn, math.Abs(skew(flipped)))
			}
		}
		t.Logf("%s: |mean − median| / sd of the rounds is %.2f in the middle, %.2f with signs drawn", run, Median(recordedSkew), Median(drawn))
		assert.Less(t, Median(recordedSkew), 0.5, "rounds are so skewed that no symmetric method holds")
	}
}

// skew returns (mean − median)/sd, 0 where all are equal.
func skew(d []float64) float64 {
	mean, squares := 0.0, 0.0
	for _, x := range d {
		mean += x / float64(len(d))
	}
	for _, x := range d {
		squares += (x - mean) * (x - mean)
	}
	if squares == 0 {
		return 0
	}
	return (mean - Median(d)) / math.Sqrt(squares/float64(len(d)-1))
}
