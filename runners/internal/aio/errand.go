package aio

// An errand is an operation on what belongs to one loop, for a coroutine of
// another loop of the group: a coroutine of its own does it there, while the one
// that it is for waits. It costs two letters and, where the loops sleep, as many
// wake-ups; who cares for speed keeps a connection on the loop that made it.
//
// Note: to move the connection to the other loop's epoll set would be cheaper
// for one that is handed on for good. But a reader and a writer may share it.
type errand struct {
	op   func() error
	from *Coroutine // that it is for
	co   *Coroutine // that does it
	ban  error      // why it is not to begin any more
	err  error      // what came of it
}

// visitor returns the coroutine of another loop in the group that is calling.
// It panics where there is none.
func (l *Loop) visitor() *Coroutine {
	if l.group != nil {
		for _, other := range l.group.loops {
			if other.here() {
				return other.current
			}
		}
	}
	panic(l.faults.Foreign)
}

// send has op done in a coroutine of loop l, and returns its error when it has
// been.
//
// Who is sent for may use what is c's until then, so that c stays also when its
// own loop lets it wait no more: if op waits, it has the errand recalled, and
// waits for it to come back.
func (c *Coroutine) send(l *Loop, op func() error, waits bool) error {
	e := &errand{op: op, from: c}
	if !l.Post(func() { e.begin(l) }) {
		return errClosed
	}
	c.await(func(cause error) (leave bool) {
		if waits {
			l.Post(func() { e.recall(cause) })
		}
		return false
	})
	return e.err
}

func (e *errand) begin(l *Loop) {
	e.co = &Coroutine{loop: l, child: func(*Coroutine) {
		defer e.from.deliver()
		if e.err = e.ban; e.err == nil {
			e.err = e.op()
		}
	}}
	l.start(e.co)
}

// recall ends the wait that the errand is in. It may have ended, and its
// coroutine is never another's.
func (e *errand) recall(cause error) {
	e.ban = cause
	if !e.co.wake(cause) {
		e.co.err = cause // of the wait that it has been woken from, and not yet learnt of
	}
}
