package meter

import "runtime/metrics"

const automatic = "/gc/cycles/automatic:gc-cycles"

// Collections returns how many garbage collections this process has ended, those
// left out that runtime.GC and debug.FreeOSMemory asked for. It does not stop
// the world.
func Collections() uint64 {
	s := []metrics.Sample{{Name: automatic}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
