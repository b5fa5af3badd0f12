package gotest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrNone means that a pattern names no package with benchmarks.
var ErrNone = errors.New("nothing to measure")

var errNoGo = errors.New("no go command on the PATH: what is measured is compiled here")

// A listed is what go list says of a package.
type listed struct {
	ImportPath, Dir           string
	Match                     []string // the patterns that named it
	TestGoFiles, XTestGoFiles []string
	TestImports, XTestImports []string
	Error                     *struct{ Err string }
}

// List returns the packages among those that the patterns name, as the go
// command takes them, whose tests have benchmarks, or import one of some
// packages. A package that is broken is among them, for Build to say why. Where
// patterns name no such package the error is an ErrNone, and what the others name
// is returned with it.
func List(ctx context.Context, src Source, patterns []string, imports ...string) ([]Package, error) {
	all, err := src.list(ctx, patterns)
	if err != nil {
		return nil, err
	}
	var packages []Package
	answered := map[string]bool{} // patterns
	why := map[string]string{}    // a pattern is not
	for _, l := range all {
		p, err := l.pack(imports)
		if err == nil {
			packages = append(packages, p)
		}
		for _, pattern := range l.Match {
			switch {
			case err == nil:
				answered[pattern] = true
			case why[pattern] == "":
				why[pattern] = err.Error()
			default:
				why[pattern] = "none of its packages has a Benchmark function in its _test.go files"
			}
		}
	}
	var none []string
	for _, pattern := range patterns {
		// The go command prints a folder without its last slash.
		if pattern = cmp.Or(strings.TrimRight(pattern, "/"), "/"); answered[pattern] {
			continue
		}
		none = append(none, fmt.Sprintf("%s: %s", pattern, cmp.Or(why[pattern], "no package matches it")))
	}
	if len(none) > 0 {
		return packages, fmt.Errorf("%w: %s (go list ./... shows the packages here; build tags and GOOS may hide some)", ErrNone, strings.Join(none, "; "))
	}
	return packages, nil
}

// list runs go list.
func (s Source) list(ctx context.Context, patterns []string) ([]listed, error) {
	args := append(s.flags("list"), "-e", "-json=ImportPath,Dir,Match,TestGoFiles,XTestGoFiles,TestImports,XTestImports,Error", "--")
	cmd := s.command(ctx, append(args, patterns...))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); ctx.Err() != nil {
		return nil, ctx.Err()
	} else if errors.Is(err, exec.ErrNotFound) {
		return nil, errNoGo
	} else if err != nil {
		return nil, fmt.Errorf("go list %s: %w: %s", strings.Join(patterns, " "), err, firstLines(stderr.String()))
	}
	var all []listed
	for d := json.NewDecoder(&stdout); ; {
		var l listed
		if err := d.Decode(&l); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		all = append(all, l)
	}
}

// command is the go command in the source's directory and environment.
func (s Source) command(ctx context.Context, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = s.Dir
	cmd.Env = append(cmd.Environ(), s.Env...)
	cmd.WaitDelay = 2 * time.Second // for what a killed one has started
	return cmd
}

// flags are the verb of a go command and what decides which files a package has.
func (s Source) flags(verb ...string) []string {
	if s.Tags != "" {
		verb = append(verb, "-tags="+s.Tags)
	}
	if s.Overlay != "" {
		verb = append(verb, "-overlay="+s.Overlay)
	}
	return verb
}

// pack returns the package, or why there is nothing in it to measure.
func (l listed) pack(imports []string) (Package, error) {
	p := Package{Path: l.ImportPath, Dir: l.Dir, Imports: slices.Concat(l.TestImports, l.XTestImports)}
	for _, name := range slices.Concat(l.TestGoFiles, l.XTestGoFiles) {
		p.TestFiles = append(p.TestFiles, filepath.Join(l.Dir, name))
	}
	if l.Error != nil {
		text := strings.ReplaceAll(l.Error.Err, "\n\t", " ")
		absent := l.Dir == "" || strings.HasPrefix(text, "no Go files in ") || strings.HasPrefix(text, "build constraints exclude all Go files")
		if absent {
			return p, errors.New(text)
		}
		p.Benchmarks = true
		return p, nil
	}
	p.Benchmarks = slices.ContainsFunc(p.TestFiles, hasBenchmark)
	if p.Benchmarks || slices.ContainsFunc(imports, func(path string) bool { return slices.Contains(p.Imports, path) }) {
		return p, nil
	}
	return p, fmt.Errorf("%s has no Benchmark function in its _test.go files", l.ImportPath)
}

// hasBenchmark reports whether a file declares a benchmark, or does not build.
func hasBenchmark(file string) bool {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	return err != nil || slices.ContainsFunc(f.Decls, func(d ast.Decl) bool { return benchmark(d) != "" })
}

// benchmark is the name of the benchmark that is declared, "" for what the go
// command does not take for one.
func benchmark(d ast.Decl) string {
	f, ok := d.(*ast.FuncDecl)
	if !ok || f.Recv != nil || f.Type.TypeParams != nil || f.Type.Results != nil || f.Type.Params.NumFields() != 1 {
		return ""
	}
	rest, ok := strings.CutPrefix(f.Name.Name, "Benchmark")
	if first, _ := utf8.DecodeRuneInString(rest); !ok || rest != "" && unicode.IsLower(first) {
		return ""
	}
	pointer, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return ""
	}
	switch t := pointer.X.(type) {
	case *ast.Ident: // import . "testing"
		ok = t.Name == "B"
	case *ast.SelectorExpr:
		ok = t.Sel.Name == "B"
	default:
		ok = false
	}
	if !ok {
		return ""
	}
	return f.Name.Name
}
