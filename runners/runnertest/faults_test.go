package runnertest_test

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/runners/runnertest"
)

// A fault is a model that keeps all of the contract but for one promise.
type fault struct {
	name    string
	promise string // the check that must fail
	run     func(ctx context.Context, r runners.Runner, job runners.Job) (runners.Outcome, error)
}

var faults = []fault{
	{"forgets the last task", "every task runs exactly once, in run after run", body(func(next runners.Body, job runners.Job, t runners.Task, i int) (uint64, error) {
		if i > 0 && i == job.Tasks-1 {
			return 0, nil
		}
		return next(t, i)
	})},
	{"runs the first task twice", "every task runs exactly once, in run after run", body(func(next runners.Body, _ runners.Job, t runners.Task, i int) (uint64, error) {
		if i == 0 {
			next(t, i)
		}
		return next(t, i)
	})},
	{"counts the failed", "an error fails its task alone", outcome(func(o *runners.Outcome) { o.Sum += 1000 * uint64(o.Failed) })},
	{"counts wrong", "the checksums add up", outcome(func(o *runners.Outcome) { o.Sum++ })},
	{"does not run them together", "sleeps overlap", oneAtATime()},
	{"does not sleep", "a sleep lasts as long as it was asked to", task(func(t runners.Task) runners.Task { return hasty{t} })},
	{"loses a child's error", "children end before their parent is held to have returned", task(func(t runners.Task) runners.Task { return careless{t} })},
	{"hands out the last first", "a queue is first in, first out", meet(func(s runners.Sync) runners.Sync { return stacks{s} })},
	{"locks nothing", "a mutex has one holder", meet(func(s runners.Sync) runners.Sync { return open{s} })},
	{"is late to cancel", "cancelling ends Sleep", cancelLate},
	{"leaves a goroutine behind", "a job without tasks is done", func(ctx context.Context, r runners.Runner, job runners.Job) (runners.Outcome, error) {
		go func() { select {} }()
		return r.Run(ctx, job)
	}},
	{"leaves a file behind", "a job without tasks is done", func(ctx context.Context, r runners.Runner, job runners.Job) (runners.Outcome, error) {
		if _, err := os.MkdirTemp("", "left"); err != nil {
			return runners.Outcome{}, err
		}
		return r.Run(ctx, job)
	}},
}

// faultEnv names the fault that a process of its own is to run into.
const faultEnv = "RUNNERTEST_FAULT"

// Each fault is found by the check that is there for it, and that check passes
// without it. Since a test that fails is what is wanted, it runs in another
// process.
func TestConformFindsFaults(t *testing.T) {
	if os.Getenv(faultEnv) != "" {
		t.Skip("this is the other process")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			for _, name := range []string{"none", f.name} {
				c := exec.Command(self, "-test.v", "-test.run", "^TestFault$/^"+regexp.QuoteMeta(f.promise)+"$")
				c.Env = append(os.Environ(), faultEnv+"="+name)
				out, err := c.CombinedOutput()
				if name == "none" {
					require.NoError(t, err, "%s", out)
					assert.Contains(t, string(out), "--- PASS: TestFault/")
				} else {
					require.Error(t, err, "%s", out)
					assert.Contains(t, string(out), "--- FAIL: TestFault/")
				}
			}
		})
	}
}

func TestFault(t *testing.T) {
	name := os.Getenv(faultEnv)
	if name == "" {
		t.Skip("a part of TestConformFindsFaults")
	}
	m, _, err := runners.Lookup("goroutines", 2)
	require.NoError(t, err)
	for _, f := range faults {
		if f.name == name {
			sound := m.New
			m.New = func(c runners.Config) (runners.Runner, error) {
				r, err := sound(c)
				return faulty{r, f}, err
			}
		}
	}
	runnertest.Conform(t, m)
}

// A model that cannot run here is skipped.
func TestConformSkipsWhatCannotRun(t *testing.T) {
	if os.Getenv(faultEnv) != "" {
		t.Skip("this is the other process")
	}
	m, _, err := runners.Lookup("goroutines", 2)
	require.NoError(t, err)
	m.New = nil // is not called
	m.Offers = nil
	m.Unsupported = func() error { return assert.AnError }
	assert.True(t, t.Run("not supported", func(t *testing.T) { runnertest.Conform(t, m) }))
}

type faulty struct {
	runners.Runner
	fault fault
}

func (f faulty) Run(ctx context.Context, job runners.Job) (runners.Outcome, error) {
	return f.fault.run(ctx, f.Runner, job)
}

type run = func(context.Context, runners.Runner, runners.Job) (runners.Outcome, error)

func body(wrong func(next runners.Body, job runners.Job, t runners.Task, i int) (uint64, error)) run {
	return func(ctx context.Context, r runners.Runner, job runners.Job) (runners.Outcome, error) {
		made := job.Make
		job.Make = func(s runners.Sync) runners.Body {
			next := made(s)
			return func(t runners.Task, i int) (uint64, error) { return wrong(next, job, t, i) }
		}
		return r.Run(ctx, job)
	}
}

func task(wrong func(runners.Task) runners.Task) run {
	return body(func(next runners.Body, _ runners.Job, t runners.Task, i int) (uint64, error) {
		return next(wrong(t), i)
	})
}

func outcome(wrong func(*runners.Outcome)) run {
	return func(ctx context.Context, r runners.Runner, job runners.Job) (runners.Outcome, error) {
		o, err := r.Run(ctx, job)
		wrong(&o)
		return o, err
	}
}

func meet(wrong func(runners.Sync) runners.Sync) run {
	return func(ctx context.Context, r runners.Runner, job runners.Job) (runners.Outcome, error) {
		made := job.Make
		job.Make = func(s runners.Sync) runners.Body { return made(wrong(s)) }
		return r.Run(ctx, job)
	}
}

func oneAtATime() run {
	var turn sync.Mutex
	return body(func(next runners.Body, _ runners.Job, t runners.Task, i int) (uint64, error) {
		turn.Lock()
		defer turn.Unlock()
		return next(t, i)
	})
}

func cancelLate(ctx context.Context, r runners.Runner, job runners.Job) (runners.Outcome, error) {
	late, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() {
		time.Sleep(2 * time.Second) // more than any strain explains
		cancel(context.Cause(ctx))
	})()
	return r.Run(late, job)
}

type hasty struct{ runners.Task }

func (hasty) Sleep(time.Duration) error { return nil }

type careless struct{ runners.Task }

func (c careless) Go(body func(runners.Task) error) {
	c.Task.Go(func(t runners.Task) error { body(t); return nil })
}

type stacks struct{ runners.Sync }

func (s stacks) NewQueue(int) runners.Queue { return new(stack) }

// A stack is good enough for one task.
type stack struct{ values []any }

func (s *stack) Put(_ runners.Task, v any) error {
	s.values = append(s.values, v)
	return nil
}

func (s *stack) Get(runners.Task) (v any, err error) {
	last := len(s.values) - 1
	v, s.values = s.values[last], s.values[:last]
	return v, nil
}

type open struct{ runners.Sync }

func (o open) NewMutex() runners.Mutex { return o }

func (open) Lock(runners.Task) error { return nil }
func (open) Unlock()                 {}
