package record

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASampleIsReadAsItWasWritten(t *testing.T) {
	for _, s := range []Sample{
		{N: 1, Values: map[string]float64{}},
		{N: math.MaxInt32, Timed: 90 * time.Minute, GCs: 7, Values: map[string]float64{"ns/op": 0.1 + 0.2, "B/op": 0, "own-figure": -1e-300, "MB/s": math.MaxFloat64, "µs": 1e21}},
	} {
		line := s.String()
		assert.NotContains(t, line, "\n")
		got, err := ParseSample(line)
		require.NoError(t, err, line)
		assert.Equal(t, s, got)
	}
}

func TestASampleHasItsUnitsInOrder(t *testing.T) {
	s := Sample{N: 2, GCs: 1, Timed: 30, Values: map[string]float64{"b": 2, "a": 1.5}}
	assert.Equal(t, "2 1 30\t1.5 a\t2 b", s.String())
}

func TestFiguresThatAreNoNumbersAreNoFigures(t *testing.T) {
	s, err := ParseSample(Sample{N: 1, Values: map[string]float64{"x": math.NaN(), "y": math.Inf(-1), "z": 3}}.String())
	require.NoError(t, err)
	assert.Equal(t, map[string]float64{"z": 3}, s.Values)
}

func TestTheLastOfAUnitCounts(t *testing.T) {
	s, err := ParseSample("1 0 5\t1 x\t2 x")
	require.NoError(t, err)
	assert.Equal(t, map[string]float64{"x": 2}, s.Values)
}

func TestWhatIsNoSampleIsRefused(t *testing.T) {
	for line, why := range map[string]string{
		"":                               "no sample",
		"1 2":                            "no sample",
		"1 0 5 7":                        "no sample",
		"0 0 5":                          "no iterations",
		"-1 0 5":                         `"-1"`,
		"1 0 -5":                         `"-5"`,
		"1.5 0 5":                        `"1.5"`,
		"1 0 5\tx ns/op":                 `"x"`,
		strings.Repeat("9", 30) + " 0 5": "is no number",
	} {
		_, err := ParseSample(line)
		assert.ErrorContains(t, err, why, line)
	}
}
