package bench

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// SystemLimits raises the limit of descriptors as far as it may be raised and
// returns what this process may have.
func SystemLimits() Limits {
	l := Limits{Files: raise(unix.RLIMIT_NOFILE), Memory: freeMemory()}
	if os.Geteuid() != 0 { // root is not held to it (setrlimit(2))
		l.Threads = raise(unix.RLIMIT_NPROC)
	}
	for _, name := range []string{"/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max"} {
		if n, ok := number(name); ok {
			l.Threads = least(l.Threads, n)
		}
	}
	if most, ok := number(cgroup + "pids.max"); ok {
		used, _ := number(cgroup + "pids.current")
		l.Threads = least(l.Threads, max(most-used, 1))
	}
	if most, ok := number(cgroup + "memory.max"); ok {
		used, _ := number(cgroup + "memory.current")
		l.Memory = least(l.Memory, max(most-used+givesWay(), 1))
	}
	return l
}

// least is the lower of two limits, of which 0 is none.
func least(a, b int) int {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// givesWay is how much of the cgroup's memory is page cache that has not been
// used lately.
func givesWay() int {
	b, err := os.ReadFile(cgroup + "memory.stat")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if value, ok := strings.CutPrefix(line, "inactive_file "); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(value))
			return n
		}
	}
	return 0
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
