package all

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
	"github.com/concbench/concbench/workloads/origin"
)

func TestMain(m *testing.M) {
	origin.Main()
	workloads.ServeWorker()
	os.Exit(m.Run())
}

// few is as many tasks as show that each has work of its own, one more than a
// kind whose tasks share inputs has of them.
const few = 9

// eachCase calls f with each quick case of each workload, or its usual one, an
// origin at hand.
func eachCase(t *testing.T, f func(t *testing.T, w workloads.Workload, s runners.Spec)) {
	p, err := origin.Start(origin.Options{})
	require.NoError(t, err)
	defer p.Close()
	for _, w := range workloads.All() {
		cases := w.About().Quick
		if len(cases) == 0 {
			cases = []workloads.Case{w.About().Usual()}
		}
		if p := w.About().Small; p != nil {
			cases = []workloads.Case{{Params: p}}
		}
		for i, c := range cases {
			t.Run(fmt.Sprintf("%s/%d", w.About().Name, i), func(t *testing.T) {
				f(t, w, worktest.Spec(t, w, c.Params, p.Addr(w.About().Name)))
			})
		}
	}
}

func TestEachWorkloadGivesItsChecksumUnderEveryModel(t *testing.T) {
	eachCase(t, func(t *testing.T, w workloads.Workload, s runners.Spec) {
		work := worktest.Prepare(t, w, s, few)
		worktest.Each(t, w.Needs(s.Params, few), s, few, work, func(t *testing.T, o runners.Outcome) {
			if work.Failed == 0 {
				require.NoError(t, o.Err)
			}
			assert.Equal(t, few-work.Failed, o.Done)
			assert.Equal(t, work.Failed, o.Failed)
			assert.Equal(t, work.Sum, o.Sum)
		})
	})
}

func TestTheSeedDeterminesTheChecksum(t *testing.T) {
	eachCase(t, func(t *testing.T, w workloads.Workload, s runners.Spec) {
		work := worktest.Prepare(t, w, s, few)
		again := worktest.Prepare(t, w, s, few)
		fewer := worktest.Prepare(t, w, s, few-1)
		s.Seed++
		other := worktest.Prepare(t, w, s, few)
		assert.Equal(t, work.Sum, again.Sum)
		assert.NotEqual(t, work.Sum, other.Sum)
		assert.NotEqual(t, work.Sum, fewer.Sum)
	})
}

func TestTheWorkloadsOfTheMainJobAreThere(t *testing.T) {
	for _, name := range []string{"timer", "echo", "fetch", "files", "hash", "image"} {
		_, err := workloads.Lookup(name)
		assert.NoError(t, err)
	}
}
