package cost

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func TestMain(m *testing.M) {
	workloads.ServeWorker()
	os.Exit(m.Run())
}

// done checks that just those tasks failed that are to, and that the others did
// what they should.
func done(tasks int, work workloads.Work) func(*testing.T, runners.Outcome) {
	return func(t *testing.T, o runners.Outcome) {
		assert.Equal(t, tasks-work.Failed, o.Done)
		assert.Equal(t, work.Failed, o.Failed)
		assert.Equal(t, work.Sum, o.Sum)
	}
}

// A hasty task waits for nothing, and takes one step of any computing.
type hasty struct{ runners.Task }

func (hasty) Sleep(time.Duration) error { return nil }
func (hasty) Yield() error              { return nil }

func (hasty) Compute(step func() bool) error {
	step()
	return nil
}
