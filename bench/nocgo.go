//go:build !cgo

package bench

func warnOfCgo() {}
