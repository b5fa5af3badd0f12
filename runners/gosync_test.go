package runners

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGoMutexRefusesUnlockWithoutLock(t *testing.T) {
	m := newGoJob(t.Context(), false).NewMutex()
	assert.Panics(t, m.Unlock)
	require.NoError(t, m.Lock(nil))
	m.Unlock()
	assert.Panics(t, m.Unlock)
}

func TestGoMutexThatIsNeverUnlockedHoldsUpNoCancellation(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	j := newGoJob(ctx, false)
	defer j.end()
	m := j.NewMutex()
	require.NoError(t, m.Lock(nil))
	const waiters = 100
	ended := make(chan error)
	for range waiters {
		go func() { ended <- m.Lock(nil) }()
	}
	time.Sleep(5 * time.Millisecond)
	cancel(cause)
	for range waiters {
		assert.ErrorIs(t, <-ended, cause)
	}
	m.Unlock() // at last
	assert.ErrorIs(t, m.Lock(nil), cause, "it stays over")
}
