//go:build !linux

package gotest

import (
	"os/exec"
	"time"

	gopsutil "github.com/shirou/gopsutil/v3/process"

	"github.com/concbench/concbench/runners/usage"
)

// endWithUs can do nothing here.
func endWithUs(*exec.Cmd) (ended func()) { return func() {} }

// UseOf returns what a living process has used: its CPU time. The peak of its
// memory is not known here: 0.
func UseOf(pid int) (u usage.Usage, peak uint64, err error) {
	t, err := (&gopsutil.Process{Pid: int32(pid)}).Times()
	if err != nil {
		return u, 0, err
	}
	seconds := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	return usage.Usage{User: seconds(t.User), System: seconds(t.System)}, 0, nil
}
