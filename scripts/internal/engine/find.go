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
)

// A listed is what go list says of a package.
type listed struct {
	ImportPath, Dir           string
	TestImports, XTestImports []string
}

// Find returns a suite for each package among those that the patterns name, as
// the go command has them, whose tests import package bench.
func Find(ctx context.Context, patterns []string) ([]*Suite, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-json=ImportPath,Dir,TestImports,XTestImports", "--"}, patterns...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); errors.Is(err, exec.ErrNotFound) {
		return nil, errNoGo
	} else if err != nil {
		return nil, fmt.Errorf("go list %s: %s", strings.Join(patterns, " "), strings.TrimSpace(stderr.String()))
	}
	var suites []*Suite
	for d := json.NewDecoder(&stdout); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if slices.Contains(p.TestImports, Package) || slices.Contains(p.XTestImports, Package) {
			suites = append(suites, &Suite{Package: p.ImportPath, Dir: p.Dir})
		}
	}
	if len(suites) == 0 {
		return nil, fmt.Errorf(`no test of %s imports %s. A package to be measured has in a _test.go file
	func init() { workloads.Register(workloads.Plain(yours)) } // or a Workload
	func TestMain(m *testing.M) { bench.Main(m) }
	func BenchmarkMixed(b *testing.B) { bench.Kind(b, workloads.Mixed) } // for each kind of workload that it has`, strings.Join(patterns, " "), Package)
	}
	return suites, nil
}
