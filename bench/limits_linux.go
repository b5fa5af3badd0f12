package bench

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// SystemLimits raises the limit of descriptors as far as it may be raised and
// returns what this process may have.
func SystemLimits() Limits {
	l := Limits{Files: raise(unix.RLIMIT_NOFILE), Threads: raise(unix.RLIMIT_NPROC)}
	for _, name := range []string{"/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max", "/sys/fs/cgroup/pids.max"} {
		b, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if n, err := strconv.Atoi(string(bytes.TrimSpace(b))); err == nil && (l.Threads == 0 || n < l.Threads) {
			l.Threads = n
		}
	}
	return l
}

// raise raises a soft limit to the hard one and returns it; 0 is no limit.
func raise(resource int) int {
	var r unix.Rlimit
	if unix.Getrlimit(resource, &r) != nil {
		return 0
	}
	if r.Cur < r.Max {
		if unix.Setrlimit(resource, &unix.Rlimit{Cur: r.Max, Max: r.Max}) == nil {
			r.Cur = r.Max
		}
	}
	if r.Cur > 1<<31 {
		return 0
	}
	return int(r.Cur)
}
