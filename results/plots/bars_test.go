package plots

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// span returns the horizontal extent of the nth path that has the style.
func span(t *testing.T, svg, style string, nth int) (from, to float64) {
	t.Helper()
	paths := regexp.MustCompile(`<path d="([^"]*)" style="[^"]*`+regexp.QuoteMeta(style)).FindAllStringSubmatch(svg, -1)
	require.Greater(t, len(paths), nth)
	for i, point := range regexp.MustCompile(`[ML]([0-9.]+),`).FindAllStringSubmatch(paths[nth][1], -1) {
		x, err := strconv.ParseFloat(point[1], 64)
		require.NoError(t, err)
		if i == 0 {
			from, to = x, x
		}
		from, to = min(from, x), max(to, x)
	}
	return from, to
}

func TestBarsAndIntervalsAreToScale(t *testing.T) {
	svg, err := Bars("title", []Bar{
		{Label: "a", Value: 10, Lo: 8, Hi: 14, Bounded: true, Text: "10 ms", Best: true},
		{Label: "b", Value: 20, Text: "20 ms"},
	})
	require.NoError(t, err)
	zero, ten := span(t, svg, "fill:var(--best)", 0)
	_, twenty := span(t, svg, "fill:var(--bar)", 0)
	scale := (ten - zero) / 10
	assert.InDelta(t, 20*scale, twenty-zero, 0.1, "bars begin at 0")
	low, high := span(t, svg, "stroke:var(--ink)", 0)
	assert.InDelta(t, 8*scale, low-zero, 0.1)
	assert.InDelta(t, 14*scale, high-zero, 0.1)
	assert.Equal(t, 3, strings.Count(svg, "stroke:var(--ink)"), "a whisker and its two ends, for the bar that has an interval")
}

func TestBarsHaveLabelsInsideThePicture(t *testing.T) {
	svg, err := Bars("title", []Bar{{Label: strings.Repeat("long", 20), Value: 1, Text: "a very long remark ≈"}, {Label: "b", Value: 9, Lo: 1, Hi: 99, Bounded: true, Text: "9 ms"}})
	require.NoError(t, err)
	for _, x := range regexp.MustCompile(`<text x="([-0-9.]+)"`).FindAllStringSubmatch(svg, -1) {
		at, err := strconv.ParseFloat(x[1], 64)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, at, -0.5)
		assert.Less(t, at, 320.0)
	}
	_, high := span(t, svg, "stroke:var(--ink)", 0)
	assert.Less(t, high, 330.0)
}

func TestBarsWithoutFigures(t *testing.T) {
	for _, bars := range [][]Bar{nil, {{Label: "a", Text: "failed"}}, {{Label: "a", Value: 0, Text: "0 ns", Bounded: true}}} {
		svg, err := Bars("title", bars)
		require.NoError(t, err)
		assert.NotContains(t, svg, "NaN")
		assert.NotContains(t, svg, "Inf")
	}
}

func TestBarsEscapeText(t *testing.T) {
	svg, err := Bars(`"><script>`, []Bar{{Label: "<b>", Value: 1, Text: "<i>"}})
	require.NoError(t, err)
	assert.NotContains(t, svg, "<script>")
	assert.NotContains(t, svg, "<b>")
	assert.NotContains(t, svg, "<i>")
}
