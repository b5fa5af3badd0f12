package origin

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/concbench/concbench/runners/reexec"
)

// Options say how an origin runs.
type Options struct {
	// Procs is the origin's GOMAXPROCS, fixed; 0 means as many as it may use
	// CPUs at its start.
	Procs int

	// CPUs are those that the origin is bound to; nil means that it is not.
	CPUs []int

	// Workloads names those whose servers run; nil means all.
	Workloads []string
}

// A Process is an origin that runs.
type Process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers chan []byte // lines of the origin
	log     *reexec.Tail
	hello   greeting

	asking sync.Mutex // held over a question and its answer
	done   chan struct{}

	mu     sync.Mutex
	closed bool
	err    error // why it ended, when done is closed
}

// Start starts an origin and returns when it serves. It fails where the
// workloads are unknown, where the CPUs cannot be had, and where the origin
// does not greet in time.
func Start(o Options) (*Process, error) {
	if _, is := os.LookupEnv(variable); is {
		return nil, errors.New("start the origin: this process is an origin itself; does main, or TestMain, call origin.Main first?")
	}
	if _, err := find(o.Workloads); err != nil {
		return nil, fmt.Errorf("start the origin: %w", err)
	}
	if o.Procs < 0 {
		return nil, fmt.Errorf("start the origin: %d procs", o.Procs)
	}
	p, err := spawn(o)
	if err != nil {
		return nil, fmt.Errorf("start the origin: %w", err)
	}
	if err := p.greeted(); err != nil {
		p.cmd.Process.Kill()
		p.Close()
		return nil, fmt.Errorf("start the origin: %w", err)
	}
	return p, nil
}

func spawn(o Options) (*Process, error) {
	text, err := json.Marshal(plan{o.Procs, o.Workloads})
	if err != nil {
		return nil, err
	}
	p := &Process{answers: make(chan []byte, 1), done: make(chan struct{})}
	if p.cmd, p.log, err = reexec.Command(environment(os.Environ()), variable, string(text)); err != nil {
		return nil, err
	}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := reexec.StartOn(o.CPUs, p.cmd); err != nil {
		return nil, err
	}
	go p.listen(out)
	return p, nil
}

// environment leaves out what would change how the Go runtime works: the origin
// is the same whatever is set for the model.
func environment(all []string) []string {
	var kept []string
	for _, entry := range all {
		switch name, _, _ := strings.Cut(entry, "="); name {
		case "GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG", "GOTRACEBACK":
		default:
			kept = append(kept, entry)
		}
	}
	return kept
}

// listen hands on what the origin says, until it ends.
func (p *Process) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		p.answers <- append([]byte(nil), lines.Bytes()...)
	}
	err := p.cmd.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.err = reexec.Ended(err, p.log)
	}
	close(p.done)
}

// answer waits for a line of the origin.
func (p *Process) answer(into any) error {
	late := time.NewTimer(reexec.Patience)
	defer late.Stop()
	var line []byte
	select {
	case line = <-p.answers:
	case <-late.C:
		p.cmd.Process.Kill() // or its late answer would be taken for the next one
		return fmt.Errorf("no answer within %v", reexec.Patience)
	case <-p.done:
		select {
		case line = <-p.answers:
		default:
			if err := p.Err(); err != nil {
				return err
			}
			return os.ErrClosed
		}
	}
	if err := json.Unmarshal(line, into); err != nil {
		return fmt.Errorf("it said %q, which is no answer; does main, or TestMain, call origin.Main first?", line)
	}
	return nil
}

func (p *Process) greeted() error {
	if err := p.answer(&p.hello); err != nil {
		return err
	}
	if p.hello.Failed != "" {
		return errors.New(p.hello.Failed)
	}
	return nil
}

// Addr returns the address at which the workload's server listens; "" if the
// origin has none for it.
func (p *Process) Addr(workload string) string { return p.hello.Addrs[workload] }

// Procs returns the origin's GOMAXPROCS.
func (p *Process) Procs() int { return p.hello.Procs }

// PID returns the origin's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Usage asks the origin for the CPU time that it has used since it started.
func (p *Process) Usage() (user, system time.Duration, err error) {
	p.asking.Lock()
	defer p.asking.Unlock()
	if _, err := io.WriteString(p.in, "usage\n"); err != nil {
		// The pipe breaks a moment before it is known why.
		select {
		case <-p.done:
			err = errors.Join(p.Err(), err)
		case <-time.After(reexec.Patience):
		}
		return 0, 0, fmt.Errorf("ask the origin for its usage: %w", err)
	}
	var u consumption
	if err = p.answer(&u); err == nil && u.Failed != "" {
		err = errors.New(u.Failed)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("ask the origin for its usage: %w", err)
	}
	return u.User, u.System, nil
}

// Done is closed when the origin has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns why the origin ended, with the last of what it printed; nil while
// it runs, and where Close ended it.
func (p *Process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Close ends the origin and returns when it is gone. The error is why it had
// ended before.
func (p *Process) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.in.Close()
	late := time.NewTimer(reexec.Patience)
	defer late.Stop()
	for {
		select {
		case <-p.answers: // to a question that was given up
		case <-late.C:
			p.cmd.Process.Kill()
		case <-p.done:
			return p.Err()
		}
	}
}
