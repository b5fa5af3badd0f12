package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"

	"github.com/concbench/concbench/scripts/internal/gobench"
)

// A listed is what go list says of a package.
type listed struct {
	ImportPath, Dir           string
	Match                     []string // the patterns that named it
	TestImports, XTestImports []string
}

// Find returns what is to be measured of the packages that the patterns name, as
// the go command has them: a suite for each whose tests import package bench,
// and the others that have benchmarks. A pattern that names neither is an error.
func Find(ctx context.Context, tags string, patterns []string) ([]*Suite, []*Plain, error) {
	suites, rest, err := findSuites(ctx, tags, patterns)
	if err != nil {
		return nil, nil, err
	}
	src := gobench.Source{Tags: tags}
	packages, none := gobench.List(ctx, src, patterns)
	if errors.Is(none, gobench.ErrNone) && len(suites) > 0 {
		// A suite may answer a pattern and have no Benchmark function yet.
		if none = nil; len(rest) > 0 {
			_, none = gobench.List(ctx, src, rest)
		}
	}
	if errors.Is(none, gobench.ErrNone) {
		none = fmt.Errorf("%w. A package has Benchmark functions, or, for workloads under every model, imports %s in its tests", none, Package)
	}
	if none != nil {
		return nil, nil, none
	}
	var plains []*Plain
	for _, found := range packages {
		x := &Plain{Package: found, Tags: tags}
		if at := slices.IndexFunc(suites, func(s *Suite) bool { return s.Package == found.Path }); at >= 0 {
			suites[at].Plain = x
		} else {
			plains = append(plains, x)
		}
	}
	return suites, plains, nil
}

// findSuites returns a suite for each package whose tests import package bench,
// and those of the patterns that name none of them.
func findSuites(ctx context.Context, tags string, patterns []string) (suites []*Suite, rest []string, err error) {
	args := []string{"list", "-e", "-json=ImportPath,Dir,Match,TestImports,XTestImports"}
	if tags != "" {
		args = append(args, "-tags="+tags)
	}
	cmd := exec.CommandContext(ctx, "go", append(append(args, "--"), patterns...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); errors.Is(err, exec.ErrNotFound) {
		return nil, nil, errNoGo
	} else if err != nil {
		return nil, nil, fmt.Errorf("go list %s: %s", strings.Join(patterns, " "), strings.TrimSpace(stderr.String()))
	}
	rest = slices.Clone(patterns)
	for d := json.NewDecoder(&stdout); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return suites, rest, nil
		} else if err != nil {
			return nil, nil, fmt.Errorf("go list: %w", err)
		}
		if slices.Contains(p.TestImports, Package) || slices.Contains(p.XTestImports, Package) {
			suites = append(suites, &Suite{Package: p.ImportPath, Dir: p.Dir, Tags: tags})
			rest = slices.DeleteFunc(rest, func(pattern string) bool { return slices.Contains(p.Match, pattern) })
		}
	}
}
