//go:build !linux

package measure

import "time"

func cpuTime(int) (time.Duration, bool) { return 0, false }

func freeMemory() uint64 { return 0 }

func resident(int) uint64 { return 0 }

func conflict([]int) string { return "" }

func allowed() []int { return []int{0} }

func bind(int, int) {}
