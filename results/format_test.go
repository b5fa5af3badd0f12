package results

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestThreeDigitsAndAUnit(t *testing.T) {
	for want, got := range map[string]string{
		"0 ns":             Duration(0),
		"0.500 ns":         Duration(0.5),
		"1.00 ns":          Duration(1),
		"999 ns":           Duration(999.4),
		"1.00 µs":          Duration(999.6),
		"9.52 ms":          Duration(9521345),
		"12.3 s":           Duration(12.345e9),
		"4321 s":           Duration(4321e9),
		"9.99 µs":          Duration(9994),
		"10.0 µs":          Duration(9996),
		"512 B":            Bytes(512),
		"15.3 MiB":         Bytes(16e6),
		"10.5k tasks/s":    Rate(10502, "tasks"),
		"88.0 tasks/s":     Rate(88, "tasks"),
		"1.50M tasks/s":    Rate(1.5e6, "tasks"),
		"42 %":             Percent(0.4167),
		"1.32×":            Ratio(1.3249),
		"10.5×":            Ratio(10.49),
		"1235×":            Ratio(1234.6),
		"[1.28, 1.37]":     Span(Interval{Lo: 1.281, Hi: 1.374}),
		"[1.002, 1.07]":    Span(Interval{Lo: 1.0021, Hi: 1.07}),
		"[0.9998, 1.0003]": Span(Interval{Lo: 0.99984, Hi: 1.00031}),
		"[1.00, 1.00]":     Span(Interval{Lo: 1, Hi: 1}),
		"∞×":               Ratio(math.Inf(1)),
		"Load is high.":    Sentence("load is high."),
		"É.":               Sentence("é"),
		"":                 Sentence(""),
	} {
		assert.Equal(t, want, got)
	}
}

func TestCleanTextSteersNoTerminal(t *testing.T) {
	assert.Equal(t, "a b[31mc", clean("a\nb\x1b[31m\u202ec\x00"))
}

func TestValueInItsUnit(t *testing.T) {
	assert.Equal(t, "9.52 ms", Value(9.52e6, "ns/op"))
	assert.Equal(t, "9.52 µs", Value(9520, "p99-ns"))
	assert.Equal(t, "15.0 KiB", Value(15*1024, "B/op"))
	assert.Equal(t, "1.00 KiB", Value(1024, "peak-rss-B"))
	assert.Equal(t, "12", Value(12, "allocs/op"))
	assert.Equal(t, "12.5", Value(12.5, "MB/s"))
}
