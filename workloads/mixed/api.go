package mixed

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/web"
)

// api settles hybrid-best: what the back end of a web site does for a request,
// which waits, computes and makes calls that hold the thread.
type api struct{}

func init() { workloads.Register(api{}) }

var _ workloads.Server = api{}

func (api) About() workloads.About {
	return workloads.About{
		Name:    "api",
		Kind:    workloads.Mixed,
		Summary: "tasks get JSON by HTTP/1.1, decode it, compute on it and store what comes out in an embedded database",
		Unit: "2 requests, unless told, over the task's one TCP connection on loopback, each answered after 5 ms, unless told, with 4 KiB or so of JSON; " +
			"then a step to decode it, 10 steps, unless told, of SHA-256 over it, each 8 times, and a transaction in SQLite that holds the thread",
		Params: []workloads.Param{
			{Name: "requests", Default: "2", Doc: "requests of a task: 1 to 10000", Check: workloads.Whole(1, 10_000)},
			{Name: "latency", Default: "5ms", Doc: "how long the origin waits before it answers: a duration from 0s to 1m", Check: workloads.Span(0, maxWait)},
			{Name: "cpu", Default: "10", Doc: "steps of computing a request: 1 to 10000; one takes 20 to 100 us", Check: workloads.Whole(1, 10_000)},
			{Name: "items", Default: "40", Doc: "items of an answer: 1 to 1000; 40 are 4 KiB or so", Check: workloads.Whole(1, 1000)},
		},
		Small:     workloads.Params{"latency": "1ms", "cpu": "3"},
		Full:      []workloads.Case{{Tasks: 50}},
		Allocates: true,
	}
}

func (api) Needs(p workloads.Params, tasks int) runners.Needs {
	return runners.Needs{Files: 1, Together: workloads.Together(tasks, p.Duration("latency")*time.Duration(p.Int("requests")))}
}

func (api) Prepare(s runners.Spec, tasks int) (work workloads.Work, err error) {
	p := workloads.Params(s.Params)
	j := apiJob{
		origin: s.Origin, seed: s.Seed,
		requests: p.Int("requests"), steps: p.Int("cpu"), items: p.Int("items"), latency: p.Duration("latency"),
	}
	if j.results, err = openResults(s.Data); err != nil {
		return work, err
	}
	for i := range tasks {
		all := uint64(0)
		for n := range j.requests {
			want := j.expect(i, n)
			all = data.Key(all, want.total, int(want.digest))
			j.want = append(j.want, want)
		}
		work.Sum += data.Sum(all, i)
	}
	work.Make = j.begin
	work.Observe = func(o runners.Outcome, _ *workloads.Observed) error { return j.results.audit(o, j.want) }
	work.Data, work.Close = j.results.db.Dir(), j.results.db.Close
	return work, nil
}

type apiJob struct {
	origin                 string
	seed                   uint64
	requests, steps, items int
	latency                time.Duration
	results                results
	want                   []result // task by task, request by request
}

func (j *apiJob) order(i, n int) uint64 { return data.Key(j.seed, i, n) }

func (j *apiJob) begin(meet runners.Sync) runners.Body {
	access := j.results.db.Access(meet)
	return func(t runners.Task, i int) (uint64, error) {
		c, err := t.Dial("tcp", j.origin)
		if err != nil {
			return 0, err
		}
		defer c.Close()
		from, all := web.NewClient(c, j.origin), uint64(0)
		for n := range j.requests {
			got, err := j.serve(t, from, i, n)
			if err != nil {
				return 0, fmt.Errorf("request %d: %w", n, err)
			}
			if err := store(t, access, got); err != nil {
				return 0, fmt.Errorf("request %d: %w", n, err)
			}
			all = data.Key(all, got.total, int(got.digest))
		}
		return data.Sum(all, i), nil
	}
}

// serve gets an order and returns what is to be stored of it.
func (j *apiJob) serve(t runners.Task, from *web.Client, i, n int) (result, error) {
	resp, err := from.Get("/"+j.latency.String()+"/"+strconv.Itoa(j.items)+"/"+strconv.FormatUint(j.order(i, n), 10), -1)
	if err != nil {
		return result{}, err
	}
	text := make([]byte, resp.ContentLength)
	_, err = io.ReadFull(resp.Body, text)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return result{}, err
	}
	var (
		got    = result{task: i, n: n}
		chain  [sha256.Size]byte
		step   int
		decode error
	)
	if err := t.Compute(func() bool {
		if step == 0 {
			got.total, decode = total(text)
		} else {
			chain = link(chain, text)
		}
		step++
		return decode == nil && step <= j.steps
	}); err != nil {
		return result{}, err
	}
	got.digest = binary.LittleEndian.Uint64(chain[:])
	return got, decode
}

// times is how often a step goes over the text.
const times = 8

// link is a step: SHA-256 of the one before it and the text.
func link(before [sha256.Size]byte, text []byte) (after [sha256.Size]byte) {
	h := sha256.New()
	h.Write(before[:])
	for range times {
		h.Write(text)
	}
	h.Sum(after[:0])
	return after
}

// expect is what is to come of a request. The total is had from the order before
// it is JSON, and each step is done in one piece.
func (j *apiJob) expect(i, n int) result {
	o := newOrder(j.items, j.order(i, n))
	want := result{task: i, n: n}
	for _, item := range o.Items {
		want.total += item.Count * item.Cents
	}
	text := o.json()
	var chain [sha256.Size]byte
	var all []byte
	for range j.steps {
		all = append(all[:0], chain[:]...)
		for range times {
			all = append(all, text...)
		}
		chain = sha256.Sum256(all)
	}
	want.digest = binary.LittleEndian.Uint64(chain[:])
	return want
}

func (api) Usage(address string) string {
	return "curl http://" + address + "/LATENCY/ITEMS/SEED\nsuch as /5ms/40/7: waits 5 ms, then answers with an order of 40 items in JSON, which the seed 7 determines."
}

func (api) Serve(l net.Listener) error { return web.Serve(l, orders()) }
