package runnertest

import (
	"errors"
	"runtime"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/runners"
)

var errMoved = errors.New("the task is on another thread than before")

// ownThread sees each of many tasks in flight on one thread, and on no other
// one's, wherever they wait.
func ownThread(r *rig) {
	tasks := r.together(50)
	seen := make([]int, tasks)
	r.pass(tasks, func(s runners.Sync) runners.Body {
		all := newMeeting(s, tasks)
		return func(t runners.Task, i int) (uint64, error) {
			seen[i] = threadID()
			for _, wait := range []func() error{
				func() error { return all.join(t) },
				func() error { return t.Sleep(time.Millisecond) },
				func() error { runtime.Gosched(); return t.Yield() },
			} {
				if err := wait(); err != nil {
					return 0, err
				}
				if threadID() != seen[i] {
					return 0, errMoved
				}
			}
			return 0, nil
		}
	})
	distinct := map[int]bool{}
	for _, id := range seen {
		distinct[id] = true
	}
	assert.Len(r, distinct, tasks, "threads of the tasks")
}
