package cost

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

var (
	errFault   = errors.New("the task fails on purpose")
	errNotDead = errors.New("the task lives on")
	errNotMine = errors.New("to kill this process would be to kill the benchmark")
)

// fail fails the task.
func (j *faultJob) fail() error {
	switch j.fault {
	case "error":
		return errFault
	case "panic":
		panic(errFault)
	case "exit":
		runtime.Goexit()
	case "kill":
		if !j.mayKill {
			return errNotMine
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		return errors.Join(errNotDead, err)
	}
	return errNotDead
}

// observe sees that just those tasks failed that are to, in the way that they
// are to. It adds no figure.
func (j *faultJob) observe(o runners.Outcome, _ *workloads.Observed) error {
	for i, s := range o.Samples {
		switch failed := s.End == 0; {
		case failed && !j.fails(i):
			return fmt.Errorf("task %d failed, which is not to (the first that failed: %w)", i, o.Err)
		case !failed && j.fails(i):
			return fmt.Errorf("task %d completed, which is to fail", i)
		}
	}
	if j.failing == 0 || failedBy(j.fault, o.Err) {
		return nil
	}
	return fmt.Errorf("a task failed otherwise than by %s: %w", j.fault, o.Err)
}

// failedBy says whether an error tells of such a fault. One that has come from
// another process has its text, but not its identity.
func failedBy(fault string, err error) bool {
	var panicked *runners.PanicError
	switch {
	case err == nil:
		return false
	case fault == "error":
		return strings.Contains(err.Error(), errFault.Error()) && !errors.As(err, &panicked)
	case fault == "panic":
		return errors.As(err, &panicked) && strings.Contains(err.Error(), errFault.Error())
	}
	return errors.Is(err, runners.ErrDied)
}
