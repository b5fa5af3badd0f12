package meter

import "github.com/shirou/gopsutil/v3/process"

// Threads returns how many threads the processes have now.
func Threads(pids ...int) (int, error) {
	sum := 0
	for _, pid := range pids {
		n, err := (&process.Process{Pid: int32(pid)}).NumThreads()
		if err != nil {
			return 0, err
		}
		sum += int(n)
	}
	return sum, nil
}
