package versus

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/gobench"
)

// A Side is where one of the two builds is made from.
type Side struct {
	compare.Side
	Source gobench.Source
}

// A builder compiles test binaries when they are first needed.
type builder struct {
	dir  string // of the binaries, temporary
	say  io.Writer
	same bool // the head's build serves as the base's too
	side [2]Side
	pkgs [2]map[string]gobench.Package
	made map[build]gobench.Binary
	took time.Duration // for compiling

	guesses map[key]time.Duration // how long a pair takes, by the look for benchmarks
}

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
		pkgs: [2]map[string]gobench.Package{{}, {}}, made: map[build]gobench.Binary{}, guesses: map[key]time.Duration{}}
}

// binary compiles a package's test binary, unless it is there.
func (b *builder) binary(ctx context.Context, which build) (gobench.Binary, error) {
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
