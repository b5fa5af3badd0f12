package measure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results/record"
)

// A round is one attempt at a round of a block.
type round struct {
	*engine
	state   *state
	block   *Block
	step    Step
	number  int
	attempt int

	ctx     context.Context
	at      int // in Block.Benchmarks
	sized   *sized
	planned int // cycles of the benchmark that is due; 0: not chosen yet
	cpu     int // on which arms run; under 0: wherever the kernel puts them

	done     []record.Round
	began    time.Time // the first start, or the end of the benchmark before
	before   meter.Machine
	used     time.Duration
	inCycles time.Duration
}

// measure measures the round, and returns what is to be recorded: a record for
// each benchmark of the block. It is empty where ctx ended too early. The error
// is a Fault.
func (r *round) measure(ctx context.Context) ([]record.Round, error) {
	r.ctx = ctx
	if r.state.serial == "" {
		trouble, err := r.turns()
		if err != nil || ctx.Err() != nil || trouble == nil {
			return r.done, err
		}
		// An arm that fails beside the others may work alone.
		r.Show.Say(fmt.Sprintf("%s: %v; its arms are measured one after the other", r.block.Name, trouble))
		r.done, r.state.serial = nil, trouble.Error()
	}
	return r.done, r.serially()
}

// turns measures the round with all arms alive. What it returns first is why one
// of them cannot live beside the others, where that may be so; nothing is
// recorded then.
func (r *round) turns() (trouble, err error) {
	r.begin()
	first := r.state.rounds == 0 && len(r.state.sizes) == 0
	arms := r.state.arms(r.step.Out, r.state.open(r.step)...)
	draw := r.Plan.draw(r.block.Name, r.number, r.attempt)
	var all []*live
	defer func() {
		for _, l := range all {
			r.shut(l)
		}
	}()
	for _, i := range draw.Perm(len(arms)) {
		l, err := r.launch(arms[i])
		if l != nil {
			all = append(all, l)
		}
		if err != nil || r.ctx.Err() != nil {
			return nil, err
		}
		if first && l.rec.Failed != "" && len(all) > 1 {
			return fmt.Errorf("%s failed beside the others (%s)", l.arm.Name, l.rec.Failed), nil
		}
		if first && len(all) == 1 && !l.gone {
			if why := r.crowded(l, len(arms)); why != "" {
				return errors.New(why), nil
			}
		}
	}
	if first {
		if why := conflict(pids(all)); why != "" {
			return errors.New(why), nil
		}
	}
	for r.at = range r.block.Benchmarks {
		if !r.wanted() {
			continue
		}
		if err := r.forward(all); err != nil {
			return nil, err
		}
		part := r.part(all)
		if err := r.cycle(part, draw); err != nil {
			return nil, err
		}
		for _, l := range part {
			if first && len(arms) > 1 && l.rec.Failed != "" && !alone(part) {
				why := fmt.Errorf("%s failed beside the others (%s)", l.arm.Name, l.rec.Failed)
				return why, nil
			}
		}
		r.finish(part, "")
		if r.ctx.Err() != nil {
			return nil, nil
		}
	}
	r.quiet()
	return nil, nil
}

// alone says that every arm failed, so that none disturbed the other.
func alone(all []*live) bool {
	return !slices.ContainsFunc(all, func(l *live) bool { return l.rec.Failed == "" })
}

// wanted says whether the benchmark that is due is still open.
func (r *round) wanted() bool {
	return slices.Contains(r.state.open(r.step), r.block.Benchmarks[r.at])
}

// part are those that take part in the benchmark that is due.
func (r *round) part(all []*live) []*live {
	arms := r.state.arms(r.step.Out, r.block.Benchmarks[r.at])
	return slices.DeleteFunc(slices.Clone(all), func(l *live) bool { return !slices.Contains(arms, l.arm) })
}

