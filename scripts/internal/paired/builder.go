package paired

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/gotest"
)

// A Side is where one of the two builds is made from.
type Side struct {
	compare.Side
	Source gotest.Source
}

// A builder compiles test binaries when they are first needed.
type builder struct {
	dir  string // of the binaries, temporary
	say  io.Writer
	same bool // the head's build serves as the base's too
	side [2]Side
	pkgs [2]map[string]gotest.Package
	made map[build]gotest.Binary
	took time.Duration // for compiling

	ungated string                   // why processes cannot wait at a gate; "": they can
	setUps  map[string]time.Duration // by package, of a process that measures nothing
	once    map[key]time.Duration    // of an op, nothing warm
}

// A key names a benchmark.
type key struct{ pkg, name string }

// A build is one test binary.
type build struct {
	side   int
	pkg    string
	layout int
}

// The sides, as indices.
const (
	base = iota
	head
)

var sideName = [2]string{"base", "head"}

func newBuilder(dir string, say io.Writer, same bool, baseSide, headSide Side) *builder {
	return &builder{dir: dir, say: say, same: same, side: [2]Side{baseSide, headSide},
		pkgs: [2]map[string]gotest.Package{{}, {}}, made: map[build]gotest.Binary{}, setUps: map[string]time.Duration{}, once: map[key]time.Duration{}}
}

// patch puts the gate, and the work that is to be added, into package testing of
// both sides. Where that cannot be, both are measured without a gate, with a
// process for each sample.
func (b *builder) patch(ctx context.Context, inject float64) error {
	var patched [2]gotest.Source
	for side := range patched {
		p := gotest.Patch{Gate: true}
		if work := inject * float64(side); inject > 0 {
			p.Work = &work
		}
		src, err := b.side[side].Source.Patch(ctx, filepath.Join(b.dir, "overlay"+sideName[side]), p)
		var none gotest.NoOverlay
		switch {
		case errors.As(err, &none) && inject == 0:
			b.ungated = string(none)
			return nil
		case err != nil:
			return err
		}
		patched[side] = src
	}
	for side := range patched {
		b.side[side].Source = patched[side]
	}
	return nil
}

// binary compiles a package's test binary, unless it is there.
func (b *builder) binary(ctx context.Context, which build) (gotest.Binary, error) {
	if b.same {
		which.side = head
	}
	if bin, ok := b.made[which]; ok {
		return bin, nil
	}
	// A folder each: what a process leaves there goes with it.
	began := time.Now()
	defer func() { b.took += time.Since(began) }()
	file := filepath.Join(b.dir, fmt.Sprintf("%s%d", sideName[which.side], len(b.made)), "bench.test")
	bin, err := b.pkgs[which.side][which.pkg].Build(ctx, b.side[which.side].Source, file, which.layout, b.say)
	if err == nil {
		b.made[which] = bin
	}
	return bin, err
}

// goVersion is the version of Go that compiles the side, "" if it does not say.
func (s Side) goVersion(ctx context.Context) string {
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION")
	cmd.Dir = s.Source.Dir
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
