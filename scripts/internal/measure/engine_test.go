package measure

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results/record"
)

func TestArmsTakeTurnsInMirroredOrders(t *testing.T) {
	w := &world{}
	all, status := w.run(t, &rounds{want: 2}, Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 6})
	require.Len(t, all, 2)
	assert.Equal(t, record.Complete, status)
	assert.Equal(t, 2, w.most, "both are alive")
	for _, r := range all {
		assert.Empty(t, r.Serial)
		for _, a := range r.Arms {
			assert.Equal(t, []int{0, 1, 2, 3, 4, 5}, a.Cycles)
			assert.Len(t, a.Samples["ns/op"], 6)
		}
	}
	var turns []string // of the second round, its dropped and its long samples left out
	n := all[1].Arms[0].N
	for _, s := range w.said[slices.Index(w.said, "end base")+2:] {
		if arm, ok := strings.CutSuffix(s, " "+strconv.Itoa(n)); ok {
			turns = append(turns, strings.TrimPrefix(arm, "sample "))
		}
	}
	turns = turns[len(turns)-12:]
	for c := 0; c < 12; c += 4 {
		assert.Equal(t, turns[c], turns[c+3], "of two cycles the second is the reverse")
		assert.Equal(t, turns[c+1], turns[c+2])
		assert.NotEqual(t, turns[c], turns[c+1])
	}
}

func TestSamplesHaveTheSameIterationsForAllArms(t *testing.T) {
	w := &world{op: map[string]float64{"base": 1000, "head": 400}}
	all, _ := w.run(t, &rounds{want: 2}, Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 4})
	n := all[0].Arms[0].N
	assert.GreaterOrEqual(t, 400*n, 2_000_000, "the faster one is timed long enough")
	assert.LessOrEqual(t, 400*n, 4_000_000)
	for _, r := range all {
		for _, a := range r.Arms {
			assert.Equal(t, n, a.N)
			assert.Equal(t, all[0].Arms[0].LongN, a.LongN)
			assert.InDelta(t, 50e6, 1000*float64(a.LongN), 5e6)
		}
	}
}

func TestASampleHoldsCollections(t *testing.T) {
	w := &world{gcEvery: map[string]int{"head": 5000}} // one each 5 ms
	all, _ := w.run(t, &rounds{want: 1}, Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 4})
	for _, a := range all[0].Arms {
		assert.GreaterOrEqual(t, a.N, 10_000, "two collections of the one that makes them")
		assert.LessOrEqual(t, a.N, 15_000)
	}
	assert.GreaterOrEqual(t, all[0].Of("head").GCs[0], 2)

	w = &world{gcEvery: map[string]int{"head": 90_000}}
	all, _ = w.run(t, &rounds{want: 1}, Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 4})
	assert.LessOrEqual(t, all[0].Arms[0].N, 100_000, "no sample is longer than 100 ms")

	w = &world{gcEvery: map[string]int{"base": 60_000, "head": 5000}} // none of base's within a long sample
	all, _ = w.run(t, &rounds{want: 1}, Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 4})
	assert.Equal(t, 1, all[0].Of("base").GCs[0], "one that collects seldom does too")
}

func TestASlowOpIsOneSample(t *testing.T) {
	w := &world{op: map[string]float64{"base": 3e9, "head": 3e9}}
	all, _ := w.run(t, &rounds{want: 1}, Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 4})
	assert.Equal(t, 1, all[0].Arms[0].N)
	assert.Empty(t, all[0].Arms[0].Long, "it is a long one itself")
}

func TestAFarSlowerArmMeasuresLessOften(t *testing.T) {
	w := &world{op: map[string]float64{"sequential": 100e6, "threads": 10e6, "goroutines": 5e6}}
	b := w.block("B", "sequential", "threads", "goroutines")
	b.Size = Size{Target: 5 * time.Millisecond, Sparse: true}
	all, _ := w.run(t, &rounds{want: 1}, Plan{Blocks: []Block{b}, Cycles: 8})
	assert.Equal(t, []int{0, 5}, all[0].Of("sequential").Cycles)
	assert.Len(t, all[0].Of("threads").Cycles, 8)
	assert.False(t, all[0].Cut())
}

