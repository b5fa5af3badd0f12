package compare

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// WriteBench writes base.txt and head.txt into the folder of a comparison, for
// benchstat and other tools: a line for each process of each round that counts,
// with its own figures, the medians of its long samples or, where it has none,
// of its samples. What an A/A check measures one side after the other on purpose
// is left out.
func WriteBench(dir string) error {
	p, err := LoadPlan(dir)
	if err != nil {
		return err
	}
	rounds, _, err := record.ReadRounds(dir)
	if err != nil {
		return err
	}
	counted := record.Counted(rounds)
	for arm, name := range map[string]string{BaseArm: BaseFile, HeadArm: HeadFile} {
		if err := results.WriteFile(filepath.Join(dir, name), p.bench(counted, arm)); err != nil {
			return err
		}
	}
	return nil
}

// bench is what one side measured, in Go's benchmark format, a package after the
// other.
func (p *Plan) bench(rounds []record.Round, arm string) []byte {
	find := newSlots(p)
	lines := map[string]*bytes.Buffer{}
	for i := range rounds {
		at, ok := find.of(&rounds[i])
		if !ok || at.after {
			continue
		}
		if lines[at.Package] == nil {
			lines[at.Package] = new(bytes.Buffer)
		}
		if a := rounds[i].Of(arm); a != nil && a.Failed == "" {
			lines[at.Package].WriteString(p.line(at.Benchmark, a))
		}
	}
	var all bytes.Buffer
	for i := range p.Packages {
		k := &p.Packages[i]
		of := lines[k.Path]
		if of == nil {
			continue
		}
		config := k.Config
		if len(config) == 0 {
			config = []string{"pkg: " + k.Path}
		}
		for _, l := range config {
			fmt.Fprintln(&all, l)
		}
		all.Write(of.Bytes())
		delete(lines, k.Path)
	}
	for _, path := range record.Units(lines) { // of packages that the plan does not list
		all.Write(lines[path].Bytes())
	}
	return all.Bytes()
}

// line is what a process gave, "" if it gave nothing.
func (p *Plan) line(name string, a *record.Arm) string {
	units := map[string]bool{}
	for u := range a.Samples {
		units[u] = true
	}
	for u := range a.Long {
		units[u] = true
	}
	order := record.Units(units)
	if at := slices.Index(order, timeUnit); at > 0 {
		order = slices.Insert(slices.Delete(order, at, at+1), 0, timeUnit)
	}
	if p.CPU != 1 {
		name += "-" + strconv.Itoa(p.CPU)
	}
	n := a.N
	if len(a.Long) > 0 {
		n = a.LongN
	}
	line := fmt.Sprintf("%s\t%d", name, max(n, 1))
	some := false
	for _, u := range order {
		if has(a, u) {
			line += "\t" + strconv.FormatFloat(a.Figure(u), 'f', -1, 64) + " " + u
			some = true
		}
	}
	if !some {
		return ""
	}
	return line + "\n"
}
