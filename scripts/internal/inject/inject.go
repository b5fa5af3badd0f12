// Package inject makes the benchmarks of any Go package slower by a known share
// without a change of the package, to see whether a comparison finds it. It is
// for trying the tool, not for measuring.
//
// The go command's -overlay puts another testing/benchmark.go in the place of
// the standard library's. In it each run of a benchmark ends with a busy loop,
// inside the timed part, that lasts the given share of what had been timed.
package inject

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Overlay writes a patched testing/benchmark.go into dir, which is made, and beside it the file
// for the go command's -overlay, whose name it returns. The patched benchmarks
// do share more work: 0.05 is 5 % more, 0 none. Build both sides of a comparison
// with an overlay: then the two standard libraries differ in one number.
//
// The standard library that is patched is the one of the Go version that the go
// command takes in module, the folder in which the side is built.
//
// What a benchmark reports by its own clock, b.Elapsed included, stays as it
// was. Under b.RunParallel one goroutine does the extra work.
func Overlay(ctx context.Context, module, dir string, share float64) (file string, err error) {
	if math.IsNaN(share) || share < 0 || share > 10 {
		return "", fmt.Errorf("%v is no share of work to add: take one from 0 to 10, such as 0.05 for 5 %%", share)
	}
	root, err := goRoot(ctx, module)
	if err != nil {
		return "", err
	}
	original := filepath.Join(root, "src", "testing", "benchmark.go")
	source, err := os.ReadFile(original)
	if err != nil {
		return "", fmt.Errorf("the Go installation lacks its source: %w", err)
	}
	patched, err := patch(source, share)
	if err != nil {
		return "", fmt.Errorf("work cannot be added to the benchmarks of this version of Go: %s: %w", original, err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	replacement := filepath.Join(dir, "benchmark.go")
	if err := os.WriteFile(replacement, patched, 0o644); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {original: replacement}})
	if err != nil {
		return "", err
	}
	file = filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, overlay, 0o644)
}

// goRoot returns the folder of the Go version with which the go command builds
// in a folder: a go.mod may ask for another than is on the PATH.
func goRoot(ctx context.Context, module string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOROOT", "GOMODCACHE")
	cmd.Dir = module
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env fails in %s: %w\n%s", module, err, stderr.String())
	}
	root, cache, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	root, cache = strings.TrimSpace(root), strings.TrimSpace(cache)
	if inside, err := filepath.Rel(cache, root); err == nil && filepath.IsLocal(inside) {
		// The go command refuses an overlay of what is in the module cache.
		return "", fmt.Errorf("%s is built with %s, which the go command downloaded and lets nobody overlay: install that version of Go and put it on the PATH", module, filepath.Base(root))
	}
	return root, nil
}
