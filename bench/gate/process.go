package gate

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/concbench/concbench/results/record"
)

const (
	mostOutput  = 64 << 20 // that a process may print, in bytes
	stacksTime  = 2 * time.Second
	longestLine = 1 << 20
)

// A Process is one that was started with a gate, as its driver sees it. Only one
// goroutine may use it at a time.
type Process struct {
	cmd     *exec.Cmd
	in      *os.File // tokens
	answers chan string
	output  *os.File
	done    chan struct{} // closed when it has ended
	err     error         // how it ended, from done on
	limited error         // its time limit was exceeded
	asking  bool          // the answer to a token is due
}

// Start starts a command with a gate. What it prints goes to a file in dir, a
// folder that exists; nothing of its process group outlives it. Where the caller
// dies, it dies too.
func Start(cmd *exec.Cmd, dir string) (_ *Process, err error) {
	if err := Supported(); err != nil {
		return nil, err
	}
	var files []*os.File
	keep := func(f *os.File) *os.File { files = append(files, f); return f }
	defer func() {
		if err != nil {
			for _, f := range files {
				f.Close()
			}
		}
	}()
	output, err := os.CreateTemp(dir, "output")
	if err != nil {
		return nil, err
	}
	keep(output)
	os.Remove(output.Name()) // it lives as long as it is open
	theirs, tokens, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	keep(theirs)
	keep(tokens)
	answers, replies, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	keep(answers)
	keep(replies)
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	first := 3 + len(cmd.ExtraFiles)
	cmd.ExtraFiles = append(cmd.ExtraFiles, theirs, replies)
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d,%d", Env, first, first+1))
	cmd.Stdout, cmd.Stderr = output, output
	p := &Process{cmd: cmd, in: tokens, answers: make(chan string, 16), output: output, done: make(chan struct{})}
	if err := p.start(); err != nil {
		return nil, err
	}
	theirs.Close()
	replies.Close()
	go p.read(answers)
	return p, nil
}

// read hands on what the process says through the gate.
func (p *Process) read(from *os.File) {
	defer from.Close()
	defer close(p.answers)
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 4096), longestLine)
	for lines.Scan() {
		p.answers <- lines.Text()
	}
}

// PID is the id of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Ready waits until the process is set up and returns the name of the benchmark
// that it is to measure. Errors are those of Sample.
func (p *Process) Ready(ctx context.Context, limit time.Duration) (name string, err error) {
	p.asking = true
	word, rest, err := p.answer(ctx, limit)
	if err != nil {
		return "", err
	}
	if word != ready {
		return "", broken("it answered %q where it was to be ready", word)
	}
	return rest, nil
}

// Sample has the process measure one sample of n iterations. The error is Failed
// or Skipped where the benchmark says so, after which the process lives; Broken;
// ErrEnded, with how it ended; about the time limit, after which it is being
// ended; or the context's.
func (p *Process) Sample(ctx context.Context, n int, limit time.Duration) (record.Sample, error) {
	if err := p.token(run + " " + strconv.Itoa(n)); err != nil {
		return record.Sample{}, err
	}
	word, rest, err := p.answer(ctx, limit)
	if err != nil {
		return record.Sample{}, err
	}
	if word != sample {
		return record.Sample{}, broken("it answered %q to a token for a sample", word)
	}
	s, err := record.ParseSample(rest)
	if err != nil {
		return s, Broken(err.Error())
	}
	return s, nil
}

// Next has the process go on to its next benchmark, whose name Ready returns.
func (p *Process) Next() error { return p.token(next) }

// token sends one, unless the process has spoken out of turn.
func (p *Process) token(text string) error {
	select {
	case line, open := <-p.answers:
		if !open {
			return p.ended()
		}
		word, _, _ := strings.Cut(line, " ")
		return broken("it said %q out of turn: it answered one token twice", word)
	default:
	}
	if info, err := p.output.Stat(); err == nil && info.Size() > mostOutput {
		return broken("it printed more than %d MiB", mostOutput>>20)
	}
	if _, err := p.in.WriteString(text + "\n"); err != nil {
		return p.ended()
	}
	p.asking = true
	return nil
}

// answer waits for the process to speak.
func (p *Process) answer(ctx context.Context, limit time.Duration) (word, rest string, err error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case line, open := <-p.answers:
		p.asking = false
		if !open {
			return "", "", p.ended()
		}
		word, rest, _ = strings.Cut(line, " ")
		switch word {
		case failed, skipped:
			why, err := strconv.Unquote(rest)
			if err != nil {
				return "", "", broken("it said %q", line)
			}
			if word == failed {
				return "", "", Failed(why)
			}
			return "", "", Skipped(why)
		}
		return word, rest, nil
	case <-timer.C:
		p.limited = fmt.Errorf("exceeded its time limit of %v (--timeout)", limit)
		p.stacks()
		return "", "", p.limited
	case <-ctx.Done():
		return "", "", ctx.Err()
	}
}

// stacks has a Go process print its goroutines and end.
func (p *Process) stacks() {
	askForStacks(p.cmd.Process)
	select {
	case <-p.done:
	case <-time.After(stacksTime):
	}
	p.Kill()
}

// ended waits for a process that has closed its gate, and returns how it ended.
func (p *Process) ended() error {
	select {
	case <-p.done:
	case <-time.After(stacksTime): // it closed the gate and lives
		p.Kill()
		return Broken("it closed its gate")
	}
	if p.err == nil {
		return ErrEnded
	}
	return fmt.Errorf("%w: %w: %s", ErrEnded, p.err, p.reason())
}

// End has the process end, within a time after which it is killed, and returns
// how it ended: nil where all was well.
func (p *Process) End(limit time.Duration) error {
	p.in.WriteString(end + "\n")
	p.in.Close()
	select {
	case <-p.done:
	case <-time.After(limit):
		p.Kill()
		return fmt.Errorf("it did not end within %v", limit)
	}
	if p.err != nil {
		return fmt.Errorf("%w: %s", p.err, p.reason())
	}
	return nil
}

// Kill ends the process and what is left of its group, and waits for it.
func (p *Process) Kill() {
	endGroup(p.cmd.Process)
	p.cmd.Process.Kill()
	<-p.done
}

// Close kills the process if it lives, and gives back what it holds.
func (p *Process) Close() error {
	p.Kill()
	for range p.answers { // so that their reader ends
	}
	return errors.Join(ignoreClosed(p.in.Close()), p.output.Close())
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// Output is what the process has printed, to standard output and error, the
// first mostOutput bytes.
func (p *Process) Output() []byte {
	text, err := io.ReadAll(io.NewSectionReader(p.output, 0, mostOutput))
	if err != nil {
		return []byte(err.Error())
	}
	return text
}

// reason is what a process that ended badly says of it.
func (p *Process) reason() string {
	text := p.Output()
	for line := range bytes.Lines(text) {
		for _, start := range []string{"panic: ", "fatal error: ", "testing: invalid regexp"} {
			if at := bytes.Index(line, []byte(start)); at >= 0 { // what it printed may stand before
				return string(bytes.TrimSpace(line[at:]))
			}
		}
	}
	if last := lastLine(text); last != "" {
		return last
	}
	return "it printed no reason"
}

// lastLine is the last that is not empty.
func lastLine(text []byte) string {
	text = bytes.TrimSpace(text)
	return string(bytes.TrimSpace(text[bytes.LastIndexByte(text, '\n')+1:]))
}
