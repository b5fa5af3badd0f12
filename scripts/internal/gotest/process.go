package gotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/concbench/concbench/runners/usage"
)

// A process is one of a test binary that has ended.
type process struct {
	stdout, stderr []byte
	wall           time.Duration
	used           usage.Usage // by the children that it waited for, too
}

const (
	mostOutput = 64 << 20        // bytes that are read of what a process prints, per stream
	stacksTime = 2 * time.Second // that it has for printing its goroutines after its time limit
)

// A Fault is what kept a process from being started or read, such as a full disk
// or no memory. It says nothing of the benchmark.
type Fault struct{ error }

func (f Fault) Unwrap() error { return f.error }

// exceeded is the error of a process that took longer than it may.
type exceeded struct{ limit time.Duration }

func (e *exceeded) Error() string {
	return fmt.Sprintf("exceeded its time limit of %v (--timeout)", e.limit)
}

// run starts a command and waits for it, for as long as so many benchmarks may
// take. Its standard input is empty. Nothing of its group outlives it, and what
// it printed is deleted, where this process is killed too, with the folder of
// the binary.
func (b Binary) run(ctx context.Context, start *exec.Cmd, benchmarks int, o Options) (p process, err error) {
	limited := ctx
	if o.Timeout > 0 {
		limit := o.Timeout * time.Duration(max(1, benchmarks))
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, limit, &exceeded{limit})
		defer cancel()
	}
	cmd := exec.CommandContext(limited, start.Path, start.Args[1:]...)
	cmd.Dir, cmd.Env = start.Dir, start.Env
	ownGroup(cmd)
	// Files, since the wait for a pipe ends only with the last process that has it.
	var stream [2]*os.File
	for i := range stream {
		if stream[i], err = os.CreateTemp(filepath.Dir(b.Path), "output"); err != nil {
			return p, Fault{err}
		}
		defer func() { _ = errors.Join(stream[i].Close(), os.Remove(stream[i].Name())) }()
	}
	cmd.Stdout, cmd.Stderr = stream[0], stream[1]
	cmd.Cancel = func() error {
		if ctx.Err() != nil {
			endGroup(cmd.Process)
			return cmd.Process.Kill()
		}
		return askForStacks(cmd.Process)
	}
	cmd.WaitDelay = stacksTime
	ended := endWithUs(cmd)
	defer ended()
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return p, Fault{err}
	}
	err = cmd.Wait()
	p.wall = time.Since(begin)
	endGroup(cmd.Process)
	p.used = usage.Of(cmd.ProcessState)
	for i, text := range []*[]byte{&p.stdout, &p.stderr} {
		var readErr error
		if *text, readErr = io.ReadAll(io.NewSectionReader(stream[i], 0, mostOutput+1)); readErr != nil {
			return p, Fault{readErr}
		}
		if len(*text) > mostOutput {
			return p, fmt.Errorf("printed more than %d MiB", mostOutput>>20)
		}
	}
	if limited.Err() != nil && err != nil {
		return p, context.Cause(limited)
	}
	return p, err
}

// log is all that the process printed.
func (p process) log() []byte { return append(bytes.Clone(p.stdout), p.stderr...) }

// reason is what a process that ended badly says of it.
func (p process) reason() string {
	for _, text := range [][]byte{p.stderr, p.stdout} {
		for line := range strings.Lines(string(text)) {
			for _, start := range []string{"panic: ", "fatal error: ", "testing: invalid regexp"} {
				if strings.HasPrefix(line, start) {
					return strings.TrimSpace(line)
				}
			}
		}
	}
	for line := range strings.Lines(string(p.stderr)) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return "it printed no reason"
}

// trouble says why a process is not to be believed, nil if it is. That its
// benchmarks failed is no trouble of its own.
func (p process) trouble(err error, printed *printed) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		// It was ended, or never began.
	case exit.ExitCode() == 1 && len(printed.failed) > 0 && printed.ended:
		return nil
	default:
		err = fmt.Errorf("%w: %s", err, p.reason())
	}
	// It need not be the one to blame: package testing may go on for a moment
	// while a panic is under way.
	if printed.last != "" {
		return fmt.Errorf("%s was the last to begin: %w", printed.last, err)
	}
	return err
}
