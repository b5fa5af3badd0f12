package calibrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/concbench/concbench/results"
)

// Inherit returns those rows of an older calibration that record, of which the
// Go, the machine and the compiler are known, can go on with. Why it cannot with
// others that were measured is a line for each reason.
//
// A row belongs to its machine and its Go and, where a side of it is in C, to
// its compiler. One of a comparison that has changed since, or is none any more,
// says nothing of today's.
func Inherit(older, record *results.Calibration) (rows []results.CalibrationRow, left []string) {
	var reasons []string
	names := map[string][]string{} // by reason
	for _, row := range older.Rows {
		why := ""
		row, why = inherit(older, record, row)
		switch {
		case why == "":
			rows = append(rows, row)
			continue
		case len(row.Readings) == 0:
			continue // nothing is lost
		}
		if names[why] == nil {
			reasons = append(reasons, why)
		}
		names[why] = append(names[why], row.Name+" on "+row.Place)
	}
	for _, why := range reasons {
		left = append(left, fmt.Sprintf("%s (%s)", why, strings.Join(names[why], ", ")))
	}
	return rows, left
}

// inherit returns the row with today's targets, or why it cannot be kept.
func inherit(older, record *results.Calibration, row results.CalibrationRow) (results.CalibrationRow, string) {
	if what, then, now := older.Differs(record.Go, record.Machine); what != "" {
		return row, differ(what, then, now)
	}
	for _, c := range Comparisons {
		for _, p := range Places {
			today := Row{c, p}
			blank := today.blank()
			if row.Name != blank.Name || row.Place != blank.Place {
				continue
			}
			switch {
			case row.What != blank.What || row.Op != blank.Op || !slices.Equal(row.Sides, blank.Sides):
				return row, "the comparison is another by now"
			case len(c.References()) > 0 && older.Compiler != record.Compiler:
				return row, differ("C compiler", older.Compiler, record.Compiler)
			}
			row.Gauges = blank.Gauges // they are no part of what was measured
			return row, ""
		}
	}
	return row, "there is no such comparison any more"
}

func differ(what, then, now string) string {
	for _, text := range []*string{&then, &now} {
		if *text == "" {
			*text = "none"
		}
	}
	return fmt.Sprintf("their %s was %s, and now it is %s", what, then, now)
}
