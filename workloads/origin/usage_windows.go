package origin

import (
	"syscall"
	"time"
)

// consumed returns the CPU time of this process so far (GetProcessTimes).
func consumed() (user, system time.Duration, err error) {
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0, 0, err
	}
	var created, exited, kernel, own syscall.Filetime
	if err := syscall.GetProcessTimes(self, &created, &exited, &kernel, &own); err != nil {
		return 0, 0, err
	}
	return span(own), span(kernel), nil
}

// span is a Filetime as a length of time: it counts 100 ns.
func span(f syscall.Filetime) time.Duration {
	return time.Duration(int64(f.HighDateTime)<<32|int64(f.LowDateTime)) * 100
}