// forward has the processes go on to the benchmark that is due, if they are at
// another. One that failed there does so in a new process. The error is a Fault.
func (r *round) forward(all []*live) error {
	for _, l := range r.part(all) {
		if l.at == r.at || r.ctx.Err() != nil {
			continue
		}
		if l.gone {
			r.shut(l)
			again, err := r.launch(l.arm)
			if err != nil {
				return err
			}
			*l = *again
			continue
		}
		l.rec, l.at = record.Arm{Name: l.arm.Name, Parked: -1}, r.at
		err := l.session.Next()
		if err == nil {
			err = r.ready(l)
		}
		if err != nil {
			if err := r.fail(l, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// cycle warms all arms up and has them measure in turn. The error is a Fault.
func (r *round) cycle(all []*live, draw interface{ Perm(int) []int }) error {
	r.sized = r.state.size(r.benchmark())
	if r.sized.n == 0 {
		r.sized.n = r.block.Size.N
	}
	cpus := r.cpus(draw)
	r.cpu = cpuOf(cpus, 0)
	if err := r.each(all, r.warm); err != nil {
		return err
	}
	if r.sized.n == 0 {
		var learnt []*live
		for _, l := range all {
			if !l.gone {
				learnt = append(learnt, l)
			}
		}
		r.decide(learnt)
	}
	if r.planned == 0 {
		r.planned = r.cycles(all)
	}
	if r.number <= longRounds && r.sized.long > 0 {
		if err := r.each(all, r.long); err != nil {
			return err
		}
	}
	var order []int
	began := r.clock()
	for c := range r.planned {
		if c%2 == 0 {
			order = draw.Perm(len(all))
		} else {
			slices.Reverse(order)
		}
		r.cpu = cpuOf(cpus, c)
		for _, i := range order {
			if c%r.stride(all, all[i].arm.Name) != 0 {
				continue
			}
			if err := r.take(all[i], c); err != nil {
				return err
			}
		}
		if r.ctx.Err() != nil {
			return nil
		}
	}
	r.inCycles += r.clock().Sub(began) // of all arms, where one runs after the other
	return nil
}

// longRounds are the first rounds, which have long samples too.
const longRounds = 3

// each does something with every arm that takes part, one after the other.
func (r *round) each(all []*live, do func(*live) error) error {
	for _, l := range all {
		if l.gone || r.ctx.Err() != nil {
			continue
		}
		if err := do(l); err != nil {
			if err := r.fail(l, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// warm measures samples that are dropped, and learns from them where nothing is
// known of the block's samples.
func (r *round) warm(l *live) error {
	n := r.sized.n
	if n == 0 {
		return r.learn(l)
	}
	for range r.block.Size.Warm {
		if err := r.drop(l, n); err != nil {
			return err
		}
	}
	return nil
}

// drop measures a sample that is dropped: b.Loop may have measured it before the
// gate, with another number of iterations.
func (r *round) drop(l *live, n int) error {
	z := r.sized
	r.sized = &sized{}
	defer func() { r.sized = z }()
	_, err := r.sample(l, n)
	return err
}

func (r *round) long(l *live) error {
	s, err := r.sample(l, r.sized.long)
	if err == nil {
		l.rec.AddLong(s)
	}
	return err
}

// take has an arm measure its sample of a cycle. The error is a Fault.
func (r *round) take(l *live, cycle int) error {
	if l.gone || r.ctx.Err() != nil {
		return nil
	}
	s, err := r.sample(l, r.sized.n)
	if err != nil {
		return r.fail(l, err)
	}
	l.rec.Add(cycle, s)
	return nil
}

// serially measures the round with one process after the other.
func (r *round) serially() error {
	r.begin()
	for r.at = range r.block.Benchmarks {
		if !r.wanted() {
			continue
		}
		var all []*live
		arms := r.state.arms(r.step.Out, r.block.Benchmarks[r.at])
		draw := r.Plan.draw(r.block.Name, r.number, r.attempt)
		for _, i := range draw.Perm(len(arms)) {
			l, err := r.launch(arms[i])
			if err != nil || r.ctx.Err() != nil {
				if l != nil {
					r.shut(l)
				}
				return err
			}
			err = r.cycle([]*live{l}, draw)
			r.shut(l)
			if err != nil {
				return err
			}
			all = append(all, l)
		}
		r.finish(all, r.state.serial)
	}
	return nil
}

func (r *round) begin() {
	r.at, r.used, r.inCycles, r.planned, r.began, r.before = 0, 0, 0, 0, r.clock(), r.host()
	for r.at < len(r.block.Benchmarks)-1 && !r.wanted() {
		r.at++
	}
}

// benchmark is the name of the one that is due in records.
func (r *round) benchmark() string { return r.block.record(r.block.Benchmarks[r.at]) }

// finish notes what a benchmark gave.
func (r *round) finish(all []*live, serial string) {
	after := r.host()
	rec := record.Round{Block: r.block.Name, Benchmark: r.benchmark(), Round: r.number, Attempt: r.attempt,
		Serial: serial, Layout: r.step.Layout, Planned: r.planned,
		Took: r.clock().Sub(r.began), Used: r.used, InCycles: r.inCycles, Steal: after.StealSince(r.before), Stalled: after.StalledSince(r.before)}
	measured := false
	for _, l := range all {
		l.rec.Parked = l.parked.share()
		measured = measured || len(l.rec.Cycles) > 0 || l.rec.Failed != "" || l.rec.NotRun != ""
		rec.Arms = append(rec.Arms, l.rec)
	}
	open := r.state.open(r.step)
	rec.End = open[len(open)-1] == r.block.Benchmarks[r.at]
	if measured && (r.ctx.Err() == nil || len(all) > 0 && len(all[0].rec.Cycles) > 0) {
		r.done = append(r.done, rec)
	}
	r.used, r.inCycles, r.planned, r.began, r.before = 0, 0, 0, r.clock(), after
}

// pilotRounds are the rounds by which it is decided whether arms take turns.
const pilotRounds = 3

// quiet has the block's arms measured one after the other from now on, where a
// parked one was busy for the second time in its first rounds. Later it is only
// recorded: to change the way of measuring would lose what was measured.
func (r *round) quiet() {
	if r.number > pilotRounds {
		return
	}
	for i := range r.done {
		for _, a := range r.done[i].Arms {
			if a.Parked > busy {
				if r.state.busy++; r.state.busy >= 2 {
					r.state.serial = fmt.Sprintf("%s used %.0f %% of a core while it was not its turn", a.Name, 100*a.Parked)
					r.Show.Say(r.block.Name + ": " + r.state.serial + "; its arms are measured one after the other")
				}
				return
			}
		}
	}
}
