//go:build unix

package meter

import (
	"time"

	"golang.org/x/sys/unix"
)

// Self returns what this process has used, its ended threads included.
func Self() (Usage, error) {
	var r unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &r); err != nil {
		return Usage{}, err
	}
	return Usage{time.Duration(r.Utime.Nano()), time.Duration(r.Stime.Nano()), int64(r.Nvcsw), int64(r.Nivcsw), true}, nil
}