func TestWhatFailsBesideTheOthersIsMeasuredAlone(t *testing.T) {
	for name, at := range map[string]int{"before it is ready": 0, "in a sample": 3} {
		t.Run(name, func(t *testing.T) {
			w := &world{trouble: func(arm string, _, alive, sample int) error {
				if arm == "head" && alive > 1 && sample == at {
					return gate.Failed("bind: address already in use")
				}
				if arm == "base" && alive > 1 && sample == at && at == 0 {
					return gate.Failed("bind: address already in use") // whichever is second
				}
				return nil
			}}
			all, _ := w.run(t, &rounds{want: 3}, Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 4})
			require.Len(t, all, 3)
			for _, r := range all {
				assert.Contains(t, r.Serial, "address already in use")
				assert.Len(t, r.Arms, 2)
				for _, a := range r.Arms {
					assert.Empty(t, a.Failed)
					assert.Len(t, a.Cycles, 4)
				}
			}
			assert.Contains(t, strings.Join(w.lines, "\n"), "one after the other")
		})
	}
}

func TestAnArmThatFailsLeavesTheOthersAlone(t *testing.T) {
	for name, trouble := range map[string]error{
		"dies": gate.ErrEnded, "hangs": errors.New("exceeded its time limit of 1m"), "breaks the protocol": gate.Broken("it answered one token twice"),
		"fails": gate.Failed("b.go:3: no"),
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{trouble: func(arm string, round, _, sample int) error {
				if arm == "b" && round == 2 && sample == 4 {
					return trouble
				}
				return nil
			}}
			dir := t.TempDir()
			all, _ := w.in(t, dir, &rounds{want: 4}, Plan{Blocks: []Block{w.block("B", "a", "b", "c")}, Cycles: 4})
			require.Len(t, all, 4)
			failed := all[1].Of("b")
			assert.Contains(t, failed.Failed, trouble.Error())
			assert.Less(t, len(failed.Cycles), 4)
			log, err := os.ReadFile(filepath.Join(dir, failed.Log))
			require.NoError(t, err)
			assert.Contains(t, string(log), "what b printed")
			for _, r := range all[2:] {
				assert.Nil(t, r.Of("b"), "it is not measured again")
				assert.Len(t, r.Arms, 2)
			}
			assert.Len(t, all[1].Of("a").Cycles, 4, "the round goes on without it")
		})
	}
}

func TestWhatCannotRunIsNoFailure(t *testing.T) {
	w := &world{trouble: func(arm string, _, _, sample int) error {
		if arm == "b" && sample == 0 {
			return gate.Skipped("it needs io_uring")
		}
		return nil
	}}
	all, _ := w.run(t, &rounds{want: 2}, Plan{Blocks: []Block{w.block("B", "a", "b")}, Cycles: 4})
	assert.Equal(t, "it needs io_uring", all[0].Of("b").NotRun)
	assert.Empty(t, all[0].Of("b").Failed)
	assert.Nil(t, all[1].Of("b"))
	assert.Empty(t, all[0].Serial)
}

func TestWhatFailsAloneTooIsAFailure(t *testing.T) {
	w := &world{trouble: func(arm string, _, _, sample int) error {
		if arm == "head" && sample == 0 {
			return gate.Failed("broken")
		}
		return nil
	}}
	all, status := w.run(t, &rounds{want: 2}, Plan{Blocks: []Block{w.block("B", "base", "head"), w.block("C", "base")}, Cycles: 4})
	assert.Equal(t, record.Complete, status)
	var of []string
	for _, r := range all {
		of = append(of, r.Block)
		if a := r.Of("head"); a != nil {
			assert.Equal(t, "broken", a.Failed)
		}
	}
	assert.Contains(t, of, "C", "nothing else is lost")
}

