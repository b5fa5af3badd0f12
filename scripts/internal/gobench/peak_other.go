//go:build !linux

package gobench

import "os"

// highWater is not known on this system.
func highWater(int) uint64 { return 0 }

// watchPeak knows nothing on this system: 0.
func watchPeak(uint64, *os.Process) (ended func(*os.ProcessState) uint64) {
	return func(*os.ProcessState) uint64 { return 0 }
}
