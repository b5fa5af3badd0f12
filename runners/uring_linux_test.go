package runners

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/aio"
)

// The file is one that has its content only when another task writes it.
func TestUringIsOneThreadThatGoesOnWhileAFileIsRead(t *testing.T) {
	r, err := newOneLoop(aio.NewUring, (*aio.Coroutine).ReadFile)
	if err != nil {
		t.Skipf("not runnable: %v", err)
	}
	defer r.Close()
	name := filepath.Join(t.TempDir(), "fifo")
	require.NoError(t, unix.Mkfifo(name, 0o600))
	other, err := os.OpenFile(name, os.O_RDWR, 0)
	require.NoError(t, err)
	defer other.Close()
	threads := map[int]bool{}
	body := func(t Task, i int) (uint64, error) {
		threads[unix.Gettid()] = true
		if i == 0 {
			buf := make([]byte, 4)
			n, err := t.ReadFile(name, buf)
			if string(buf[:n]) != "late" {
				err = fmt.Errorf("read %q, %w", buf[:n], err)
			}
			threads[unix.Gettid()] = true
			return 0, err
		}
		if err := t.Sleep(time.Millisecond); err != nil {
			return 0, err
		}
		_, err := other.Write([]byte("late"))
		return 0, err
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	o, err := r.Run(ctx, Job{Tasks: 2, Make: func(Sync) Body { return body }})
	require.NoError(t, err)
	require.NoError(t, o.Err)
	assert.Len(t, threads, 1)
	assert.Equal(t, 1, o.Threads)
}
