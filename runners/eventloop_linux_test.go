package runners

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestAnEventLoopIsOneThread(t *testing.T) {
	threads := map[int]bool{}
	o := runEventLoop(t, 100, func(t Task, i int) (uint64, error) {
		for range 3 {
			threads[unix.Gettid()] = true
			if err := t.Sleep(time.Duration(i) * 10 * time.Microsecond); err != nil {
				return 0, err
			}
		}
		t.Go(func(t Task) error {
			threads[unix.Gettid()] = true
			return t.Yield()
		})
		return 0, nil
	})
	require.NoError(t, o.Err)
	assert.Len(t, threads, 1)
	assert.Equal(t, 1, o.Threads)
}
