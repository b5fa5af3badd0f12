package compare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// UsualDir is the folder, in that of an A/A check, of what the usual way
// measured beside it.
const UsualDir = "usual"

// UsualFile is the name, in UsualDir, of what one process measured: all
// benchmarks of a package, ten times over. Pass and pkg, an index of
// Plan.Packages, count from 0.
func UsualFile(pass, pkg int, side string) string {
	return fmt.Sprintf("%02d-%03d-%s.txt", pass+1, pkg+1, side)
}

// A Way of comparing, and how often it called a difference where there was
// none: by the U test at 0.05, uncorrected, ten figures a side.
type Way struct {
	Name  string `json:"name"`
	Calls int    `json:"calls"`
	Of    int    `json:"of"` // comparisons of figures that vary
}

// usualSide is how many figures a side has, as with -count=10.
const usualSide = 10

// add counts a comparison, unless its figures never vary.
func (w *Way) add(base, head []float64) {
	if len(base) < usualSide || len(head) < usualSide {
		return
	}
	all := slices.Concat(base, head)
	if slices.Min(all) == slices.Max(all) {
		return
	}
	w.Of++
	if differs, _ := Usual(base[:usualSide], head[:usualSide]); differs {
		w.Calls++
	}
}

// compareWays holds the ways of comparing against each other, as far as the check in
// dir measured them, so that what isolation does and what interleaving does can
// be told apart: the usual way has neither, the second isolation alone, the
// third both. All take single slices, so that only this differs.
func (r *Report) compareWays(dir string) ([]Way, error) {
	usual := Way{Name: "the usual way: ten slices in one process, then ten in another"}
	apart := Way{Name: "isolated: ten processes, then ten more"}
	paired := Way{Name: "isolated and interleaved: ten processes a side, in turn"}
	for i := range r.Results {
		b := &r.Results[i]
		if !b.measured() {
			continue
		}
		for _, s := range b.points {
			var inTime, base, head []float64
			for _, p := range s.all() {
				inTime, base, head = append(inTime, p.one[0], p.one[1]), append(base, p.one[0]), append(head, p.one[1])
			}
			if len(inTime) >= 2*usualSide {
				apart.add(inTime[:usualSide], inTime[usualSide:])
			}
			paired.add(base, head)
		}
	}
	if err := r.usual(dir, &usual); err != nil {
		return nil, err
	}
	var measured []Way
	for _, w := range []Way{usual, apart, paired} {
		if w.Of > 0 {
			measured = append(measured, w)
		}
	}
	return measured, nil
}

// usual reads what the usual way measured, pass by pass.
func (r *Report) usual(dir string, w *Way) error {
	for pass := 0; ; pass++ {
		some := false
		for i, pkg := range r.Plan.Packages {
			base, err := r.readUsual(filepath.Join(dir, UsualDir, UsualFile(pass, i, "base")))
			if err != nil {
				return err
			}
			head, err := r.readUsual(filepath.Join(dir, UsualDir, UsualFile(pass, i, "head")))
			if err != nil {
				return err
			}
			some = some || len(base)+len(head) > 0
			for j := range r.Results {
				if b := &r.Results[j]; b.Package == pkg.Path && b.measured() {
					for _, c := range b.Comparisons {
						at := figure{b.Name, c.Metric}
						w.add(base[at], head[at])
					}
				}
			}
		}
		if !some {
			return nil
		}
	}
}

// A figure names what is compared within a package.
type figure struct{ benchmark, unit string }

// readUsual reads what one process measured, nothing where there is no file.
func (r *Report) readUsual(name string) (map[figure][]float64, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	values := map[figure][]float64{}
	from := benchfmt.NewReader(f, name)
	for from.Scan() {
		rec, ok := from.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		benchmark := "Benchmark" + rec.Name.String()
		if r.Plan.CPU != 1 {
			benchmark = strings.TrimSuffix(benchmark, fmt.Sprintf("-%d", r.Plan.CPU))
		}
		for _, v := range rec.Values {
			value, unit := v.Value, v.Unit
			if v.OrigUnit != "" {
				value, unit = v.OrigValue, v.OrigUnit
			}
			values[figure{benchmark, unit}] = append(values[figure{benchmark, unit}], value)
		}
	}
	return values, from.Err()
}
