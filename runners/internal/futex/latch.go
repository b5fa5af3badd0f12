package futex

import "sync/atomic"

// A Latch counts down to zero: a WaitGroup for kernel threads. Its zero value
// is at zero.
type Latch struct{ state atomic.Uint32 }

// latchAwaited is set beside the count when somebody may wait.
const latchAwaited = 1 << 31

// Add raises the count by n, up to 2^31 - 1.
func (l *Latch) Add(n int) { l.state.Add(uint32(n)) }

// Done lowers the count by one.
func (l *Latch) Done() {
	if l.state.Add(^uint32(0)) == latchAwaited && l.state.CompareAndSwap(latchAwaited, 0) {
		wake(&l.state, all)
	}
}

// Open reports whether the count is zero.
func (l *Latch) Open() bool { return l.state.Load()&^latchAwaited == 0 }

// Wait waits until the count is zero. Those that count down meanwhile do not
// wake it: only the last one does.
func (l *Latch) Wait() {
	for {
		state := l.state.Load()
		if state&^latchAwaited == 0 {
			return
		}
		if state&latchAwaited != 0 || l.state.CompareAndSwap(state, state|latchAwaited) {
			wait(&l.state, state|latchAwaited, forever)
		}
	}
}
