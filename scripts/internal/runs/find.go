package runs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/concbench/concbench/scripts/internal/gotest"
)

// Find returns what is to be measured of the packages that the patterns name, as
// the go command takes them: a suite for each whose tests import package bench,
// and the others that have benchmarks. A pattern that names neither is an error.
func Find(ctx context.Context, tags string, patterns []string) ([]*Suite, []*Plain, error) {
	found, err := gotest.List(ctx, gotest.Source{Tags: tags}, patterns, Package)
	if errors.Is(err, gotest.ErrNone) {
		err = fmt.Errorf("%w. A package has Benchmark functions, or, for workloads under every model, imports %s in its tests", err, Package)
	}
	if err != nil {
		return nil, nil, err
	}
	var suites []*Suite
	var plains []*Plain
	for _, p := range found {
		var x *Plain
		if p.Benchmarks {
			x = &Plain{Package: p, Tags: tags}
		}
		if slices.Contains(p.Imports, Package) {
			suites = append(suites, &Suite{Package: p.Path, Dir: p.Dir, Tags: tags, Plain: x})
		} else if x != nil {
			plains = append(plains, x)
		}
	}
	return suites, plains, nil
}
