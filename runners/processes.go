package runners

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/concbench/concbench/runners/internal/kthread"
	"github.com/concbench/concbench/runners/internal/wire"
	"github.com/concbench/concbench/runners/reexec"
	"github.com/concbench/concbench/runners/usage"
)

func init() {
	Register(Model{
		Name:    "processes",
		Summary: "a pool of worker processes",
		Honest: "the program's own binary started once more for each worker, as many as multiprocessing.Pool has; they live as long as the runner, " +
			"rebuild the work from its description and run one task at a time; ranges of tasks reach them over pipes",
		Usable: true,
		Option: &Option{
			Name:    "size",
			Doc:     "number of processes, 1 or more, up to kernel.pid_max",
			Default: func(cores int) int64 { return int64(cores) },
			Parse:   parseProcesses,
		},
		Unsupported: workersServed,
		Offers: func(c Config, _ int) Offers {
			n := int(c.Option)
			return Offers{Together: n, Listener: true, Killable: true, OwnWorker: true, Threads: n * workerThreads, Files: n * wire.FilesEach, Memory: n * workerBytes}
		},
		New: func(c Config) (Runner, error) {
			if err := workersServed(); err != nil {
				return nil, err
			}
			return newProcesses(int(c.Option))
		},
	})
}

// workerThreads is how many kernel threads a worker has, about: one that works,
// one that hears of a job's end, and those of the Go runtime.
const workerThreads = 6

// workerBytes is memory that each worker has for itself, at the least: one that
// has nothing to do has 1.2 MiB that it shares with nobody, and page tables and
// kernel stacks of 0.2 MiB.
const workerBytes = 1 << 20

func parseProcesses(s string) (int64, error) {
	most, allowed := wire.MostProcesses(), "1 or more"
	if most > 0 {
		allowed = fmt.Sprintf("1 to %d (kernel.pid_max)", most)
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 1 || most > 0 && n > int64(most) {
		return 0, fmt.Errorf("size %q: want a number of processes, %s", s, allowed)
	}
	return n, nil
}

// workersServed says why there can be no worker processes, if that is so.
func workersServed() error {
	if err := wire.Supported(); err != nil {
		return err
	}
	if !servesWorkers {
		return errors.New("this program, started once more, would be no worker: its main or TestMain must call bench.Main, workloads.ServeWorker or runners.ServeWorker first (a worker itself has no workers)")
	}
	return nil
}

// processes is a pool of worker processes.
type processes struct {
	turn   sync.Mutex // one Run, Close, … at a time
	closed bool
	clock  wire.Clock
	crew   crew
	jobs   uint64       // number of the last one
	plan   *plan        // of the last one
	shift  processShift // the last one, whose memory the next one uses

	restore func() // ends the calm
}

func newProcesses(size int) (*processes, error) {
	p := &processes{clock: wire.NewClock(), crew: crew{patience: reexec.Patience, start: wire.Start}, restore: func() {}}
	if kthread.Supported() == nil { // no task sleeps in this process
		p.restore = kthread.Calm()
	}
	if err := p.crew.muster(size); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

var errNoSpec = errors.New("the job has no Spec from which a worker process could rebuild its tasks")

func (p *processes) Run(ctx context.Context, job Job) (Outcome, error) {
	p.turn.Lock()
	defer p.turn.Unlock()
	if p.closed {
		return Outcome{}, ErrClosed
	}
	if job.Spec.Workload == "" {
		return Outcome{}, errNoSpec
	}
	if p.plan == nil || !p.plan.is(job) {
		plan, err := newPlan(job)
		if err != nil {
			return Outcome{}, err
		}
		p.plan = plan
	}
	p.jobs++
	s := &p.shift
	s.begin(ctx, p, job.Tasks)
	if ctx.Done() != nil {
		defer p.crew.watch(ctx, p.jobs)()
	}
	err := s.run()
	s.failWaiting()
	p.crew.greetReady() // of those that have come in place of others
	o, cancelled := s.ledger.outcome(0)
	s.ledger = ledger{} // keep nothing of the job alive
	if err == nil {
		err = cancelled
	}
	return o, err
}

func (p *processes) PIDs() []int { return p.crew.pids() }

func (p *processes) Usage() (usage.Usage, error) {
	p.turn.Lock()
	defer p.turn.Unlock()
	return p.crew.usage()
}

// Close returns when the workers are gone.
func (p *processes) Close() error {
	p.turn.Lock()
	defer p.turn.Unlock()
	p.closed = true
	p.restore()
	return p.crew.dismiss()
}
