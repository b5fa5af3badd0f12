package cpu

import (
	"encoding/json"
	"strconv"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// parse settles the claims that hash settles, for computing that allocates: each
// document becomes some hundred small objects.
type parse struct{}

func init() { workloads.Register(parse{}) }

func (parse) About() workloads.About {
	return workloads.About{
		Name:    "parse",
		Kind:    workloads.CPU,
		Summary: "tasks parse JSON documents",
		Unit:    "20 documents, unless told, of 4 KiB or so, an order of 40 items each, by encoding/json; a step is one document",
		Params: []workloads.Param{
			{Name: "documents", Default: "20", Doc: "documents of a task: 1 to 10000", Check: workloads.Whole(1, 10_000)},
			{Name: "items", Default: "40", Doc: "items of a document: 1 to 1000; 40 take 40 to 100 us", Check: workloads.Whole(1, 1000)},
		},
		Full:      []workloads.Case{{Tasks: 64}},
		Allocates: true,
	}
}

func (parse) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

// Prepare makes the orders, and what they come to, before they are written as
// JSON.
func (parse) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	var j parseJob
	var want []uint64
	for input := range min(tasks, inputs) {
		var documents [][]byte
		digest := uint64(0)
		for n := range p.Int("documents") {
			o := newOrder(p.Int("items"), data.Key(s.Seed, input, n))
			document, err := json.Marshal(o)
			if err != nil {
				return workloads.Work{}, err
			}
			documents = append(documents, document)
			digest = o.digest(digest)
		}
		j.documents = append(j.documents, documents)
		want = append(want, digest)
	}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }}
	for i := range tasks {
		work.Sum += data.Sum(want[i%inputs], i)
	}
	return work, nil
}

type parseJob struct{ documents [][][]byte } // of each input

func (j *parseJob) task(t runners.Task, i int) (uint64, error) {
	documents, digest := j.documents[i%inputs], uint64(0)
	var bad error
	if err := t.Compute(func() bool {
		var o order
		if bad = json.Unmarshal(documents[0], &o); bad != nil {
			return false
		}
		digest = o.digest(digest)
		documents = documents[1:]
		return len(documents) > 0
	}); err != nil {
		return 0, err
	}
	return data.Sum(digest, i), bad
}

// An order is what a document says.
type order struct {
	ID       uint64            `json:"id"`
	Customer string            `json:"customer"`
	Paid     bool              `json:"paid"`
	Items    []item            `json:"items"`
	Notes    map[string]string `json:"notes"`
}

type item struct {
	Article string   `json:"article"`
	Count   int      `json:"count"`
	Price   float64  `json:"price"` // a number of quarters, which float64 and JSON hold exactly
	Tags    []string `json:"tags"`
}

func newOrder(items int, seed uint64) order {
	text := func(numbers ...int) string { return "x" + strconv.FormatUint(data.Key(seed, numbers...), 36) }
	o := order{ID: data.Key(seed, -1), Customer: text(-2), Paid: seed%2 == 0, Notes: map[string]string{"to": text(-3), "from": text(-4)}}
	for k := range items {
		n := data.Key(seed, k)
		o.Items = append(o.Items, item{Article: text(k, 0), Count: int(n % 100), Price: float64(n%10_000) / 4, Tags: []string{text(k, 1), text(k, 2)}})
	}
	return o
}

// digest adds all that the order says to a digest.
func (o *order) digest(d uint64) uint64 {
	add := func(s string) { d = data.Key(d, int(data.CRC(0, []byte(s)))) }
	d = data.Key(d, int(o.ID), len(o.Items), len(o.Notes))
	if o.Paid {
		d++
	}
	add(o.Customer)
	add(o.Notes["to"])
	add(o.Notes["from"])
	for k := range o.Items {
		i := &o.Items[k]
		add(i.Article)
		d = data.Key(d, i.Count, int(i.Price*4))
		for _, tag := range i.Tags {
			add(tag)
		}
	}
	return d
}
