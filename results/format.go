package results

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A scale is a unit and how many base units it is.
type scale struct {
	unit string
	size float64
}

var (
	times  = []scale{{"ns", 1}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}}
	bytes2 = []scale{{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}}
	tens   = []scale{{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}}
)

// Duration writes nanoseconds with three significant digits: "9.52 ms".
func Duration(ns float64) string { return scaled(ns, times) }

// Bytes writes bytes with three significant digits: "15.3 MiB".
func Bytes(b float64) string { return scaled(b, bytes2) }

// Rate writes a number of what per second: "10.5k tasks/s".
func Rate(perSecond float64, what string) string {
	return strings.Replace(scaled(perSecond, tens), " ", "", 1) + " " + what + "/s"
}

// Percent writes a share, from 0 to 1: "42 %".
func Percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 0, 64) + " %" }

// Ratio writes how many times as much something is: "1.32×".
func Ratio(r float64) string { return digits(r) + "×" }

// Span writes the bounds of ratios: "[1.28, 1.37]".
func Span(i Interval) string { return "[" + bound(i.Lo) + ", " + bound(i.Hi) + "]" }

// bound writes a ratio so that it reads as 1 only if it is: on which side of 1
// it lies is the verdict.
func bound(r float64) string {
	short := digits(r)
	for decimals := 3; short == "1.00" && r != 1 && decimals < 6; decimals++ {
		if s := strconv.FormatFloat(r, 'f', decimals, 64); strings.Trim(s, "0.") != "1" {
			short = s
		}
	}
	return short
}

// scaled writes x in the unit in which it is less than 1000, or under the next
// one's size.
func scaled(x float64, scales []scale) string {
	at := 0
	for at+1 < len(scales) && x >= 999.5*scales[at].size {
		at++
	}
	return strings.TrimSpace(digits(x/scales[at].size) + " " + scales[at].unit)
}

// digits writes x with three significant digits, and more where its whole part
// has more.
func digits(x float64) string {
	switch {
	case math.IsInf(x, 0) || math.IsNaN(x):
		return strings.TrimPrefix(strings.Replace(fmt.Sprint(x), "Inf", "∞", 1), "+")
	case x == 0:
		return "0"
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 2, 64), 64)
	if err != nil || math.Abs(x) >= 1000 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	decimals := 2 - int(math.Floor(math.Log10(math.Abs(rounded))))
	return strconv.FormatFloat(rounded, 'f', max(decimals, 0), 64)
}

// clean returns s without what would steer a terminal or break a line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s)
}

// Clean returns s without what would steer a terminal or break a line: for all
// that came from outside.
func Clean(s string) string { return clean(s) }

// Value writes a figure in a unit of the benchmark format: "9.52 ms" of ns/op,
// "15.3 MiB" of B/op, "12" of allocs/op.
func Value(v float64, unit string) string {
	what := strings.TrimSuffix(unit, "/op")
	switch what[strings.LastIndex(what, "-")+1:] {
	case "ns":
		return Duration(v)
	case "B":
		return Bytes(v)
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e9 {
		return strconv.FormatFloat(v, 'f', 0, 64) // a number of something
	}
	return digits(v)
}

// Sentence makes a sentence of a clause: "load is high" to "Load is high."
func Sentence(clause string) string {
	clause = strings.TrimRight(clean(clause), ". ")
	if clause == "" {
		return ""
	}
	return Capital(clause) + "."
}

// Capital makes the first letter a capital.
func Capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
