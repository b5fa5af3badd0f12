package gobench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners/usage"
)

// A process is one of a test binary that has ended.
type process struct {
	stdout, stderr []byte
	wall           time.Duration
	used           usage.Usage // the children that it waited for included
	peak           uint64      // of its resident memory, in bytes; 0: not known
}

// mostOutput is how much of what a process prints is read, per stream.
const mostOutput = 64 << 20

// stacksTime is how long a process has for printing its goroutines after its
// time limit.
const stacksTime = 2 * time.Second

// A Fault is what kept a process from being started or read, such as a full disk
// or no memory: nothing is said of the benchmark by it.
type Fault struct{ error }

func (f Fault) Unwrap() error { return f.error }

// run starts the binary in its package's directory and waits for it. Nothing of
// its group outlives it.
func (b Binary) run(ctx context.Context, timeout time.Duration, args []string) (p process, err error) {
	limited := ctx
	if timeout > 0 {
		exceeded := fmt.Errorf("exceeded its time limit of %v (--timeout)", timeout)
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, timeout, exceeded)
		defer cancel()
	}
	cmd := exec.CommandContext(limited, b.Path, args...)
	cmd.Dir = b.Package.Dir
	// What a killed process leaves on the disk goes when the binary's folder does.
	folder := filepath.Dir(b.Path)
	cmd.Env = append(cmd.Environ(), bench.Lifeline+"=1", "TMPDIR="+folder)
	ownGroup(cmd)
	// Files, since the wait for a pipe ends only with the last process that has it.
	var stream [2]*os.File
	for i := range stream {
		if stream[i], err = os.CreateTemp(folder, "output"); err != nil {
			return p, Fault{err}
		}
		defer func() { _ = errors.Join(stream[i].Close(), os.Remove(stream[i].Name())) }()
	}
	cmd.Stdout, cmd.Stderr = stream[0], stream[1]
	// Nobody writes to it: the test binary of a suite ends with whoever holds it.
	if _, err := cmd.StdinPipe(); err != nil {
		return p, Fault{err}
	}
	cmd.Cancel = func() error {
		if ctx.Err() != nil {
			endGroup(cmd.Process)
			return cmd.Process.Kill()
		}
		return askForStacks(cmd.Process)
	}
	cmd.WaitDelay = stacksTime
	own := highWater(os.Getpid())
	ended := endWithUs(cmd)
	defer ended()
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return p, Fault{err}
	}
	peak := watchPeak(own, cmd.Process)
	err = cmd.Wait()
	p.wall = time.Since(begin)
	endGroup(cmd.Process)
	p.peak, p.used = peak(cmd.ProcessState), usage.Of(cmd.ProcessState)
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

// flags are those of every process that measures or looks for benchmarks.
func (o Options) flags(bench, benchtime string, count int) []string {
	return []string{
		"-test.run=^$",
		"-test.bench=" + bench,
		"-test.benchtime=" + benchtime,
		"-test.count=" + strconv.Itoa(count),
		"-test.cpu=" + strconv.Itoa(o.CPU),
		"-test.benchmem", // which also ends each result line
		"-test.timeout=" + o.Timeout.String(),
		"-test.paniconexit0", // as go test does: else a benchmark that ends the process looks well
	}
}

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
