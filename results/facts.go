package results

import (
	"fmt"
	"time"
)

// A Fact is a line about the machine or the run.
type Fact struct{ Name, Value string }

// Machine says what the run was made on.
func (d *Data) Machine() []Fact {
	e := d.Env
	facts := []Fact{
		{"CPU", e.CPU},
		{"CPUs", fmt.Sprintf("%d in the machine, %d for the run", e.CPUs, e.Cores)},
		{"Memory", fmt.Sprintf("%s, %s free before the run", Bytes(float64(e.Memory)), Bytes(float64(e.Before.Available)))},
		{"System", fmt.Sprintf("%s %s, kernel %s", e.OS, e.Arch, e.Kernel)},
		{"Virtualization", e.Virtual},
		{"Load before", e.Before.String()},
	}
	if !e.After.Time.IsZero() || e.After.Load1 > 0 {
		facts = append(facts, Fact{"Load after", e.After.String()})
	}
	return given(facts)
}

func (m Moment) String() string {
	return fmt.Sprintf("%.2f processes over a minute, %.1f %% of CPU time stolen since boot", m.Load1, 100*m.Steal)
}

// Plan says how the run was made.
func (d *Data) Plan() []Fact {
	r := d.Run
	facts := []Fact{
		{"Status", string(r.Status)},
		{"Started", r.Started.UTC().Format(time.RFC1123)},
		{"Rounds", fmt.Sprintf("%d of %d planned", d.Rounds, r.Rounds)},
		{"Measured again", again(d.Again)},
		{"Resumed", resumed(r.Resumed)},
		{"Slices", r.sliced()},
		{"Samples", r.sampled()},
		{"Profile", r.Profile},
		{"Seed", fmt.Sprint(r.Seed)},
		{"Go", r.Go},
		{"Commit", r.Commit},
		{"SHA-256 of the test binary", r.Binary},
	}
	if !r.Ended.IsZero() {
		facts = append(facts[:2], append([]Fact{{"Took", r.Ended.Sub(r.Started).Round(time.Second).String()}}, facts[2:]...)...)
	}
	return given(facts)
}

// sliced says how processes of version 1 measured.
func (r *Run) sliced() string {
	if r.Version > 1 {
		return ""
	}
	return fmt.Sprintf("%s a process, of %v each", plural(r.Slices, "slice"), r.Benchtime)
}

// sampled says how processes measured in later versions.
func (r *Run) sampled() string {
	switch {
	case r.Version < 2:
		return ""
	case r.Serial:
		return "one process after the other, as was asked for"
	case r.Cycles > 0:
		return fmt.Sprintf("in turns, %s a round", plural(r.Cycles, "cycle"))
	}
	return "in turns, as many cycles a round as there was time for"
}

func again(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s the models of a job in a round, since over %s of the CPU was stolen from some; all are recorded", plural(n, "time"), Percent(Disturbed))
}

func resumed(at []time.Time) string {
	if len(at) == 0 {
		return ""
	}
	return fmt.Sprintf("%s, the last on %s; the time taken has the pauses in it", plural(len(at), "time"), at[len(at)-1].UTC().Format(time.RFC1123))
}

// given leaves out the facts that are not known.
func given(facts []Fact) []Fact {
	var known []Fact
	for _, f := range facts {
		if f.Value = clean(f.Value); f.Value != "" {
			known = append(known, f)
		}
	}
	return known
}
