package aio

// await parks the coroutine until another has delivered what it waits for,
// whatever wakes it meanwhile. interrupted is told each time why it may wait no
// longer, and says whether it leaves all the same: then nothing may be
// delivered any more.
func (c *Coroutine) await(interrupted func(cause error) (leave bool)) error {
	c.delivered = false
	for {
		err := c.park()
		switch {
		case c.delivered:
			return nil
		case interrupted(err):
			return err
		}
	}
}

// deliver ends the coroutine's await, from any thread. What was written before
// is seen by the coroutine after.
//
// On the coroutine's own loop that is a place in the ready queue. From another
// thread it is a push on a stack which the loop empties once a turn: all that
// comes between two turns costs one wake-up of the loop, at most.
//
// The loop must not be closed before deliver has returned; that the coroutine
// goes on does not mean that it has.
func (c *Coroutine) deliver() {
	l := c.loop
	if l.here() {
		c.delivered = true
		c.wake(nil)
		return
	}
	for {
		top := l.woken.Load()
		c.after = top // who awaits is in no list
		if l.woken.CompareAndSwap(top, c) {
			break
		}
	}
	l.tell()
}

// collect wakes those to whom other threads have delivered, in their order.
func (l *Loop) collect() {
	var first *Coroutine
	for c := l.woken.Swap(nil); c != nil; {
		next := c.after
		c.after, first = first, c
		c = next
	}
	for c := first; c != nil; {
		next := c.after
		c.after, c.delivered = nil, true
		c.wake(nil)
		c = next
	}
}
