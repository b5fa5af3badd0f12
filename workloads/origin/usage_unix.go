//go:build unix

package origin

import (
	"syscall"
	"time"
)

// consumed returns the CPU time of this process so far (getrusage(2)).
func consumed() (user, system time.Duration, err error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0, err
	}
	return time.Duration(u.Utime.Nano()), time.Duration(u.Stime.Nano()), nil
}
