package runnertest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

// Models whose tasks run in other processes have a suite of their own: what a
// check watches through memory elsewhere, it sees here by checksums, errors,
// files and a server of its own. The tasks' bodies are made anew in each process
// from their names, which are those of bodies.

// apartChecks are the promises of the contract, kept apart.
func apartChecks() []check {
	return slices.Concat(apartTaskChecks, apartDeathChecks, apartWaitChecks, apartCancelChecks, apartCloseChecks)
}

// Main is the TestMain of a package in which models are checked that have worker
// processes.
func Main(m *testing.M) {
	runners.ServeWorker(rebuild)
	os.Exit(m.Run())
}

// A making makes the body that its name stands for.
type making func(p map[string]string) func(runners.Sync) runners.Body

// each is the making of a body that is the same for all tasks.
func each(body func(p map[string]string, t runners.Task, i int) (uint64, error)) making {
	return func(p map[string]string) func(runners.Sync) runners.Body {
		return func(runners.Sync) runners.Body {
			return func(t runners.Task, i int) (uint64, error) { return body(p, t, i) }
		}
	}
}

// doing is each without a checksum.
func doing(body func(p map[string]string, t runners.Task, i int) error) making {
	return each(func(p map[string]string, t runners.Task, i int) (uint64, error) { return 0, body(p, t, i) })
}

var bodies = func() map[string]making {
	all := map[string]making{}
	for _, some := range []map[string]making{taskBodies, deathBodies, waitBodies, cancelBodies} {
		maps.Copy(all, some)
	}
	return all
}()

func rebuild(s runners.Spec, _ int) (func(runners.Sync) runners.Body, func() error, error) {
	made := bodies[s.Workload]
	if made == nil {
		return nil, nil, fmt.Errorf("no body %q", s.Workload)
	}
	return made(s.Params), nil, nil
}

// far is a job of bodies by their name. The params are names and values in turn.
func far(tasks int, body string, params ...string) runners.Job {
	s := runners.Spec{Workload: body, Params: map[string]string{}}
	for i := 0; i < len(params); i += 2 {
		s.Params[params[i]] = params[i+1]
	}
	return runners.Job{Spec: s, Tasks: tasks, Make: func(runners.Sync) runners.Body {
		return func(runners.Task, int) (uint64, error) {
			return 0, errors.New("a body of the test's own process ran")
		}
	}}
}

// runFar runs a job of which tasks may fail.
func (r *rig) runFar(tasks int, body string, params ...string) runners.Outcome {
	r.Helper()
	o, err := r.startJob(context.Background(), far(tasks, body, params...))
	require.NoError(r, err)
	return o
}

// passFar runs a job of which every task must succeed.
func (r *rig) passFar(tasks int, body string, params ...string) runners.Outcome {
	r.Helper()
	o := r.runFar(tasks, body, params...)
	require.NoError(r, o.Err)
	return o
}
