package testing

import "time"

// workAdded reports whether the run that is being timed has had its added work.
var workAdded bool

// addWork makes the run that is being timed workFactor times as long, once. A
// benchmark that holds others is not measured itself.
func (b *B) addWork() {
	if workAdded || b.hasSub.Load() {
		return
	}
	workAdded = true
	more := time.Duration(float64(b.Elapsed()) * (workFactor - 1))
	if more <= 0 {
		return
	}
	b.StartTimer() // the benchmark may have stopped it
	for from := highPrecisionTimeNow(); highPrecisionTimeSince(from) < more; {
	}
}
