package runners

import (
	"context"
	"fmt"
	"time"

	"github.com/concbench/concbench/runners/internal/wire"
)

// A processShift is a job as the pool sees it. It hands the tasks out in ranges:
// guided self-scheduling (Polychronopoulos and Kuck 1987), in which each range is
// a share of what is left, so that most tasks cost next to nothing to hand out
// and the last workers end nearly together. Where all is handed out and a worker
// has nothing to do, it gets the later half of what another has not begun: no
// task waits behind a slow one.
//
// Note: Run's goroutine itself writes to the workers' pipes, and waits for them
// by one poll(2), or, if it waits for one alone, by the read. A thread a worker
// would have to be woken with each job and to wake Run at its end, which costs
// as much as a task's way to a process and back.
//
// Note: no range is sent before the one before it is done. A second one at hand
// would save a worker the wait for it, some 10 µs in which others go on; but it
// would have to be taken back too.
type processShift struct {
	crew *crew
	job  uint64
	plan *plan

	ledger    ledger
	released  int64     // by the wire's clock
	waiting   []span    // tasks that no worker has
	left      int       // of them
	busy      int       // workers that have a range
	wide      int       // of them, those that were given more than one task
	fruitless int       // workers that died without having begun a task
	stop      error     // why nothing more is handed out, but for the job's end
	until     time.Time // when a worker that is starting, and waited for, must be up

	post    wire.Post
	heard   []*hand        // from which a message is to come
	workers []*wire.Worker // the same
}

// A span is a range of tasks.
type span struct{ first, n int }

func (s *processShift) begin(ctx context.Context, p *processes, tasks int) {
	*s = processShift{
		crew: &p.crew, job: p.jobs, plan: p.plan, left: tasks,
		ledger:  ledger{ctx: ctx, samples: make([]Sample, tasks), first: tasks, released: time.Now()},
		waiting: append(s.waiting[:0], span{0, tasks}),
		post:    s.post, heard: s.heard, workers: s.workers,
	}
	s.released = p.clock.Stamp(s.ledger.released)
}

// run hands out all tasks and returns when they have ended. The error is about
// the job as a whole.
func (s *processShift) run() error {
	if s.goesOn() {
		s.stop = s.crew.fill() // a smaller pool would be another model
	}
	for s.busy > 0 || s.left > 0 && s.goesOn() {
		again := s.feed()
		limit := s.listen()
		if again {
			limit = time.Millisecond
		}
		if len(s.heard) == 0 {
			if s.left > 0 && s.goesOn() {
				s.stop = fmt.Errorf("no worker process is left: %w", s.crew.missing)
			}
			break
		}
		ready, err := s.post.Await(s.workers, limit)
		if err != nil {
			s.abandon(err)
			break
		}
		for _, i := range ready {
			s.hear(s.heard[i])
		}
		s.giveUp()
	}
	return s.stop
}

// abandon ends the job where nothing can be heard of the workers any more.
func (s *processShift) abandon(why error) {
	s.stop = why
	for _, h := range s.heard {
		if h.failure == nil {
			h.failure = why // what it has sent is not read any more
		}
		s.lose(h)
	}
}

// goesOn says whether tasks are still handed out.
func (s *processShift) goesOn() bool { return s.stop == nil && s.ledger.ctx.Err() == nil }

// listen lists the workers from which a message is to come: those that are busy
// and, as long as there is something to do, those that are starting. It returns
// how long to wait: for these, no longer than until they must be up.
func (s *processShift) listen() (limit time.Duration) {
	s.heard, s.workers = s.heard[:0], s.workers[:0]
	starting := false
	for _, h := range s.crew.hands {
		if h != nil && (h.busy || !h.up && s.left > 0 && s.goesOn()) {
			s.heard, s.workers = append(s.heard, h), append(s.workers, h.Worker)
			starting = starting || !h.up
		}
	}
	if !starting {
		s.until = time.Time{}
		return 0
	}
	if s.until.IsZero() {
		s.until = time.Now().Add(s.crew.patience)
	}
	return max(time.Until(s.until), time.Millisecond)
}

// giveUp ends the workers that are starting and have been waited for too long:
// for as long as a worker may take since the last of them was up, or was
// started, so that many may take longer together.
func (s *processShift) giveUp() {
	if s.until.IsZero() || time.Now().Before(s.until) {
		return
	}
	for _, h := range s.heard {
		switch {
		case h.up || s.crew.hands[h.place] != h:
		case s.crew.late(h):
			s.lose(h)
		default:
			s.hear(h)
		}
	}
	s.until = time.Time{}
}

// feed gives a range to each worker that has none. It says whether it is to be
// called again soon: where a worker has nothing to do, and another has been sent
// more than one task and not begun with them.
func (s *processShift) feed() (again bool) {
	for _, h := range s.crew.hands {
		if h == nil || !h.up || h.busy {
			continue
		}
		if s.left == 0 && s.wide == 0 || !s.goesOn() {
			return false
		}
		r, found := s.take()
		if !found {
			if r, found, again = s.takeBack(); !found {
				return again
			}
		}
		if err := s.give(h, r); err != nil {
			s.lose(h) // which may put another in its place, to be fed when it is up
		}
	}
	return false
}