func TestProcessesOfSeveralBenchmarks(t *testing.T) {
	w := &world{names: []string{"BenchmarkA", "BenchmarkB", "BenchmarkC"}}
	b := w.block("pkg", "base", "head")
	b.Benchmarks = w.names
	all, _ := w.run(t, &rounds{want: 2}, Plan{Blocks: []Block{b}, Cycles: 4})
	require.Len(t, all, 6)
	for i, r := range all {
		assert.Equal(t, w.names[i%3], r.Benchmark)
		assert.Equal(t, 1+i/3, r.Round)
		assert.Equal(t, i%3 == 2, r.End)
		assert.Len(t, r.Arms, 2)
	}
	starts := 0
	for _, s := range w.said {
		if strings.HasPrefix(s, "start") {
			starts++
		}
	}
	assert.Equal(t, 4, starts, "one process an arm and round")
}

func TestABenchmarkThatFailsLeavesTheOthersOfItsProcessAlone(t *testing.T) {
	for name, arms := range map[string][]string{"alone": {"head"}, "beside another": {"base", "head"}} {
		t.Run(name, func(t *testing.T) {
			w := &world{names: []string{"BenchmarkA", "BenchmarkB", "BenchmarkC"}}
			w.trouble = func(arm string, _, _, sample int) error {
				if arm == "head" && w.due == "BenchmarkB" && sample > 1 {
					return gate.ErrEnded
				}
				return nil
			}
			b := w.block("pkg", arms...)
			b.Benchmarks = w.names
			all, status := w.run(t, &rounds{want: 3}, Plan{Blocks: []Block{b}, Cycles: 4})
			assert.Equal(t, record.Complete, status)
			measured, failed := map[string]int{}, map[string]int{}
			for _, r := range all {
				assert.Equal(t, r.Benchmark == "BenchmarkC", r.End)
				for _, a := range r.Arms {
					if of := a.Name + " " + r.Benchmark; a.Failed != "" {
						failed[of]++
					} else {
						measured[of]++
						assert.Len(t, a.Cycles, 4)
					}
				}
			}
			assert.Equal(t, map[string]int{"head BenchmarkB": 1}, failed, "once, and by its own name")
			for _, arm := range arms {
				assert.Equal(t, 3, measured[arm+" BenchmarkA"])
				assert.Equal(t, 3, measured[arm+" BenchmarkC"])
			}
			if len(arms) > 1 {
				assert.Equal(t, 3, measured["base BenchmarkB"])
			}
		})
	}
}

func TestAnArmMeasuresLessOftenThanThoseThatTakePart(t *testing.T) {
	w := &world{op: map[string]float64{"sequential": 100e6, "goroutines": 5e6}}
	w.trouble = func(arm string, round, _, sample int) error {
		if arm == "goroutines" && round == 2 && sample == 2 {
			return gate.ErrEnded
		}
		return nil
	}
	b := w.block("B", "sequential", "goroutines")
	b.Size = Size{Target: 5 * time.Millisecond, Sparse: true}
	all, _ := w.run(t, &rounds{want: 3}, Plan{Blocks: []Block{b}, Cycles: 8})
	require.Len(t, all, 3)
	assert.Equal(t, []int{0, 5}, all[0].Of("sequential").Cycles)
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7}, all[2].Of("sequential").Cycles, "nobody is faster any more")
	for _, r := range all {
		assert.False(t, r.Cut())
	}
}

