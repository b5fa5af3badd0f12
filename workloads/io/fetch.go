package io

import (
	"fmt"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/web"
)

// fetch settles io-async-wins, io-threads-win, threads-beat-sync, async-lean
// and uvloop-faster: what most programs wait for.
type fetch struct{}

func init() { workloads.Register(fetch{}) }

var (
	_ workloads.Server   = fetch{}
	_ workloads.Measurer = fetch{}
)

func (fetch) About() workloads.About {
	return workloads.About{
		Name:    "fetch",
		Kind:    workloads.IO,
		Summary: "tasks get pages by HTTP/1.1, each over one kept-alive connection",
		Unit:    "one TCP connection on loopback with 2 GET requests, each answered after 1 ms with 4,096 B, unless told",
		Params: []workloads.Param{
			{Name: "requests", Default: "2", Doc: "requests of a task: 1 to 100000", Check: workloads.Whole(1, 100_000)},
			{Name: "latency", Default: "1ms", Doc: "how long the origin waits before it answers: a duration from 0s to 1m", Check: workloads.Span(0, maxLatency)},
			{Name: "body", Default: "4096", Doc: "bytes of an answer: 1 to 16777216", Check: workloads.Whole(1, 16<<20)},
			loadParam,
		},
		Concurrent: true,
		Quick:      []workloads.Case{{Tasks: 50}},
		Full: []workloads.Case{
			{Tasks: 10, Params: slow},
			{Tasks: 100, Params: workloads.Params{"requests": "2", "latency": "5ms"}},
			{Tasks: 1000, Params: workloads.Params{"requests": "4", "latency": "20ms"}},
			{Tasks: 100, Params: workloads.Params{"requests": "10", "latency": "1ms", "body": "65536"}},
		},
		Sweeps: []workloads.Sweep{loadSweep(100, workloads.Params{"requests": "40", "latency": "1ms"})},
	}
}

// slow is a distant server.
var slow = workloads.Params{"requests": "4", "latency": "5ms"}

func (fetch) Needs(p workloads.Params, tasks int) runners.Needs {
	n := runners.Needs{Files: 1, Together: workloads.Together(tasks, p.Duration("latency")*time.Duration(p.Int("requests")))}
	return openNeeds(n, p, tasks)
}

func (fetch) Measures(p workloads.Params) workloads.Measures { return openMeasures(p) }

func (fetch) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	j := fetchJob{
		origin: s.Origin, seed: s.Seed,
		requests: p.Int("requests"), body: p.Int("body"), latency: p.Duration("latency"),
	}
	work := loaded(p, tasks, j.requests, j.paced)
	j.want = make([]uint32, 0, tasks*j.requests)
	page := make([]byte, j.body)
	for i := range tasks {
		pages := uint64(0)
		for r := range j.requests {
			data.Fill(page, data.Key(s.Seed, i, r), 0)
			crc := data.CRC(0, page)
			j.want = append(j.want, crc)
			pages += data.Sum(uint64(crc), r)
		}
		work.Sum += data.Sum(pages, i)
	}
	return work, nil
}

type fetchJob struct {
	origin         string
	seed           uint64
	requests, body int
	latency        time.Duration
	want           []uint32 // CRC of each page, task by task
}

func (j *fetchJob) paced(pace *pace) runners.Body {
	return func(t runners.Task, i int) (uint64, error) { return j.task(t, i, pace) }
}

func (j *fetchJob) task(t runners.Task, i int, pace *pace) (uint64, error) {
	c, err := t.Dial("tcp", j.origin)
	if err != nil {
		pace.arrive(t) // or the others would wait for it
		return 0, err
	}
	defer c.Close()
	from := web.NewClient(c, j.origin)
	buf := make([]byte, min(j.body, 16<<10))
	pages := uint64(0)
	if err := pace.ready(t); err != nil {
		return 0, err
	}
	for n := range j.requests {
		if err := pace.due(t, i, n); err != nil {
			return 0, err
		}
		crc, err := from.CRC(pagePath(j.latency, j.body, data.Key(j.seed, i, n)), j.body, buf)
		if err != nil {
			return 0, fmt.Errorf("request %d: %w", n, err)
		}
		pace.answered(i, n)
		if crc != j.want[i*j.requests+n] {
			return 0, fmt.Errorf("request %d: the page is not the one asked for", n)
		}
		pages += data.Sum(uint64(crc), n)
	}
	return data.Sum(pages, i), nil
}
