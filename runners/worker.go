package runners

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/concbench/concbench/runners/internal/kthread"
	"github.com/concbench/concbench/runners/internal/wire"
	"github.com/concbench/concbench/runners/usage"
)

// A Rebuild makes the body of a job's tasks from its Spec, in a worker process.
// It is called once for jobs that follow one another and are the same; close, if
// not nil, gives back what it took, when another job comes or the worker ends.
type Rebuild func(s Spec, tasks int) (make func(Sync) Body, close func() error, err error)

// ServeWorker runs tasks and does not return if this process was started as a
// worker; else it returns at once. A program in which models have worker
// processes calls it before all else: first thing in main, or in TestMain before
// flags are parsed.
func ServeWorker(rebuild Rebuild) {
	in, err := wire.Enter()
	if err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
	if in == nil {
		servesWorkers = true
		return
	}
	runtime.GOMAXPROCS(workerProcs)
	if kthread.Supported() == nil {
		kthread.KeepTime() // the program, of which we have inherited it, may be calm
	}
	(&worker{in: in, rebuild: rebuild}).serve()
}

// servesWorkers says that this program's binary, started once more, would be a
// worker.
var servesWorkers bool

// workerProcs is the GOMAXPROCS of a worker: one for its task, and one for what
// hears that the job has ended and for the garbage collector, which would
// interrupt the task otherwise. A task's way to the worker and back takes as long
// with either.
const workerProcs = 2

// A worker is this process as the runner that started it sees it: it runs the
// ranges of tasks that it is sent, one task after another.
type worker struct {
	in      *wire.Inside
	rebuild Rebuild

	// One goroutine works at a time; these are its own.
	clock  wire.Clock
	make   func(Sync) Body // nil: nothing is prepared
	body   Body            // of the job that the worker is at; nil: of none
	job    uint64          // its number
	shared *goJob          // by its tasks
	order  wire.Order      // the range
	place  int             // in the range, of the task that is being run
	open   bool            // it is
	told   bool            // of a failure in the range
	task   goTask
	ledger ledger // of one task at a time

	mu     sync.Mutex
	close  func() error
	cancel context.CancelCauseFunc // of a job that can be cancelled,
	ends   uint64                  // its number
	early  struct {                // the end of one that the worker has not heard of yet
		job   uint64
		cause error
	}
}

func (w *worker) serve() {
	w.clock = wire.NewClock()
	w.ledger.samples = make([]Sample, 1)
	w.ledger.body = func(t Task, _ int) (uint64, error) { return w.body(t, int(w.order.First)+w.place) }
	go w.listen()
	if err := w.in.Send(wire.Hello); err != nil {
		w.leave(1)
	}
	go w.work()
	select {}
}

// listen hears of cancellations, and of the program's end.
func (w *worker) listen() {
	for {
		content, err := w.in.Cancelled()
		if err != nil {
			w.leave(1)
		}
		job, content, err := wire.ReadNumbered(content)
		if err != nil {
			w.leave(1)
		}
		cause := unpackBytes(content, nil)
		w.mu.Lock()
		switch {
		case job == w.ends:
			w.cancel(cause)
		case job > w.ends:
			w.early.job, w.early.cause = job, cause
		}
		w.mu.Unlock()
	}
}

// leave ends the process. What was prepared is given back first.
func (w *worker) leave(code int) {
	w.mu.Lock() // and keep it: the first to come ends all
	if w.close != nil {
		if err := w.close(); err != nil {
			fmt.Fprintln(os.Stderr, "worker:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// work does what the worker is told.
func (w *worker) work() {
	defer func() { go w.work() }() // runtime.Goexit in a task: another goroutine goes on in this one's place
	if w.open {
		w.settle()
		w.drain()
	}
	for w.obey() {
	}
	w.leave(0)
}

// obey waits for a message and does what it says, until there is none any more.
func (w *worker) obey() bool {
	kind, content, err := w.in.Next()
	if err != nil {
		return false
	}
	switch kind {
	case wire.Prepare:
		guard(func() error { return w.prepare(content) }, w.refuse)
	case wire.Range:
		if w.make == nil {
			return true // and has said so
		}
		if w.order, err = wire.ReadOrder(content); err != nil {
			return false
		}
		if w.told = false; w.body == nil || w.order.Job != w.job {
			w.body = nil
			guard(w.begin, w.refuse)
		}
		if w.body != nil {
			w.drain()
		}
	case wire.Account:
		used, err := usage.Self()
		if err != nil {
			fmt.Fprintln(os.Stderr, "worker:", err)
			return false
		}
		content, err := json.Marshal(used)
		return err == nil && w.in.Send(wire.Used, content...) == nil
	}
	return true
}

// refuse says why there can be no tasks, if there is an error.
func (w *worker) refuse(err error) {
	if err != nil {
		w.in.Send(wire.Refused, pack(err, nil).bytes()...)
	}
}

// A prepared is what Prepare says.
type prepared struct {
	Spec  Spec `json:"spec"`
	Tasks int  `json:"tasks"`
}

func (w *worker) prepare(content []byte) error {
	w.body, w.make = nil, nil // they hold what is given back now
	w.mu.Lock()
	old := w.close
	w.close = nil
	w.mu.Unlock()
	if old != nil {
		if err := old(); err != nil {
			return err
		}
	}
	var p prepared
	if err := json.Unmarshal(content, &p); err != nil {
		return err
	}
	made, closing, err := w.rebuild(p.Spec, p.Tasks)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.close = closing
	w.mu.Unlock()
	if made == nil {
		return errNothing
	}
	w.make = made
	debug.FreeOSMemory() // what it has left behind is none of the tasks'
	return nil
}

// errNothing refuses a job of which the program would wait for tasks in vain.
var errNothing = errors.New("what was rebuilt of the job has no body of a task")

// begin begins with another job.
func (w *worker) begin() error {
	w.job = w.order.Job
	w.ledger.released = w.clock.Time(w.order.Released)
	// The jobs that cannot be cancelled share their one goJob, which keeps
	// nothing of them.
	if w.order.Cancellable {
		w.share(w.cancellable())
	} else if w.shared == nil || w.shared.ctx.Done() != nil {
		w.share(context.Background())
	}
	if w.body = w.make(w.shared); w.body == nil {
		return errNothing
	}
	return nil
}

func (w *worker) share(ctx context.Context) {
	w.shared = newGoJob(ctx, true)
	w.task = goTask{job: w.shared}
	w.ledger.ctx = ctx
}

// cancellable returns the context of a job of which listen may hear the end, or
// has heard it.
func (w *worker) cancellable() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends, w.cancel = w.job, cancel
	if w.early.job == w.job {
		cancel(w.early.cause)
	}
	return ctx
}

// drain runs what is left of the range.
func (w *worker) drain() {
	for {
		place, ok := w.in.Tray.Claim()
		if !ok {
			break
		}
		w.place, w.open = place, true
		w.ledger.samples[0], w.ledger.failures, w.ledger.first = Sample{}, 0, 1
		w.ledger.run(&w.task, 0)
		w.settle()
	}
	w.in.Send(wire.Done) // if nobody hears it, the next message does not come either
}

// settle leaves what became of the task for the program to see.
func (w *worker) settle() {
	if w.ledger.failures > 0 && !w.told {
		w.told = true
		failure := pack(w.ledger.err, context.Cause(w.ledger.ctx)).bytes()
		w.in.Send(wire.Failed, wire.Numbered(uint64(w.place), failure)...)
	}
	w.in.Tray.Finish(w.place, wire.Record(w.ledger.samples[0]))
	w.open = false
}
