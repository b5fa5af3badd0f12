//go:build !linux

package machine

// Only Linux says what follows in files; elsewhere nothing is known, and there
// is a warning about that.

func look() snapshot                    { return nil }
func busy() (seconds float64, cpus int) { return 0, 0 }
func ended() float64                    { return 0 }
func swapped() uint64                   { return 0 }
