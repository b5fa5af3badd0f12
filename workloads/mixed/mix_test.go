package mixed

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func serving(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error)
	go func() { ended <- mix{}.Serve(l) }()
	t.Cleanup(func() {
		l.Close()
		assert.NoError(t, <-ended)
	})
	return l.Addr().String()
}

func TestMixGoesFromWaitingToComputing(t *testing.T) {
	address := serving(t)
	for _, p := range []workloads.Params{
		{"cpu": "0", "wait": "1ms"},
		{"cpu": "3", "wait": "1ms", "turns": "2"},
		{"cpu": "3", "wait": "0s"},
		{"cpu": "0", "wait": "0s"},
	} {
		s := worktest.Spec(t, mix{}, p, address)
		work := worktest.Prepare(t, mix{}, s, 5)
		worktest.Each(t, mix{}.Needs(s.Params, 5), s, 5, work, func(t *testing.T, o runners.Outcome) {
			require.NoError(t, o.Err)
			assert.Equal(t, work.Sum, o.Sum)
		})
	}
}

func TestTheOriginWaitsAsLongAsItIsAsked(t *testing.T) {
	c, err := net.Dial("tcp", serving(t))
	require.NoError(t, err)
	defer c.Close()
	begin := time.Now()
	got, err := ask(c, 20*time.Millisecond, 7)
	require.NoError(t, err)
	assert.Equal(t, answer(7), got)
	assert.GreaterOrEqual(t, time.Since(begin), 20*time.Millisecond)
	_, err = ask(c, maxWait+1, 7)
	assert.Error(t, err, "it waits for no more than it says")
}

func TestOneWhoDoesNotAskOrComputeIsCaught(t *testing.T) {
	s := worktest.Spec(t, mix{}, workloads.Params{"wait": "0s"}, "")
	work := worktest.Prepare(t, mix{}, s, 1)
	_, err := work.Make(nil)(lazy{}, 0)
	assert.ErrorContains(t, err, "digest")
}

// A lazy task leaves out all steps but one.
type lazy struct{ runners.Task }

func (lazy) Compute(step func() bool) error { step(); return nil }
