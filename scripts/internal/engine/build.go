package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Package is the package whose benchmarks a run measures.
const Package = "github.com/concbench/concbench/bench"

// A Binary is a compiled test binary.
type Binary struct {
	Path   string
	SHA256 string
	Go     string // version of the compiler
	Commit string // of the checkout, with "+changes" if it has any; "" where git does not say
}

// Build compiles the benchmarks into dir, so that equal code gives equal
// binaries, and shows what the compiler says (downloads too) on w.
func Build(ctx context.Context, dir string, w io.Writer) (Binary, error) {
	b := Binary{Path: filepath.Join(dir, "bench.test")}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-trimpath", "-buildvcs=false", "-o", b.Path, Package)
	// With cgo, where there is a C compiler, threads would be the C library's and
	// have its stacks: the same code would measure differently here and there.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Run(); errors.Is(err, exec.ErrNotFound) {
		return b, errors.New("no go command on the PATH: concbench compiles what it measures")
	} else if err != nil {
		return b, fmt.Errorf("%s does not compile here (%w): run concbench inside a module that requires it, such as its own clone", Package, err)
	}
	f, err := os.Open(b.Path)
	if err != nil {
		return b, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return b, err
	}
	b.SHA256 = hex.EncodeToString(h.Sum(nil))
	b.Go = output(ctx, "go", "env", "GOVERSION")
	if b.Commit = output(ctx, "git", "rev-parse", "--short=12", "HEAD"); b.Commit != "" && output(ctx, "git", "status", "--porcelain") != "" {
		b.Commit += "+changes"
	}
	return b, nil
}

// output returns what a command prints, "" if it fails.
func output(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
