// Package plots draws the figures of a run as SVG to stand inside a page.
package plots

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A Bar is a figure with its interval.
type Bar struct {
	Label         string
	Value, Lo, Hi float64 // all in one unit
	Bounded       bool    // whether Lo and Hi are known
	Text          string  // the value in words; or why there is none
	Best          bool
}

const (
	width   = 330 * vg.Length(1) // points
	rowStep = 22 * vg.Length(1)
	barSize = 12 * vg.Length(1)
	capSize = 6 * vg.Length(1)
	letters = 11 // points
	longest = 22 // letters of a label
)

// Colours are given to gonum as signs, and put into the page as variables, so
// that the page's own style says what they are, by day and by night.
var (
	best  = color.RGBA{R: 1, G: 2, B: 1, A: 255}
	other = color.RGBA{R: 1, G: 2, B: 2, A: 255}
	ink   = color.RGBA{R: 1, G: 2, B: 3, A: 255}
	signs = strings.NewReplacer("#010201", "var(--best)", "#010202", "var(--bar)", "#010203", "var(--ink)")
)

// Bars draws horizontal bars from 0, the first on top, each with its interval
// and its value in words. The SVG is one element and refers to the style
// variables --best, --bar and --ink. title is read out to who cannot see it.
func Bars(title string, bars []Bar) (string, error) {
	p := plot.New()
	p.BackgroundColor = nil
	p.HideX()
	p.X.Padding, p.X.Tick.Length, p.X.LineStyle.Width = 0, 0, 0
	p.Y.LineStyle.Width, p.Y.Tick.LineStyle.Width, p.Y.Tick.Length, p.Y.Padding = 0, 0, 0, 4
	p.Y.Tick.Label.Color, p.Y.Tick.Label.Font.Size = ink, letters
	p.Y.Tick.Label.Font.Variant = "Sans"

	names := make([]string, len(bars))
	for i := range bars {
		b, y := bars[len(bars)-1-i], float64(i) // gonum counts from below
		names[i] = cut(b.Label)
		if err := add(p, b, y); err != nil {
			return "", err
		}
	}
	if len(names) > 0 { // of no names, gonum makes an index out of range
		p.NominalY(names...)
	}
	p.X.Min, p.Y.Min, p.Y.Max = 0, -0.5, float64(len(bars))-0.5
	if p.X.Max <= 0 {
		p.X.Max = 1
	}

	c := vgsvg.New(width, rowStep*vg.Length(max(len(bars), 1)))
	p.Draw(draw.New(c))
	var svg bytes.Buffer
	if _, err := c.WriteTo(&svg); err != nil {
		return "", err
	}
	return inline(svg.String(), title)
}

// add adds one bar at height y.
func add(p *plot.Plot, b Bar, y float64) error {
	end := b.Value
	bar, err := plotter.NewBarChart(plotter.Values{b.Value}, barSize)
	if err != nil {
		return fmt.Errorf("bar of %s: %w", b.Label, err)
	}
	bar.Horizontal, bar.XMin, bar.LineStyle.Width, bar.Color = true, y, 0, other
	if b.Best {
		bar.Color = best
	}
	p.Add(bar)
	if b.Bounded {
		end = max(end, b.Hi)
		whisker, err := plotter.NewXErrorBars(interval{plotter.XYs{{X: b.Value, Y: y}}, b})
		if err != nil {
			return fmt.Errorf("interval of %s: %w", b.Label, err)
		}
		whisker.Color, whisker.Width, whisker.CapWidth = ink, 1, capSize
		p.Add(whisker)
	}
	// The page's letters may be wider than those that gonum makes room for.
	wide := b.Text + "   "
	label, err := plotter.NewLabels(plotter.XYLabels{XYs: plotter.XYs{{X: end, Y: y}}, Labels: []string{wide}})
	if err != nil {
		return fmt.Errorf("label of %s: %w", b.Label, err)
	}
	label.Offset = vg.Point{X: 5, Y: 2}
	label.TextStyle[0].Color, label.TextStyle[0].Font.Size, label.TextStyle[0].YAlign = ink, letters, text.YCenter
	label.TextStyle[0].Font.Variant = "Sans"
	p.Add(label)
	return nil
}

// An interval is a bar's interval as gonum wants it.
type interval struct {
	plotter.XYs
	bar Bar
}

func (i interval) XError(int) (low, high float64) {
	return i.bar.Value - i.bar.Lo, i.bar.Hi - i.bar.Value
}

// inline makes an element of a page out of an SVG document.
func inline(svg, title string) (string, error) {
	_, body, ok := strings.Cut(svg, "viewBox=")
	if !ok {
		return "", fmt.Errorf("plot %q: no viewBox in what was drawn", title)
	}
	return `<svg class="bars" role="img" aria-label="` + html.EscapeString(title) + `" viewBox=` + signs.Replace(body), nil
}

func cut(label string) string {
	if r := []rune(label); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return label
}
