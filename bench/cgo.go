//go:build cgo

package bench

// warnOfCgo says what is different where the C library is linked.
func warnOfCgo() {
	say("linked with the C library, which makes the kernel threads and lets the runtime's monitor disturb them: measure threads and threadpool with CGO_ENABLED=0, or by concbench run")
}
