// Package runnertest checks that a model keeps the contract of package runners,
// as testing/fstest checks a file system.
package runnertest

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/concbench/concbench/runners"
)

// A check is one promise of the contract.
type check struct {
	promise string
	needs   runners.Needs // what the model must offer for it
	run     func(*rig)
}

// Conform checks that the model does what the interfaces of package runners
// promise, each promise a subtest. What the model does not offer is skipped
// with the reason, and so is all of it where the model cannot run.
//
// A model whose tasks share no memory with the test has a suite of its own, for
// which the package's TestMain must be Main.
//
// It sets GOMAXPROCS to what the model asks for, as bench does: no other test
// may run beside it.
func Conform(t *testing.T, m runners.Model) {
	if m.Unsupported != nil {
		if err := m.Unsupported(); err != nil {
			t.Skip("not runnable:", err)
		}
	}
	procs := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(procs) })
	config := runners.Config{Cores: runtime.NumCPU()}
	if m.Option != nil {
		config.Option = m.Option.Default(config.Cores)
	}
	checks := slices.Concat(taskChecks, deathChecks, childChecks, timeChecks, cpuChecks,
		fileChecks, connChecks, deadlineChecks, listenChecks, meetChecks, cancelChecks, closeChecks)
	if !m.Offers(config, 1).SharedMemory {
		checks = apartChecks()
	}
	for _, c := range checks {
		t.Run(c.promise, func(t *testing.T) {
			if why := lack(m.Offers(config, max(c.needs.Together, 1)), c.needs); why != "" {
				t.Skip("not runnable:", why)
			}
			c.run(newRig(t, m, config))
		})
	}
}

// lack says what the model does not offer of what a check needs.
func lack(o runners.Offers, n runners.Needs) string {
	switch {
	case o.Together > 0 && o.Together < n.Together:
		return fmt.Sprintf("%d tasks together needed, %d offered", n.Together, o.Together)
	case n.Children && !o.Children:
		return "no children beside their parent"
	case n.Listener && !o.Listener:
		return "no listener"
	case n.Killable && !o.Killable:
		return "no worker that can be killed"
	case n.OwnThread && !o.OwnThread:
		return "no kernel thread of a task's own"
	}
	return ""
}
