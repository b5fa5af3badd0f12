package runs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/scripts/internal/gotest"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// A Plain is a package of which the ordinary Go benchmarks are measured.
type Plain struct {
	gotest.Package
	Tags   string // build tags
	Binary Binary
	Names  []string // of the benchmarks to be measured
	Whole  bool     // they share a process

	Config []string // lines of configuration and units that its test binary prints

	// Ungated is why its processes cannot wait at a gate, "" where they can: then
	// each sample is measured by a process of its own.
	Ungated string

	LeftOut []results.LeftOut
	setUp   time.Duration            // wall time of a process that measures nothing
	once    map[string]time.Duration // of an op, nothing warm
}

// ErrNothing is about packages of which nothing can be measured since all of it
// is broken or cannot be isolated.
var ErrNothing = errors.New("no benchmark can be measured")

// Build compiles the package into a file, gated where that can be.
func (p *Plain) Build(ctx context.Context, file string, w io.Writer) error {
	src := gotest.Source{Tags: p.Tags}
	gated, err := src.Patch(ctx, filepath.Join(filepath.Dir(file), "overlay"), gotest.Patch{Gate: true})
	var none gotest.NoOverlay
	if errors.As(err, &none) {
		p.Ungated, err = string(none), nil
	} else if err == nil {
		src = gated
	}
	if err != nil {
		return err
	}
	b, err := p.Package.Build(ctx, src, file, 0, w)
	if errors.As(err, &none) {
		p.Ungated = string(none)
		b, err = p.Package.Build(ctx, gotest.Source{Tags: p.Tags}, file, 0, w)
	}
	if err != nil {
		return err
	}
	p.Binary = Binary{Path: b.Path, SHA256: b.SHA256}
	p.Binary.origin(ctx)
	return nil
}

func (p *Plain) binary() gotest.Binary {
	return gotest.Binary{Package: p.Package, Path: p.Binary.Path, SHA256: p.Binary.SHA256}
}

// Prepare compiles the package into a file and looks for its benchmarks. What is
// wrong with it is no error: it is left out. log is the path in the run's
// folder dir of what it printed, if that is worth keeping.
func (p *Plain) Prepare(ctx context.Context, o Options, file, dir, log string, w io.Writer) error {
	var said bytes.Buffer
	if err := p.Build(ctx, file, io.MultiWriter(w, &said)); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		// The package is named beside it.
		p.leaveOut("", strings.TrimPrefix(err.Error(), p.Path+" "), log, true)
		return measure.WriteLog(dir, log, said.Bytes())
	}
	f, err := p.binary().Discover(ctx, o.process(filepath.Dir(file)), o.Plain.Bench)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil && len(f.Failed) == 0 {
		log = ""
	} else if err := measure.WriteLog(dir, log, f.Log); err != nil {
		return err
	}
	if err != nil {
		p.leaveOut("", err.Error(), log, true)
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(f.Failed)) {
		p.leaveOut(name, "it failed when it was looked for: "+f.Failed[name], log, true)
	}
	for _, name := range f.Unstable {
		p.leaveOut(name, "its name changes from one pass to the next: it cannot be found again", "", false)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Skipped)) {
		p.leaveOut(name, strings.TrimSuffix("it is skipped: "+f.Skipped[name], ": "), "", false)
	}
	p.Names, p.Config, p.setUp, p.once = f.Names, f.Config, f.SetUp, f.Once
	p.Whole = o.Plain.Isolate == ByPackage || o.Plain.Isolate == Either && f.Outweighs(processTime)
	return nil
}

// processTime is about how long a process measures one benchmark: where setting
// it up takes longer, the benchmarks of a package share one.
const processTime = 300 * time.Millisecond

func (p *Plain) leaveOut(name, why, log string, failed bool) {
	p.LeftOut = append(p.LeftOut, results.LeftOut{Package: p.Path, Name: name, Why: why, Log: log, Failed: failed})
}

// Adopt takes from a run that is gone on with what it found in the package.
func (p *Plain) Adopt(run *results.Run) {
	p.Names, p.Whole = plainNames(run, p.Path), shares(run, p.Path)
}

// Restrict leaves of what was found what the run has, isolated as it was there:
// its plan is measured again. A package that the run has not is emptied.
func (p *Plain) Restrict(run *results.Run) {
	known := plainNames(run, p.Path)
	p.Names = slices.DeleteFunc(p.Names, func(name string) bool { return !slices.Contains(known, name) })
	p.Whole = shares(run, p.Path)
}

// plainNames are the plain benchmarks of a package that a run has.
func plainNames(run *results.Run, pkg string) (names []string) {
	for _, c := range run.Cells {
		if c.Plain() && c.Package == pkg {
			names = append(names, c.Name)
		}
	}
	return names
}

// MeasuredPlain says whether a run measured the package's ordinary benchmarks.
func MeasuredPlain(run *results.Run, pkg string) bool { return len(plainNames(run, pkg)) > 0 }

// shares says whether the plain benchmarks of a package share a process in a run.
func shares(run *results.Run, pkg string) bool {
	return slices.ContainsFunc(run.Packages, func(p results.Package) bool { return p.Path == pkg && p.Whole })
}

// joinPlain adds the benchmarks of packages that were looked at.
func (p *Plan) joinPlain(plains []*Plain) error {
	for _, x := range plains {
		p.NotMeasured = append(p.NotMeasured, x.LeftOut...)
		if len(x.Names) == 0 {
			if len(x.LeftOut) == 0 {
				p.empty = append(p.empty, x.Path)
			}
			continue
		}
		p.Plains = append(p.Plains, x)
		for _, name := range x.Names {
			p.Cells = append(p.Cells, results.Cell{Name: name, Job: name, Package: x.Path})
		}
	}
	switch {
	case len(p.Plains) > 0 || len(plains) == 0:
		return nil
	case len(p.NotMeasured) == 0 && (len(p.Suites) == 0 || p.Plain.Bench != "." && p.Plain.Bench != ""):
		return fmt.Errorf("--bench %q matches no benchmark of %s: go test -list . shows the functions", p.Plain.Bench, strings.Join(p.empty, ", "))
	case len(p.Suites) == 0:
		return fmt.Errorf("%w: %s", ErrNothing, strings.Join(leftOut(p.NotMeasured), "; "))
	}
	return nil
}

// leftOut are lines about what is not measured.
func leftOut(all []results.LeftOut) (lines []string) {
	const most = 20
	for i, l := range all {
		if i == most {
			return append(lines, fmt.Sprintf("… and %d more", len(all)-most))
		}
		line := strings.TrimSpace(l.Package+" "+l.Name) + ": " + l.Why
		if l.Log != "" {
			line += " (" + l.Log + ")"
		}
		lines = append(lines, line)
	}
	return lines
}