// give sends a worker a range.
func (s *processShift) give(h *hand, r span) error {
	h.first, h.busy, h.wide, h.failure = r.first, true, r.n > 1, nil
	if s.busy++; h.wide {
		s.wide++
	}
	h.Tray.Lay(r.n)
	if h.plan != s.plan {
		h.plan = s.plan
		if err := h.Send(wire.Prepare, s.plan.message...); err != nil {
			return err
		}
	}
	return h.SendOrder(wire.Order{
		Job: s.job, Released: s.released, First: uint32(r.first), Cancellable: s.ledger.ctx.Done() != nil,
	})
}

// done notes that a worker has no range any more.
func (s *processShift) done(h *hand) {
	h.busy = false
	if s.busy--; h.wide {
		s.wide--
	}
}

// take takes the next range of tasks that no worker has.
func (s *processShift) take() (r span, found bool) {
	if s.left == 0 {
		return r, false
	}
	share := 2 * len(s.crew.hands)
	last := &s.waiting[len(s.waiting)-1]
	r = span{last.first, min(last.n, wire.Most, (s.left+share-1)/share)}
	last.first, last.n = last.first+r.n, last.n-r.n
	if last.n == 0 {
		s.waiting = s.waiting[:len(s.waiting)-1]
	}
	s.left -= r.n
	return r, true
}

// takeBack takes a range from the worker that has the most tasks not begun, of
// those that are at one; or says whether to try again soon.
func (s *processShift) takeBack() (r span, found, again bool) {
	var from *hand
	most := 0
	for _, h := range s.crew.hands {
		if h == nil || !h.busy {
			continue
		}
		begun, _, all := h.Tray.State()
		if begun == 0 {
			again = again || all > 1
		} else if left := all - begun; left > most {
			from, most = h, left
		}
	}
	if from == nil {
		return r, false, again
	}
	place, n := from.Tray.TakeBack()
	return span{from.first + place, n}, n > 0, n == 0
}

// giveBack takes a range that no worker has any more.
func (s *processShift) giveBack(r span) {
	if r.n > 0 {
		s.waiting = append(s.waiting, r)
		s.left += r.n
	}
}

// hear takes what a worker has sent.
func (s *processShift) hear(h *hand) {
	for {
		kind, content, err := h.Next()
		if err == nil {
			err = s.obey(h, kind, content)
		}
		if err != nil {
			s.lose(h)
			return
		}
		if !h.More() {
			return
		}
	}
}

// obey does what a message asks for. After an error the worker is of no use.
func (s *processShift) obey(h *hand, kind wire.Kind, content []byte) error {
	switch {
	case kind == wire.Hello && !h.up:
		h.up = true
		s.until = time.Time{} // the others may take so long from now
	case kind == wire.Failed && h.busy:
		_, content, err := wire.ReadNumbered(content)
		if err != nil {
			return err
		}
		h.failure = unpackBytes(content, context.Cause(s.ledger.ctx))
	case kind == wire.Refused && h.busy:
		s.stop = fmt.Errorf("a worker process cannot rebuild the job: %w", unpackBytes(content, nil))
		s.done(h)
		h.plan = nil
		_, _, all := h.Tray.State()
		s.giveBack(span{h.first, all})
	case kind == wire.Done && h.busy:
		s.settle(h)
	default:
		return fmt.Errorf("an unexpected message %q", kind)
	}
	return nil
}

// settle enters those tasks of the worker's range that have ended.
func (s *processShift) settle(h *hand) (begun, ended, all int) {
	begun, ended, all = h.Tray.State()
	for place := range ended {
		i := h.first + place
		s.ledger.samples[i] = Sample(h.Tray.Record(place))
		if s.ledger.samples[i].End == 0 {
			// Of the range's failures the first alone is told, since no other can
			// be the job's first.
			s.ledger.fail(i, h.failure)
		}
	}
	if ended > 0 {
		h.worked = true
	}
	s.done(h)
	return begun, ended, all
}

// lose enters what has become of the tasks of a worker that is gone, or of no
// use, and puts another in its place.
func (s *processShift) lose(h *hand) {
	died := s.crew.end(h)
	begun := 0
	if h.busy {
		var ended, all int
		begun, ended, all = s.settle(h)
		for place := ended; place < begun; place++ { // one at most
			s.ledger.fail(h.first+place, fmt.Errorf("%w: %w", ErrDied, died))
		}
		s.giveBack(span{h.first + begun, all - begun})
	}
	h.Forget()
	if begun == 0 && !h.worked {
		s.fruitless++
	}
	s.replace()
}

// replace starts a worker in each place that has none, unless they die before
// they have done anything.
func (s *processShift) replace() {
	if s.goesOn() && s.fruitless <= len(s.crew.hands) {
		s.crew.fill() // as far as it can: the others go on
		s.until = time.Time{}
	}
}

// failWaiting fails the tasks that no worker had in the end.
func (s *processShift) failWaiting() {
	if len(s.waiting) == 0 {
		return
	}
	why := s.stop
	if why == nil {
		why = context.Cause(s.ledger.ctx)
	}
	for _, r := range s.waiting {
		for i := range r.n {
			s.ledger.fail(r.first+i, why)
		}
	}
}
