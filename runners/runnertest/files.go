package runnertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var fileChecks = []check{
	{promise: "ReadFile reads what is in the file", run: readFile},
	{promise: "ReadFile fills a buffer shorter than the file", run: readShort},
	{promise: "ReadFile of a missing file says so", run: readMissing},
	{promise: "ReadFile is waited for when the job is cancelled", run: readIsWaitedFor},
}

// file writes a file of so many bytes.
func file(r *rig, size int) (name string, content []byte) {
	content = pattern(size)
	name = filepath.Join(r.TempDir(), "file")
	require.NoError(r, os.WriteFile(name, content, 0o600))
	return name, content
}

func readFile(r *rig) {
	for _, size := range []int{0, 1, 100_000} {
		name, content := file(r, size)
		r.pass(20, alone(func(t runners.Task, _ int) error {
			buf := make([]byte, size+10)
			n, err := t.ReadFile(name, buf)
			if err != nil || !bytes.Equal(buf[:n], content) {
				return fmt.Errorf("read %d bytes of %d, the same: %v, %w", n, size, bytes.Equal(buf[:n], content), err)
			}
			return nil
		}))
	}
}

func readShort(r *rig) {
	name, content := file(r, 1000)
	r.one(func(t runners.Task) error {
		for _, room := range []int{0, 1, 999, 1000} {
			buf := make([]byte, room)
			n, err := t.ReadFile(name, buf)
			if err != nil || n != room || !bytes.Equal(buf, content[:room]) {
				return fmt.Errorf("read %d bytes into %d, %w", n, room, err)
			}
		}
		return nil
	})
}

func readMissing(r *rig) {
	o := r.run(1, alone(func(t runners.Task, _ int) error {
		_, err := t.ReadFile(filepath.Join(r.TempDir(), "none"), make([]byte, 10))
		return err
	}))
	assert.ErrorIs(r, o.Err, fs.ErrNotExist)
}

func readIsWaitedFor(r *rig) {
	name, content := file(r, 8<<20)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	buf := make([]byte, len(content))
	o, err := r.start(ctx, 1, alone(func(t runners.Task, _ int) error {
		timer := time.AfterFunc(time.Millisecond, func() { cancel(cause) })
		defer timer.Stop()
		for t.Context().Err() == nil {
			clear(buf)
			// A read that began before the end is whole; one that did not may be refused.
			n, err := t.ReadFile(name, buf)
			if whole := err == nil && bytes.Equal(buf[:n], content); !whole && (n > 0 || !errors.Is(err, cause)) {
				return fmt.Errorf("read %d bytes, %v", n, err)
			}
		}
		return t.Sleep(time.Hour)
	}))
	assert.ErrorIs(r, err, cause)
	assert.ErrorIs(r, o.Err, cause)
}
