//go:build amd64 || arm64

// Package gid tells goroutines apart.
package gid

// Self returns a number that no other living goroutine has: the address of the
// runtime's g. Of a goroutine that is locked to its thread, or shares one with
// nothing but its own coroutines, it serves as the thread's.
//
// Note: gettid(2) would tell threads apart, but costs as much as the switch of
// coroutines that it guards, and 5 % of a read or write.
func Self() uintptr
