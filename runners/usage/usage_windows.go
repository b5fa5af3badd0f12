package usage

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// Self returns what this process has used; Windows counts no context switches
// by process.
func Self() (Usage, error) {
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(windows.CurrentProcess(), &created, &exited, &kernel, &user); err != nil {
		return Usage{}, err
	}
	// A Filetime here is a span in units of 100 ns.
	span := func(t windows.Filetime) time.Duration {
		return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
	}
	return Usage{User: span(user), System: span(kernel)}, nil
}

// Of returns what a process that was waited for had used.
func Of(ended *os.ProcessState) Usage {
	return Usage{User: ended.UserTime(), System: ended.SystemTime()}
}
