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
	l := Limits{Files: raise(unix.RLIMIT_NOFILE), Threads: raise(unix.RLIMIT_NPROC), Memory: freeMemory()}
	for _, name := range []string{"/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max", cgroup + "pids.max"} {
		if n, ok := number(name); ok && (l.Threads == 0 || n < l.Threads) {
			l.Threads = n
		}
	}
	if n, ok := number(cgroup + "memory.max"); ok { // less its page cache, which gives way
		l.Memory = min(l.Memory, n)
	}
	return l
}

// cgroup is this process's own control group where it is in a namespace of its
// own, as in a container; else the root, which has no limits (cgroups(7)).
const cgroup = "/sys/fs/cgroup/"

// number reads a file that holds one number; "max" is none.
func number(name string) (int, bool) {
	b, err := os.ReadFile(name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.Atoi(string(bytes.TrimSpace(b)))
	return n, err == nil
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
