package runs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Package is the package whose benchmarks a run measures, unless others are
// named.
const Package = "github.com/concbench/concbench/bench"

// A Binary is a compiled test binary.
type Binary struct {
	Path   string // absolute
	SHA256 string
	Go     string // version of the compiler
	Commit string // of the checkout, with "+changes" if it has any; "" where git does not say
}

var errNoGo = errors.New("no go command on the PATH: concbench compiles what it measures")

// Build compiles the suite's test binary into a file, so that equal code gives
// equal binaries, and shows what the compiler says (downloads too) on w.
func (s *Suite) Build(ctx context.Context, file string, w io.Writer) error {
	path, help := s.Package, "see what the compiler says above"
	if path == "" {
		path, help = Package, "run concbench inside a module that requires it, such as its own clone"
	}
	args := []string{"test", "-c", "-trimpath", "-buildvcs=false", "-o", file}
	if s.Tags != "" {
		args = append(args, "-tags="+s.Tags)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, path)...)
	// With cgo, where there is a C compiler, threads would be the C library's and
	// have its stacks: the same code would measure differently here and there.
	if _, set := os.LookupEnv("CGO_ENABLED"); s.Package == "" || !set {
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // somebody's own package may have to have it
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Run(); errors.Is(err, exec.ErrNotFound) {
		return errNoGo
	} else if err != nil {
		return fmt.Errorf("%s does not compile here (%w): %s", path, err, help)
	}
	b := Binary{Path: file}
	f, err := os.Open(b.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	b.SHA256 = hex.EncodeToString(h.Sum(nil))
	b.origin(ctx)
	s.Binary = b
	return nil
}

// origin fills in what the binary was compiled with, and from.
func (b *Binary) origin(ctx context.Context) {
	b.Go = output(ctx, "go", "env", "GOVERSION")
	if b.Commit = output(ctx, "git", "rev-parse", "--short=12", "HEAD"); b.Commit != "" && output(ctx, "git", "status", "--porcelain") != "" {
		b.Commit += "+changes"
	}
}

// output returns what a command prints, "" if it fails.
func output(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
