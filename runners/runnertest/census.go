package runnertest

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A census counts what a model might leave behind.
type census struct {
	goroutines  int
	descriptors int // 0 where the system does not tell
	files       int // in the folder for temporary files, which is the test's own
	processes   int // children of this one, zombies too; 0 where the system does not tell
}

func takeCensus() census {
	return census{runtime.NumGoroutine(), entries("/proc/self/fd"), entries(os.TempDir()), children()}
}

// requireNothingLeft waits for what is on its way out.
func (before census) requireNothingLeft(t *testing.T) {
	t.Helper()
	var now census
	for range 300 {
		now = takeCensus()
		if now.goroutines <= before.goroutines && now.descriptors <= before.descriptors && now.files <= before.files && now.processes <= before.processes {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	stacks = stacks[:runtime.Stack(stacks, true)]
	require.FailNow(t, "something is left behind", "before: %+v\nnow: %+v\n%s", before, now, stacks)
}

// entries counts the entries of a folder, 0 if there is none.
func entries(folder string) int {
	found, _ := os.ReadDir(folder)
	return len(found)
}

// children counts the processes of which this one is the parent: of
// /proc/PID/stat, the second field after the name, which stands in parentheses.
func children() (n int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended since
		}
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 1 && string(fields[1]) == strconv.Itoa(os.Getpid()) {
			n++
		}
	}
	return n
}

// wakePoller has the runtime open the descriptors that it keeps.
func wakePoller(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
}
