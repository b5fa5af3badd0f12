// Package meter reads what this process costs, and the processes that its model
// has: CPU, context switches, memory, threads, and how much of the machine
// others took.
//
// CPU and context switches come from getrusage(2), which counts threads that
// have ended; gopsutil's Times ticks at 10 ms and its context switches are the
// main thread's alone, so it serves as the cross-check only.
package meter

import "github.com/concbench/concbench/runners/usage"

// A Usage is what a process has used so far.
type Usage = usage.Usage

// Self returns what this process has used, its ended threads included.
func Self() (Usage, error) { return usage.Self() }
