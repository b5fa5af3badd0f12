package futex

import "sync/atomic"

// A Mutex is a lock that one thread at a time holds. Its zero value is free.
//
// It is the third mutex of U. Drepper, "Futexes Are Tricky" (2011), section 6:
// a lock that is taken knows whether anybody waits for it, so that an Unlock
// with nobody waiting makes no system call. To his three states comes a bit that
// says that the mutex has ended.
type Mutex struct{ state atomic.Uint32 }

const (
	mutexFree    = 0
	mutexHeld    = 1
	mutexAwaited = 2 // held, and somebody may wait
	mutexEnded   = 4 // bit beside the others
)

// Lock waits until the mutex is free and takes it. It reports false, and takes
// nothing, when the mutex has ended.
func (m *Mutex) Lock() bool {
	if m.state.CompareAndSwap(mutexFree, mutexHeld) {
		return true
	}
	for {
		switch state := m.state.Load(); {
		case state&mutexEnded != 0:
			return false
		case state == mutexFree:
			// Others may still wait, so that what was contended is taken as
			// contended: at worst one wake too many.
			if m.state.CompareAndSwap(mutexFree, mutexAwaited) {
				return true
			}
		case state == mutexAwaited || m.state.CompareAndSwap(mutexHeld, mutexAwaited):
			wait(&m.state, mutexAwaited, forever)
		}
	}
}

// Unlock gives the mutex back. It panics when nobody holds it, unless the mutex
// has ended.
func (m *Mutex) Unlock() {
	if m.state.CompareAndSwap(mutexHeld, mutexFree) {
		return
	}
	for {
		state := m.state.Load()
		switch state {
		case mutexFree:
			panic("futex: Unlock of a mutex that nobody holds")
		case mutexEnded:
			return
		}
		if m.state.CompareAndSwap(state, state&mutexEnded) {
			if state == mutexAwaited {
				wake(&m.state, 1)
			}
			return
		}
	}
}

// End makes all that wait for the mutex, and all that ask for it later, go
// without. Who holds it keeps it until Unlock.
func (m *Mutex) End() {
	m.state.Or(mutexEnded)
	wake(&m.state, all)
}
