package gotest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Build compiles the package's test binary into a file, whose folder is made, so
// that equal code gives equal binaries, and writes what the compiler says
// (downloads too) to w. With a layout from 1 the linker puts the functions into
// an order drawn from that seed. The error is a NoOverlay where it is package
// testing, as it was patched, that does not compile.
//
// The user's own flags hold, -ldflags too. So does CGO_ENABLED: a package may
// need it; where it is on, a binary also depends on the C compiler and on the
// path of C sources.
func (p Package) Build(ctx context.Context, src Source, file string, layout int, w io.Writer) (Binary, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return Binary{}, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return Binary{}, err
	}
	args := append(src.flags("test", "-c"), "-trimpath", "-buildvcs=false", "-o", file)
	if layout > 0 {
		env, err := src.goEnv(ctx, "GOFLAGS")
		if err != nil {
			return Binary{}, err
		}
		// A -ldflags of the command line replaces the user's.
		args = append(args, "-ldflags="+strings.TrimSpace(goFlag(env[0], "ldflags")+" -randlayout="+strconv.Itoa(layout)))
	}
	cmd := src.command(ctx, append(args, p.Path))
	var said bytes.Buffer
	out := io.MultiWriter(w, &said)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); ctx.Err() != nil {
		return Binary{}, ctx.Err()
	} else if errors.Is(err, exec.ErrNotFound) {
		return Binary{}, errNoGo
	} else if err != nil {
		if why := firstLines(said.String()); src.Overlay != "" && bytes.HasPrefix(said.Bytes(), []byte("# testing\n")) {
			return Binary{}, NoOverlay("package testing of this version of Go cannot be patched: " + why)
		}
		return Binary{}, fmt.Errorf("%s does not build: %s", p.Path, firstLines(said.String()))
	}
	b := Binary{Package: p, Path: file}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Binary{}, fmt.Errorf("%s gives no test binary: it has no test files", p.Path)
	} else if err != nil {
		return Binary{}, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return Binary{}, err
	}
	b.SHA256 = hex.EncodeToString(h.Sum(nil))
	return b, nil
}

// firstLines are the first of what a go command complained of, as one line.
func firstLines(said string) string {
	const most = 4
	var lines []string
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "go: downloading ") {
			continue // a heading: which package
		}
		if len(lines) == most {
			lines = append(lines, "…")
			break
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return "the go command gave no reason"
	}
	return strings.Join(lines, "; ")
}
