package cpu

import (
	"cmp"
	"slices"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// classify settles crunch-processes, and the claims that hash settles: data
// crunching, over data that all tasks read.
type classify struct{}

func init() { workloads.Register(classify{}) }

const (
	dims    = 16
	classes = 8
	nearest = 5 // of which most decide
)

func (classify) About() workloads.About {
	return workloads.About{
		Name:    "classify",
		Kind:    workloads.CPU,
		Summary: "tasks classify points by their nearest neighbours",
		Unit:    "20 points of 16 dimensions, unless told, each put into one of 8 classes by the 5 nearest of 2,000 known ones; a step is one point",
		Params: []workloads.Param{
			{Name: "points", Default: "20", Doc: "points that a task classifies: 1 to 10000", Check: workloads.Whole(1, 10_000)},
			{Name: "known", Default: "2000", Doc: "points whose class is known: 100 to 100000; 2000 take about 40 us", Check: workloads.Whole(100, 100_000)},
		},
		Full: []workloads.Case{
			{Tasks: 64},
			{Tasks: 16, Params: workloads.Params{"known": "20000"}},
		},
	}
}

func (classify) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (classify) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	j := classifyJob{points: p.Int("points")}
	centres := make([]point, classes)
	for class := range centres {
		centres[class].scatter(point{}, 1000, data.Key(s.Seed, -1, class))
	}
	for i := range p.Int("known") {
		j.known = append(j.known, example(centres, i%classes, data.Key(s.Seed, -2, i)))
	}
	var want []uint64
	for input := range min(tasks, inputs) {
		var asked []labelled
		digest := uint64(0)
		for n := range j.points {
			a := example(centres, (input+n)%classes, data.Key(s.Seed, input, n))
			asked = append(asked, a)
			digest = data.Key(digest, j.bySorting(a.at))
		}
		j.asked = append(j.asked, asked)
		want = append(want, digest)
	}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }}
	for i := range tasks {
		work.Sum += data.Sum(want[i%inputs], i)
	}
	return work, nil
}

// A point has whole coordinates, so that distances are exact.
type point [dims]int32

// scatter sets the point to one near from: in each coordinate the sum of four
// numbers drawn from -spread/2 to spread/2, which is nearly normal.
func (p *point) scatter(from point, spread int, seed uint64) {
	for d := range p {
		p[d] = from[d]
		for k := range 4 {
			p[d] += int32(data.Key(seed, d, k)%uint64(spread)) - int32(spread/2)
		}
	}
}

func (p *point) distance(q *point) (sum int64) {
	for d := range p {
		diff := int64(p[d] - q[d])
		sum += diff * diff
	}
	return sum
}

// A labelled point is one whose class is known.
type labelled struct {
	at    point
	class int
}

// example makes a point of a class. The classes overlap somewhat.
func example(centres []point, class int, seed uint64) labelled {
	l := labelled{class: class}
	l.at.scatter(centres[class], 1300, seed)
	return l
}

type classifyJob struct {
	points int
	known  []labelled
	asked  [][]labelled // of each input
}

func (j *classifyJob) task(t runners.Task, i int) (uint64, error) {
	asked, digest := j.asked[i%inputs], uint64(0)
	if err := t.Compute(func() bool {
		digest = data.Key(digest, j.classify(&asked[0].at))
		asked = asked[1:]
		return len(asked) > 0
	}); err != nil {
		return 0, err
	}
	return data.Sum(digest, i), nil
}

// A candidate is a known point as seen from another.
type candidate struct {
	distance int64
	class    int
}

// classify keeps the nearest points seen so far, the nearest first; of two that
// are as near the one known first.
func (j *classifyJob) classify(p *point) int {
	var best [nearest]candidate
	n := 0
	for k := range j.known {
		d := j.known[k].at.distance(p)
		if n == nearest && d >= best[nearest-1].distance {
			continue
		}
		n = min(n+1, nearest)
		at := n - 1
		for ; at > 0 && best[at-1].distance > d; at-- {
			best[at] = best[at-1]
		}
		best[at] = candidate{d, j.known[k].class}
	}
	var votes [classes]int
	for _, b := range best {
		votes[b.class]++
	}
	return most(votes)
}

// bySorting classifies as classify does, by the plainest way there is.
func (j *classifyJob) bySorting(p point) int {
	all := make([]candidate, len(j.known))
	for k := range all {
		all[k] = candidate{j.known[k].at.distance(&p), j.known[k].class}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var votes [classes]int
	for _, c := range all[:nearest] {
		votes[c.class]++
	}
	return most(votes)
}

// most returns the class with the most votes, the lowest of several.
func most(votes [classes]int) int {
	winner := 0
	for class, n := range votes {
		if n > votes[winner] {
			winner = class
		}
	}
	return winner
}
