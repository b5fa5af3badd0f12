package results

import "fmt"

// Failure says how often the cell failed, and of what.
func (c CellData) Failure() string {
	if len(c.Failures) == 0 {
		return ""
	}
	f := c.Failures[0]
	text := fmt.Sprintf("failed in %d of %d rounds, first in round %d: %s", len(c.Failures), len(c.Failures)+len(c.Processes), f.Round, f.Failed)
	if f.Log != "" {
		text += " (log: " + f.Log + ")"
	}
	return text
}
