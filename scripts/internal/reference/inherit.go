package reference

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
		case len(row.Readings)+len(row.Rounds) == 0:
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
		return row, differ("their", what, then, now)
	}
	for _, r := range every(nil) {
		today := r.blank()
		switch {
		case row.Name != today.Name || row.Place != today.Place:
			continue
		case row.What != today.What || row.Op != today.Op || !slices.Equal(row.Sides, today.Sides):
			return row, "the comparison is another by now"
		case len(r.References()) > 0 && older.Compiler != record.Compiler:
			return row, differ("their", "C compiler", older.Compiler, record.Compiler)
		}
		row.Gauges = today.Gauges // they are no part of what was measured
		return row, ""
	}
	return row, "there is no such comparison any more"
}

func differ(whose, what, then, now string) string {
	for _, text := range []*string{&then, &now} {
		if *text == "" {
			*text = "none"
		}
	}
	return fmt.Sprintf("%s %s was %s, and now it is %s", whose, what, then, now)
}
