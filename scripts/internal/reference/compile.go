package reference

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed c
var sources embed.FS

// A Compiler compiles the C references.
type Compiler struct {
	path    string
	Version string // its first line about itself
}

// FindCompiler returns the first of cc, gcc and clang that is there, nil if
// none is.
func FindCompiler(ctx context.Context) *Compiler {
	for _, name := range []string{"cc", "gcc", "clang"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if version := output(ctx, path, "--version"); version != "" {
			first, _, _ := strings.Cut(version, "\n")
			return &Compiler{path, first}
		}
	}
	return nil
}

// Compile compiles the reference into dir and returns the program's path.
func (c *Compiler) Compile(ctx context.Context, dir, name string) (string, error) {
	path, _, err := c.compile(ctx, dir, name)
	return path, err
}

// compile takes more options, and returns what the compiler says too.
func (c *Compiler) compile(ctx context.Context, dir, name string, options ...string) (path, said string, err error) {
	if err := unpack(dir); err != nil {
		return "", "", err
	}
	// In the folder itself, so that no message names it.
	cmd := exec.CommandContext(ctx, c.path, append(options, "-O2", "-pthread", "-o", name, name+".c")...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", string(out), fmt.Errorf("%s.c does not compile: %w: %s", name, err, few(string(out)))
	}
	return filepath.Join(dir, name), string(out), nil
}

// unpack writes the sources into dir.
func unpack(dir string) error {
	files, err := sources.ReadDir("c")
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := sources.ReadFile("c/" + f.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name()), text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// sidePackage is the main package of the Go side.
const sidePackage = "github.com/concbench/concbench/scripts/internal/reference/side"

// BuildSide compiles the Go side into dir, as cells are compiled, and returns
// the program's path.
func BuildSide(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "side")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", path, sidePackage)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // with cgo, threads would be the C library's
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("no go command on the PATH: concbench compiles what it measures")
	}
	if err != nil {
		return "", fmt.Errorf("the Go side does not compile here (%w): run concbench inside its own clone: %s", err, few(string(out)))
	}
	return path, nil
}

// Toolchain returns the version of the go command, and the commit of the
// checkout with "+changes" if it has any, as far as they are known.
func Toolchain(ctx context.Context) (version, commit string) {
	version = output(ctx, "go", "env", "GOVERSION")
	if commit = output(ctx, "git", "rev-parse", "--short=12", "HEAD"); commit != "" && output(ctx, "git", "status", "--porcelain") != "" {
		commit += "+changes"
	}
	return version, commit
}

// output returns what a command prints, "" if it fails.
func output(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// few are the first lines of what a program said.
func few(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[:min(len(lines), 4)], "; ")
}
