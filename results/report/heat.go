package report

import (
	"fmt"

	"github.com/concbench/concbench/results"
)

// A step is a shade of the heat map: ratios from its predecessor's bound up to
// its own.
type step struct {
	Class string
	Upto  float64 // 0: no bound
	Label string
}

// steps grow by about the same factor in the excess over the best, as the eye
// compares ratios. The shades of style.css grow in lightness alone, so that who
// does not see colours reads them too; and every cell has its number.
var steps = []step{
	{"h0", 1.05, "up to 1.05×"},
	{"h1", 1.2, "1.2×"},
	{"h2", 1.5, "1.5×"},
	{"h3", 2, "2×"},
	{"h4", 4, "4×"},
	{"h5", 10, "10×"},
	{"h6", 0, "more"},
}

// shade is the class of a cell of the heat map.
func shade(c results.TableCell) string { return shadeOf(c.Behind) }

// shadeOf is the class of a ratio to the best; 0: there is none.
func shadeOf(behind float64) string {
	if behind == 0 {
		return "none"
	}
	for _, s := range steps {
		if s.Upto == 0 || behind <= s.Upto {
			return s.Class
		}
	}
	panic(fmt.Sprintf("report: no shade for %v", behind))
}
