package aio

// A waiting is a list of the coroutines that wait for one thing, first in,
// first out. It runs through the coroutines themselves: to wait allocates
// nothing, and whoever is woken by something else leaves it at once.
type waiting struct {
	first, last *Coroutine
}

func (w *waiting) push(c *Coroutine) {
	c.on, c.before = w, w.last
	if w.last == nil {
		w.first = c
	} else {
		w.last.after = c
	}
	w.last = c
}

func (w *waiting) remove(c *Coroutine) {
	if c.before == nil {
		w.first = c.after
	} else {
		c.before.after = c.after
	}
	if c.after == nil {
		w.last = c.before
	} else {
		c.after.before = c.before
	}
	c.on, c.before, c.after = nil, nil, nil
}

// wakeAll ends all the waits.
func (w *waiting) wakeAll(err error) {
	for w.first != nil {
		w.first.wake(err)
	}
}
