//go:build unix

package lock

func shared() string { return "/tmp/concbench.lock" }
