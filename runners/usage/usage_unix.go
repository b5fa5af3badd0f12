//go:build unix

package usage

import (
	"os"
	"syscall"
	"time"
)

// Self returns what this process has used, its ended threads included
// (getrusage(2)).
func Self() (Usage, error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return Usage{}, err
	}
	return of(&r), nil
}

// Of returns what a process that was waited for had used, and the children that
// it had waited for itself.
func Of(ended *os.ProcessState) Usage {
	r, ok := ended.SysUsage().(*syscall.Rusage)
	if !ok {
		return Usage{User: ended.UserTime(), System: ended.SystemTime()}
	}
	return of(r)
}

func of(r *syscall.Rusage) Usage {
	return Usage{time.Duration(r.Utime.Nano()), time.Duration(r.Stime.Nano()), int64(r.Nvcsw), int64(r.Nivcsw), true}
}
