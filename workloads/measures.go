package workloads

import "github.com/HdrHistogram/hdrhistogram-go"

// A Measurer is a workload that measures what bench cannot see from outside:
// how late a tick was, how many updates were lost.
type Measurer interface {
	Workload

	// Measures says what a job with these parameters measures itself.
	Measures(p Params) Measures
}

// Measures is what a job measures itself, and what its time says.
type Measures struct {
	Figures []Figure

	// Paced says that the job lasts as long as its own clock has it: its time
	// says nothing about the model, and is not judged.
	Paced bool
}

// A Figure is a unit of a workload's own, as Go's benchmark format has it.
type Figure struct {
	Unit   string // "lost/op"; one in nanoseconds ends in "-ns", one in bytes in "-B"
	Doc    string // what it is: the head of a column
	Higher bool   // more is better
	Judged bool   // the models of a job are compared by it; less is better

	// Limit, if not 0, is the value up to which the job is served well: a sweep
	// tells how far each model comes within it.
	Limit float64
}

// percentiles are those that are reported of a set of times.
var percentiles = []struct {
	name string
	at   float64
}{{"p50", 50}, {"p99", 99}, {"p99.9", 99.9}, {"max", 100}}

// Spread returns the figures of times that Observed.Time was given under that
// name, of which the models are compared by the one that is named judged, if
// any: "p50", "p99", "p99.9" or "max". doc says what took the time.
func Spread(name, doc, judged string) []Figure {
	heads := map[string]string{"p50": "median", "p99": "99th percentile", "p99.9": "99.9th percentile", "max": "greatest"}
	var figures []Figure
	for _, p := range percentiles {
		figures = append(figures, Figure{Unit: name + "-" + p.name + "-ns", Doc: doc + ", " + heads[p.name], Judged: p.name == judged})
	}
	return figures
}

// MeasuresOf returns what a job of the workload measures itself: nothing, where
// it is no Measurer.
func MeasuresOf(w Workload, p Params) Measures {
	if m, ok := w.(Measurer); ok {
		return m.Measures(p)
	}
	return Measures{}
}

// Observed is what a workload has measured in the ops of a slice. The zero
// Observed is empty.
type Observed struct {
	ops   int
	sums  map[string]float64
	times map[string]*hdrhistogram.Histogram
	most  map[string]int64
}

// Add adds to a figure of the op. What is reported is the mean over the ops.
func (o *Observed) Add(unit string, value float64) {
	if o.sums == nil {
		o.sums = map[string]float64{}
	}
	o.sums[unit] += value
}

// Time adds one of the times whose Spread is reported, in nanoseconds up to an
// hour; the percentiles are of all that the slice's ops have added, to 0.1 %.
func (o *Observed) Time(name string, ns int64) { o.Times(name, ns, 1) }

// Times adds one time, as Time does, so often.
func (o *Observed) Times(name string, ns, count int64) {
	if o.times == nil {
		o.times, o.most = map[string]*hdrhistogram.Histogram{}, map[string]int64{}
	}
	h := o.times[name]
	if h == nil {
		h = hdrhistogram.New(1, 3600e9, 3)
		o.times[name] = h
	}
	ns = min(max(ns, 0), 3600e9)
	h.RecordValues(ns, count) // in range
	o.most[name] = max(o.most[name], ns)
}

// EndOp ends an op: bench calls it after each.
func (o *Observed) EndOp() { o.ops++ }

// Figures returns the figures by unit.
func (o *Observed) Figures() map[string]float64 {
	figures := map[string]float64{}
	for unit, sum := range o.sums {
		figures[unit] = sum / float64(max(o.ops, 1))
	}
	for name, h := range o.times {
		for _, p := range percentiles {
			value := h.ValueAtPercentile(p.at)
			if p.at == 100 {
				value = o.most[name] // exact
			}
			figures[name+"-"+p.name+"-ns"] = float64(value)
		}
	}
	return figures
}
