package kthread

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCalmIsForTheRuntimesThreadsAlone(t *testing.T) {
	slacks := func() map[string]int {
		found := map[string]int{}
		entries, err := os.ReadDir("/proc/self/task")
		require.NoError(t, err)
		for _, e := range entries {
			text, err := os.ReadFile("/proc/" + e.Name() + "/timerslack_ns")
			if os.IsPermission(err) {
				t.Skip("not runnable: reading another thread's timer slack needs CAP_SYS_NICE")
			}
			if err == nil { // it lives still
				found[strings.TrimSpace(string(text))]++
			}
		}
		return found
	}
	restore := Calm()
	again := Calm()
	if slacks()["1000000"] == 0 {
		restore()
		again()
		t.Skip("not runnable: linked with the C library, where no system call can be made on all threads")
	}
	end := make(chan struct{})
	ready := make(chan struct{})
	made := Start(func() { close(ready); <-end })
	<-ready
	// Threads of earlier tests may still be leaving.
	assert.Eventually(t, func() bool { return slacks()["50000"] == 1 }, 20*time.Second, time.Millisecond, "the thread that was started, alone")
	close(end)
	made.Join()

	restore()
	restore()
	assert.NotZero(t, slacks()["1000000"], "another still wants it")
	again()
	assert.Zero(t, slacks()["1000000"])
}
