package wordcount

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func TestMain(m *testing.M)       { bench.Main(m) }
func BenchmarkCPU(b *testing.B)   { bench.Kind(b, workloads.CPU) }
func BenchmarkMixed(b *testing.B) { bench.Kind(b, workloads.Mixed) }

func init() {
	workloads.Register(words{})
	workloads.Register(workloads.Plain(Archive).As("archive"))
}

// words counts the words of pages.
type words struct{}

func (words) About() workloads.About {
	return workloads.About{
		Name:    "words",
		Kind:    workloads.CPU,
		Summary: "counts words",
		Unit:    "so many pages of 5,000 words, in steps of one page",
		Params:  []workloads.Param{{Name: "pages", Default: "2", Doc: "pages to count: 1 to 10000", Check: workloads.Whole(1, 10_000)}},
		Quick:   []workloads.Case{{Tasks: 100}},
	}
}

func (words) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (words) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	pages := workloads.Params(s.Params).Int("pages")
	draw := rand.New(rand.NewPCG(s.Seed, 0))
	texts, counts := make([][]byte, 16), make([]int, 16)
	for i := range texts {
		counts[i] = 4000 + draw.IntN(2000)
		for range counts[i] {
			texts[i] = append(texts[i], bytes.Repeat([]byte{'a'}, 1+draw.IntN(6))...)
			texts[i] = append(texts[i], " \n"[draw.IntN(2)])
		}
	}
	body := func(t runners.Task, i int) (sum uint64, err error) {
		page := 0
		err = t.Compute(func() bool {
			sum += uint64(Words(texts[(i+page)%len(texts)]))
			page++
			return page < pages
		})
		return sum, err
	}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return body }}
	for i := range tasks {
		for page := range pages {
			work.Sum += uint64(counts[(i+page)%len(counts)]) // as they were written
		}
	}
	return work, nil
}
