package runners

import (
	"fmt"
	"strings"
)

// Unknown is the error about a name that is not among those there are: it
// names the nearest, and all of them.
func Unknown(what, name string, known []string) error {
	if len(known) == 0 {
		return fmt.Errorf("unknown %s %q: there is none", what, name)
	}
	nearest, best := "", len(name)/2+2
	for _, k := range known {
		if d := EditDistance(name, k); d < best {
			nearest, best = k, d
		}
	}
	if nearest == "" {
		return fmt.Errorf("unknown %s %q: there are %s", what, name, strings.Join(known, ", "))
	}
	return fmt.Errorf("unknown %s %q: did you mean %q? There are %s", what, name, nearest, strings.Join(known, ", "))
}

// EditDistance is that of Levenshtein (1966): the least number of letters to insert, delete
// or replace.
func EditDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
