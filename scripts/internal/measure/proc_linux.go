package measure

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// cpuTime is the CPU time that all threads of a process have used, those that
// have ended included: its CPU clock, whose id is made of the process's as in
// clock_getcpuclockid(3).
func cpuTime(pid int) (time.Duration, bool) {
	if pid <= 0 {
		return 0, false
	}
	const schedClock = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|schedClock), &t); err != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}

// allowed are the CPUs that this process may use.
var allowed = sync.OnceValue(func() (cpus []int) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return []int{0}
	}
	for cpu := range 8 * int(unsafe.Sizeof(set)) {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
})

// bind has all threads of a process, and those that they start, run on a CPU. A
// thread that ended just now needs none.
func bind(pid, cpu int) {
	var set unix.CPUSet
	set.Set(cpu)
	threads, _ := procfs.AllThreads(pid)
	for _, t := range threads {
		_ = unix.SchedSetaffinity(t.PID, &set)
	}
}

// freeMemory is how many bytes can still be had without swapping, 0 where that
// is not known.
func freeMemory() uint64 {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return 0
	}
	m, err := fs.Meminfo()
	if err != nil || m.MemAvailable == nil {
		return 0
	}
	return *m.MemAvailable << 10
}

// resident is how many bytes of memory a process has, 0 where that is not known.
func resident(pid int) uint64 {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return 0
	}
	status, err := p.NewStatus()
	if err != nil {
		return 0
	}
	return status.VmRSS
}

// conflict says what two of the processes have open that only one may have: a
// file that both write, or an address at which both listen. "" if there is
// nothing of the kind.
func conflict(pids []int) string {
	owner := map[string]int{}
	for i, pid := range pids {
		ports := listening(pid)
		fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, fd := range fds {
			target, err := os.Readlink(fd)
			if err != nil {
				continue
			}
			what := ""
			if inode, ok := strings.CutPrefix(target, "socket:["); ok {
				what = ports[strings.TrimSuffix(inode, "]")]
			} else if strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "/dev/") && !strings.HasPrefix(target, "/proc/") &&
				!strings.HasSuffix(target, " (deleted)") && writable(pid, filepath.Base(fd)) {
				what = "both write " + target
			}
			if what == "" {
				continue
			}
			if other, known := owner[what]; known && other != i {
				return what
			}
			owner[what] = i
		}
	}
	return ""
}

// writable says whether a descriptor of a process was opened for writing.
func writable(pid int, fd string) bool {
	info, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%s", pid, fd))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(info)) {
		if flags, ok := strings.CutPrefix(line, "flags:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(flags), 8, 64)
			return err == nil && n&unix.O_ACCMODE != unix.O_RDONLY
		}
	}
	return false
}

// listening returns, by the inode of its socket, at which address something in
// the process's network namespace listens.
func listening(pid int) map[string]string {
	at := map[string]string{}
	for _, name := range []string{"tcp", "tcp6"} {
		f, err := os.Open(fmt.Sprintf("/proc/%d/net/%s", pid, name))
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			const listen = "0A" // TCP_LISTEN
			if len(fields) > 9 && fields[3] == listen {
				at[fields[9]] = "both listen at " + name + " " + fields[1]
			}
		}
		f.Close()
	}
	return at
}
