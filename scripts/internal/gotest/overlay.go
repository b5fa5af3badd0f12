package gotest

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/concbench/concbench/bench/gate"
)

// A Patch is what is changed in package testing, by the go command's -overlay,
// for a test binary: nothing in the packages that are measured.
type Patch struct {
	Gate bool // where the process is started with a gate, it measures sample by sample, by tokens

	// Work is the share of work that is added to every run of a benchmark, to see
	// whether a comparison finds it: 0.05 is 5 % more, 0 none. Build both sides of
	// a comparison with it: then the two differ in one number. It is a busy loop
	// inside of what is timed; what a benchmark reports by its own clock stays as
	// it was, and under b.RunParallel one goroutine does it. nil leaves it out.
	Work *float64
}

// NoOverlay is why package testing cannot be patched here. Without a gate,
// benchmarks are measured with a process for each sample: see Ungated.
type NoOverlay string

func (n NoOverlay) Error() string { return string(n) }

var (
	//go:embed _overlay/gate.go
	gateCode []byte
	//go:embed _overlay/work.go
	workCode []byte
)

// Patch writes a patched testing/benchmark.go, and what it calls, into dir, which
// is made, and returns the source with an overlay of them. They are of the Go
// version with which the go command builds the source. The error is a NoOverlay
// where that version cannot be patched.
func (s Source) Patch(ctx context.Context, dir string, p Patch) (Source, error) {
	if p.Work != nil && !(*p.Work >= 0 && *p.Work <= 10) {
		return s, fmt.Errorf("%v is no share of work to add: take one from 0 to 10, such as 0.05 for 5 %%", *p.Work)
	}
	if p.Gate {
		if err := gate.Supported(); err != nil {
			return s, NoOverlay(err.Error())
		}
	}
	folder, err := s.testingFolder(ctx)
	if err != nil {
		return s, err
	}
	original := filepath.Join(folder, "benchmark.go")
	source, err := os.ReadFile(original)
	if err != nil {
		return s, NoOverlay(fmt.Sprintf("the Go installation lacks its source: %v", err))
	}
	patched, err := patch(source, p)
	if err != nil {
		return s, NoOverlay(fmt.Sprintf("package testing of this version of Go cannot be patched: %s: %v", original, err))
	}
	files := map[string][]byte{"benchmark.go": patched}
	if p.Gate {
		files["concbench_gate.go"] = gateCode
	}
	if p.Work != nil {
		// Never 0, so that the variable lies in the same section of both sides.
		files["concbench_work.go"] = fmt.Appendf(bytes.Clone(workCode), "\nvar workFactor float64 = %v\n", 1+*p.Work)
	}
	s.Overlay, err = writeOverlay(folder, dir, files)
	return s, err
}

// writeOverlay writes files into dir that stand for those of a folder, and the
// file for -overlay, whose name it returns.
func writeOverlay(folder, dir string, files map[string][]byte) (name string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for name, text := range files {
		replace[filepath.Join(folder, name)] = filepath.Join(dir, name)
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name = filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, text, 0o666)
}

// testingFolder returns the folder of package testing of the Go version with
// which the source is built: its go.mod may ask for another than is on the PATH.
func (s Source) testingFolder(ctx context.Context) (string, error) {
	env, err := s.goEnv(ctx, "GOROOT", "GOMODCACHE", "GOFLAGS")
	if err != nil {
		return "", err
	}
	root, cache, flags := env[0], env[1], env[2]
	if user := goFlag(flags, "overlay"); user != "" || s.Overlay != "" {
		return "", NoOverlay(fmt.Sprintf("the go command takes one overlay, and has %s already: take -overlay out of GOFLAGS, which go env GOFLAGS shows", cmp.Or(user, s.Overlay)))
	}
	if inside, err := filepath.Rel(cache, root); err == nil && filepath.IsLocal(inside) {
		return "", NoOverlay(fmt.Sprintf("it is built with %s, which the go command downloaded and lets nobody overlay: install that version of Go and put it on the PATH", filepath.Base(root)))
	}
	return filepath.Join(root, "src", "testing"), nil
}

// goEnv returns settings of the go command for the source.
func (s Source) goEnv(ctx context.Context, names ...string) (values []string, err error) {
	cmd := s.command(ctx, append([]string{"env"}, names...))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	} else if errors.Is(err, exec.ErrNotFound) {
		return nil, errNoGo
	} else if err != nil {
		return nil, fmt.Errorf("go env in %s: %w: %s", s.Dir, err, firstLines(stderr.String()))
	}
	for line := range strings.Lines(string(out)) {
		values = append(values, strings.TrimSpace(line))
	}
	if len(values) != len(names) {
		return nil, fmt.Errorf("go env gives %d values, want %d", len(values), len(names))
	}
	return values, nil
}

// goFlag returns the value of a flag in GOFLAGS, "" if it is not there: flags
// between spaces, each in single or double quotes if it has spaces itself. The
// last holds.
func goFlag(goflags, name string) (value string) {
	for rest := strings.TrimSpace(goflags); rest != ""; rest = strings.TrimSpace(rest) {
		var flag string
		if q := rest[0]; q == '\'' || q == '"' {
			flag, rest, _ = strings.Cut(rest[1:], string(q))
		} else if at := strings.IndexAny(rest, " \t\r\n"); at >= 0 {
			flag, rest = rest[:at], rest[at:]
		} else {
			flag, rest = rest, ""
		}
		if n, v, ok := strings.Cut(flag, "="); ok && (n == "-"+name || n == "--"+name) {
			value = v
		}
	}
	return value
}