func TestAResumedRunGoesOnAsItWouldHave(t *testing.T) {
	plan := func(w *world) Plan {
		return Plan{Blocks: []Block{w.block("A", "base", "head"), w.block("B", "base", "head")}, Cycles: 4, Seed: 7}
	}
	whole := &world{}
	want, _ := whole.run(t, &rounds{want: 3}, plan(whole))

	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	first := &world{}
	first.onRound = func(record.Round) {
		if len(first.lines) == 0 {
			cancel()
		}
	}
	e := Engine{Plan: plan(first), Policy: &rounds{want: 3}, Dir: dir, Tmp: t.TempDir(), Show: first, Recorded: first.onRound}
	e.Plan.Timeout = time.Minute
	status, err := e.Run(ctx)
	require.NoError(t, err)
	assert.Equal(t, record.Interrupted, status)

	second := &world{}
	got, status := second.in(t, dir, &rounds{want: 3}, plan(second))
	assert.Equal(t, record.Complete, status)
	require.Len(t, got, len(want))
	for i := range want {
		assert.Equal(t, want[i].Block, got[i].Block)
		assert.Equal(t, want[i].Round, got[i].Round)
		assert.Equal(t, want[i].Arms[0].Name, got[i].Arms[0].Name, "the same order")
		assert.Equal(t, want[i].Arms[0].N, got[i].Arms[0].N, "the same iterations")
	}
}

func TestProcessesThatAreTooLargeTogetherRunOneAfterTheOther(t *testing.T) {
	if resident(os.Getpid()) == 0 {
		t.Skip("the memory of a process is not known here")
	}
	w := &world{pid: os.Getpid()}
	e := Engine{Plan: Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 4, Timeout: time.Minute}, Policy: &rounds{want: 2}, Dir: t.TempDir(), Tmp: t.TempDir(), Show: w,
		free: resident(os.Getpid())}
	_, err := e.Run(t.Context())
	require.NoError(t, err)
	all, _, err := record.ReadRounds(e.Dir)
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.Contains(t, all[0].Serial, "take more than half of")
	assert.Len(t, all[0].Arms, 2)
	assert.Equal(t, 1, w.most)
}

func TestTheTimeGoesWhereSomethingIsOpen(t *testing.T) {
	w := &world{op: map[string]float64{"slow": 3e9, "base": 1000, "head": 1000}}
	now := time.Unix(0, 0)
	w.onSample = func(took time.Duration) { now = now.Add(took) }
	dear, cheap := w.block("dear", "slow"), w.block("cheap", "base", "head")
	dear.Guess, cheap.Guess = 15*time.Second, 200*time.Millisecond
	e := Engine{Plan: Plan{Blocks: []Block{dear, cheap}, Timeout: time.Minute, Begin: now, Budget: 60 * time.Second}, Policy: &rounds{want: 12}, Dir: t.TempDir(), Tmp: t.TempDir(), Show: w}
	e.clock = func() time.Time { return now }
	status, err := e.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, record.OutOfTime, status)
	all, _, err := record.ReadRounds(e.Dir)
	require.NoError(t, err)
	had := map[string]int{}
	for _, r := range all {
		had[r.Block]++
	}
	assert.Equal(t, 12, had["cheap"], "the dear one does not starve it")
	assert.Positive(t, had["dear"], "and gets what is left")
	assert.LessOrEqual(t, now.Sub(e.Plan.Begin), 60*time.Second+15*time.Second)
}

func TestADisturbedRoundIsMeasuredAgain(t *testing.T) {
	w := &world{}
	reading := meter.Machine{}
	reads := 0
	e := Engine{Plan: Plan{Blocks: []Block{w.block("B", "base", "head")}, Cycles: 4, Timeout: time.Minute}, Policy: &rounds{want: 2}, Dir: t.TempDir(), Tmp: t.TempDir(), Show: w}
	e.host = func() meter.Machine {
		reads++
		reading.Total++
		if reads <= 4 {
			reading.Steal += 0.5
		}
		return reading
	}
	_, err := e.Run(t.Context())
	require.NoError(t, err)
	all, _, err := record.ReadRounds(e.Dir)
	require.NoError(t, err)
	require.Len(t, all, 4)
	assert.Equal(t, []int{0, 1, 2, 0}, []int{all[0].Attempt, all[1].Attempt, all[2].Attempt, all[3].Attempt})
	counted := record.Counted(all)
	require.Len(t, counted, 2)
	assert.Equal(t, 2, counted[0].Attempt)
}
