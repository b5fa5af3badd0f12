package calibrate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/workloads/origin"
)

// An answer is the line that a side prints.
type answer struct {
	Ops         int           `json:"ops"`
	Wall        time.Duration `json:"wall_ns"`
	CPU         time.Duration `json:"cpu_ns"`
	Value       float64       `json:"value"`
	Sum         string        `json:"sum"` // checksum of a job, where the side has one
	NotRunnable string        `json:"not_runnable"`
}

// A session is a comparison under way: what its sides talk to is up.
type session interface {
	// measure runs a side once.
	measure(ctx context.Context, s Side) (answer, error)
	close() error
}

// Programs are the sides, compiled.
type Programs struct {
	Side string            // the Go side's path
	C    map[string]string // the references' paths, by name
	Dir  string            // for temporary files
	Span time.Duration
	Seed uint64
}

// OriginProcs is the GOMAXPROCS of an origin: half of one or two CPUs, rounded
// up, as where runs have it.
const OriginProcs = 1

// open readies a comparison on the CPUs.
func (p *Programs) open(c Comparison, cpus []int) (session, error) {
	s := &processes{Programs: p, comparison: c, cpus: cpus}
	if c.Origin == "" {
		return s, nil
	}
	o, err := origin.Start(origin.Options{Procs: OriginProcs, CPUs: cpus, Workloads: []string{c.Origin}})
	if err != nil {
		return nil, err
	}
	s.origin = o
	return s, nil
}

type processes struct {
	*Programs
	comparison Comparison
	cpus       []int
	origin     *origin.Process // nil: none
}

func (p *processes) close() error {
	if p.origin == nil {
		return nil
	}
	return p.origin.Close()
}

// patience is how long a process may take: some thousand times as long as it
// should.
const patience = 2 * time.Minute

func (p *processes) measure(ctx context.Context, s Side) (answer, error) {
	port := 0
	if p.origin != nil {
		at, err := netip.ParseAddrPort(p.origin.Addr(p.comparison.Origin))
		if err != nil {
			return answer{}, err
		}
		port = int(at.Port())
	}
	args := p.comparison.arguments(p.Span, port, p.Seed)
	path := p.C[s.C]
	if s.Model != "" {
		path, args = p.Side, append([]string{s.Work, s.Model}, args...)
	} else if s.Mode != "" {
		args = append(args, s.Mode)
	}
	exceeded := fmt.Errorf("took more than %v", patience)
	limited, cancel := context.WithTimeoutCause(ctx, patience, exceeded)
	defer cancel()
	cmd := exec.CommandContext(limited, path, args...)
	cmd.Env = append(plain(os.Environ()), "TMPDIR="+p.Dir)
	cmd.WaitDelay = 2 * time.Second // for what a killed one has left behind
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := start(p.cpus, cmd)
	if err == nil {
		err = cmd.Wait()
	}
	var a answer
	switch {
	case limited.Err() != nil:
		return a, context.Cause(limited)
	case p.origin != nil && p.origin.Err() != nil:
		return a, fmt.Errorf("the origin died: %w", p.origin.Err())
	case err != nil:
		return a, fmt.Errorf("%w: %s", err, few(stderr.String()))
	}
	if err := json.Unmarshal(stdout.Bytes(), &a); err != nil {
		return a, fmt.Errorf("it printed %q, which is no answer: %s", stdout.String(), few(stderr.String()))
	}
	if a.NotRunnable == "" && (a.Ops < 1 || a.Wall <= 0) {
		return a, fmt.Errorf("it measured nothing: %s", strings.TrimSpace(stdout.String()))
	}
	return a, nil
}

// plain leaves out what changes how the Go runtime works.
func plain(environment []string) []string {
	return slices.DeleteFunc(environment, func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains([]string{"GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG", "GOTRACEBACK"}, name)
	})
}
