package engine

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/concbench/concbench/bench"
)

// measured is what one process of a cell gave.
type measured struct {
	config      []string // key: value lines and Unit lines
	results     []string // result lines, one a slice
	notRunnable string   // the reason, if it said so
	log         []byte   // all that it printed
	wall        time.Duration
	failure     error // why it gave no figures
}

// measure runs a cell in a process of its own, which measures so many slices.
func (s *Suite) measure(ctx context.Context, cell string, slices int, o Options) (measured, error) {
	// The process ends itself at the limit, and shows what it was doing; one that
	// cannot is ended a little later.
	exceeded := fmt.Errorf("exceeded its time limit of %v", o.Timeout)
	limited, cancel := context.WithTimeoutCause(ctx, o.Timeout+time.Second, exceeded)
	defer cancel()
	cmd := exec.CommandContext(limited, s.Binary.Path,
		"-test.run=^$",
		"-test.bench="+selector(cell),
		"-test.benchtime="+o.Benchtime.String(),
		"-test.count="+strconv.Itoa(slices),
		"-test.timeout="+o.Timeout.String(),
		"-concbench.cell="+cell,
		"-concbench.seed="+strconv.FormatUint(o.Seed, 10))
	// What a killed process leaves on the disk goes when the binary's folder does.
	cmd.Env = append(os.Environ(), bench.Lifeline+"=1", "TMPDIR="+filepath.Dir(s.Binary.Path))
	cmd.Dir = s.Dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	ownGroup(cmd)
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return measured{}, err
	}
	// A broken lifeline lets the process clean up; what does not heed it within
	// the delay is killed.
	cmd.Cancel = lifeline.Close
	cmd.WaitDelay = 2 * time.Second
	begin := time.Now()
	err = cmd.Run()
	m := parse(stdout.String())
	m.wall = time.Since(begin)
	m.log = append(stdout.Bytes(), stderr.Bytes()...)
	switch {
	case limited.Err() != nil:
		return m, context.Cause(limited)
	case bytes.Contains(stderr.Bytes(), []byte("panic: test timed out after ")):
		return m, exceeded
	case err != nil:
		return m, fmt.Errorf("%w: %s", err, reason(m.log))
	case m.notRunnable == "" && len(m.results) != slices:
		return m, fmt.Errorf("printed %d results, want %d", len(m.results), slices)
	}
	return m, nil
}

// selector is the -bench pattern of one cell and no other.
func selector(cell string) string {
	levels := strings.Split(cell, "/")
	for i, level := range levels {
		levels[i] = "^" + regexp.QuoteMeta(level) + "$"
	}
	return strings.Join(levels, "/")
}

var configLine = regexp.MustCompile(`^([a-z][^ A-Z]*: |Unit )`)

// parse sorts the lines that a process printed.
func parse(stdout string) measured {
	var m measured
	for line := range strings.Lines(stdout) {
		line = strings.TrimRight(line, "\n")
		_, why, not := strings.Cut(line, ": not runnable: ")
		switch {
		case strings.HasPrefix(line, "# ") && not:
			m.notRunnable = why
		case strings.HasPrefix(line, "Benchmark"):
			m.results = append(m.results, line)
		case configLine.MatchString(line):
			m.config = append(m.config, line)
		}
	}
	return m
}

// reason is the first line in which a process says why it failed.
func reason(log []byte) string {
	lines := strings.Split(string(log), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "--- FAIL") && i+1 < len(lines) {
			return strings.TrimSpace(lines[i+1])
		}
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return line
		}
	}
	return "it printed no reason"
}
