package runs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/bench"
)

// A Suite is a package whose benchmarks are measured: concbench's own, or one
// with workloads of somebody's own.
type Suite struct {
	Package string // import path; "" means concbench's own
	Dir     string // where its tests run; "" means here
	Tags    string // build tags
	Plan    *bench.Plan
	Binary  Binary

	// Plain is the package taken for one with ordinary benchmarks, nil if it has
	// none: it may import bench and have another TestMain.
	Plain *Plain
}

// Own is concbench's own suite. Its plan is made by this program, which has the
// same workloads, so that what is wrong with a choice is known before anything
// is compiled.
func Own(c bench.Choice) (*Suite, error) {
	p, err := bench.NewPlan(c)
	return &Suite{Plan: p}, err
}

// planLimit is how long a test binary may take to say what it would measure.
const planLimit = time.Minute

// Ask makes the plan of a suite that is compiled: only its binary knows what
// workloads it has.
func (s *Suite) Ask(ctx context.Context, c bench.Choice) error {
	question, err := json.Marshal(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, planLimit, fmt.Errorf("it did not say within %v what it measures", planLimit))
	defer cancel()
	file := s.Binary.Path + ".json"
	cmd := exec.CommandContext(ctx, s.Binary.Path, "-test.run=^$", "-test.list=^Benchmark", "-concbench.plan="+file)
	cmd.Dir, cmd.Stdin = s.Dir, bytes.NewReader(question)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 2 * time.Second
	ownGroup(cmd)
	if err := cmd.Run(); ctx.Err() != nil {
		return s.wrong(context.Cause(ctx))
	} else if err != nil {
		return s.wrong(complaint(err, stderr.String()))
	}
	answer, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return s.wrong(ErrNoMain)
	}
	if err != nil {
		return s.wrong(err)
	}
	s.Plan = new(bench.Plan)
	if err := json.Unmarshal(answer, s.Plan); err != nil || s.Plan.Version != bench.PlanVersion {
		return s.wrong(errOtherVersion)
	}
	return s.hasBenchmarks(strings.Fields(stdout.String()))
}

// hasBenchmarks checks that each kind of workload has its Benchmark function.
func (s *Suite) hasBenchmarks(functions []string) error {
	for _, w := range s.Plan.Workloads {
		if f := "Benchmark" + string(w.Kind); !slices.Contains(functions, f) {
			return s.wrong(fmt.Errorf("workload %s is of kind %s, and there is no %s: write func %s(b *testing.B) { bench.Kind(b, workloads.%s) }", w.Name, w.Kind, f, f, w.Kind))
		}
	}
	return nil
}

func (s *Suite) wrong(err error) error { return fmt.Errorf("package %s: %w", s.Package, err) }

// ErrNoMain is about a package that imports bench for some other use, or lacks
// its TestMain.
var ErrNoMain = errors.New("its TestMain does not call bench.Main: write func TestMain(m *testing.M) { bench.Main(m) }")

var errOtherVersion = errors.New("it is compiled with another version of concbench than this command: use the command of the version that its go.mod requires")

// complaint is what a process said before it ended with an error.
func complaint(err error, stderr string) error {
	switch at := strings.Index(stderr, "panic: "); {
	case strings.Contains(stderr, "flag provided but not defined: -concbench.plan"):
		return errOtherVersion
	case at >= 0:
		first, _, _ := strings.Cut(stderr[at:], "\n")
		return errors.New(first)
	case strings.TrimSpace(stderr) != "":
		return errors.New(strings.TrimSpace(stderr))
	}
	return fmt.Errorf("its test binary does not say what it measures: %w", err)
}
