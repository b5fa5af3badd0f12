//go:build amd64 || arm64

package gid_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/runners/internal/gid"
)

func TestAGoroutineKeepsItsNumberAndSharesItWithNoOther(t *testing.T) {
	mine := gid.Self()
	others := make(chan uintptr)
	end := make(chan struct{})
	const n = 100
	for range n {
		go func() {
			first := gid.Self()
			runtime.Gosched()
			assert.Equal(t, first, gid.Self())
			others <- first
			<-end
		}()
	}
	seen := map[uintptr]bool{mine: true}
	for range n {
		seen[<-others] = true
	}
	assert.Len(t, seen, n+1)
	assert.Equal(t, mine, gid.Self())
	close(end)
}
