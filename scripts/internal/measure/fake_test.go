package measure

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results/record"
)

// A world is made-up arms: what they do takes no time, and is known.
type world struct {
	said     []string                                         // what the arms did, in order
	op       map[string]float64                               // nanoseconds of an iteration, by arm
	gcEvery  map[string]int                                   // iterations between two collections
	trouble  func(arm string, round, alive, sample int) error // in place of a sample; 0: before ready
	alive    int                                              // processes
	most     int                                              // that were alive at once
	names    []string                                         // benchmarks of each process
	due      string                                           // the benchmark of which a sample is measured
	lines    []string                                         // that Progress was given
	onRound  func(r record.Round)
	pid      int // of every process
	onSample func(took time.Duration)
}

type fake struct {
	w       *world
	arm     string
	round   int
	at      int
	samples int
	ended   bool
}

func (w *world) arm(name string) Arm {
	return Arm{Name: name, Start: func(_ context.Context, at Where) (Session, error) {
		w.said = append(w.said, fmt.Sprintf("start %s layout %d", name, at.Layout))
		w.alive++
		w.most = max(w.most, w.alive)
		return &fake{w: w, arm: name, round: at.Round}, nil
	}}
}

func (w *world) block(name string, arms ...string) Block {
	b := Block{Name: name, Benchmarks: []string{"B"}, Size: Benchmarks}
	for _, a := range arms {
		b.Arms = append(b.Arms, w.arm(a))
	}
	return b
}

func (f *fake) try() error {
	if f.w.trouble == nil {
		return nil
	}
	return f.w.trouble(f.arm, f.round, f.w.alive, f.samples)
}

func (f *fake) Ready(context.Context, time.Duration) (string, error) {
	if err := f.try(); err != nil {
		return "", err
	}
	if f.at < len(f.w.names) {
		return f.w.names[f.at], nil
	}
	return "B", nil
}

func (f *fake) Sample(_ context.Context, n int, _ time.Duration) (record.Sample, error) {
	f.samples++
	if f.at < len(f.w.names) {
		f.w.due = f.w.names[f.at]
		defer func() { f.w.due = "" }()
	}
	if err := f.try(); err != nil {
		return record.Sample{}, err
	}
	ns := f.w.op[f.arm]
	if ns == 0 {
		ns = 1000
	}
	s := record.Sample{N: n, Timed: time.Duration(ns * float64(n)), Values: map[string]float64{"ns/op": ns}}
	if f.w.onSample != nil {
		f.w.onSample(s.Timed)
	}
	if every := f.w.gcEvery[f.arm]; every > 0 {
		s.GCs, s.Values["B/op"] = n/every, 512
	}
	f.w.said = append(f.w.said, fmt.Sprintf("sample %s %d", f.arm, n))
	return s, nil
}

func (f *fake) Next() error { f.at++; return nil }

func (f *fake) End(time.Duration) error {
	f.w.said = append(f.w.said, "end "+f.arm)
	return nil
}

func (f *fake) Output() []byte { return []byte("what " + f.arm + " printed") }
func (f *fake) PID() int       { return f.w.pid }

func (f *fake) Close() error {
	if !f.ended {
		f.ended = true
		f.w.alive--
	}
	return nil
}

func (w *world) Start(int)                               {}
func (w *world) Say(text string)                         { w.lines = append(w.lines, text) }
func (w *world) Finish(s record.Status, _ time.Duration) { w.lines = append(w.lines, string(s)) }
func (w *world) Round(r record.Round, _ time.Duration)   { w.lines = append(w.lines, troubles(r)...) }

// rounds is a policy that wants so many rounds of every block.
type rounds struct {
	want int
	had  map[string]int
}

func (p *rounds) Add(r record.Round) {
	if p.had == nil {
		p.had = map[string]int{}
	}
	if r.End {
		p.had[r.Block] = max(p.had[r.Block], r.Round)
	}
}

func (p *rounds) Next(block string) Step {
	return Step{Done: p.had[block] >= p.want, Least: max(1, p.want-p.had[block])}
}

// run measures blocks of the world and returns the journal.
func (w *world) run(t *testing.T, p Policy, plan Plan) ([]record.Round, record.Status) {
	t.Helper()
	return w.in(t, t.TempDir(), p, plan)
}

func (w *world) in(t *testing.T, dir string, p Policy, plan Plan) ([]record.Round, record.Status) {
	t.Helper()
	plan.Timeout = time.Minute
	e := Engine{Plan: plan, Policy: p, Dir: dir, Tmp: t.TempDir(), Show: w, Recorded: w.onRound}
	status, err := e.Run(t.Context())
	require.NoError(t, err)
	all, torn, err := record.ReadRounds(dir)
	require.NoError(t, err)
	require.Nil(t, torn)
	require.Zero(t, w.alive, "no process is left")
	return all, status
}
