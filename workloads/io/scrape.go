package io

import (
	"fmt"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/web"
)

// scrape settles scrape-async, and io-async-wins where tasks share what is to
// be done.
type scrape struct{}

func init() { workloads.Register(scrape{}) }

var _ workloads.Server = scrape{}

func (scrape) About() workloads.About {
	return workloads.About{
		Name:    "scrape",
		Kind:    workloads.IO,
		Summary: "tasks crawl a site together, breadth first, no page twice",
		Unit:    "one TCP connection on loopback, over which a task gets pages from the common frontier and adds their links to it until the site is done: 2,000 pages of HTML of 2 to 3 KiB, unless told, each after 1 to 200 ms",
		Params: []workloads.Param{
			{Name: "pages", Default: "2000", Doc: "pages of the site: 1 to 1000000", Check: workloads.Whole(1, maxPages)},
		},
		Allocates: true,
		Small:     workloads.Params{"pages": "60"},
		Full: []workloads.Case{
			{Tasks: 10, Params: workloads.Params{"pages": "200"}},
			{Tasks: 100, Params: workloads.Params{"pages": "300"}},
			{Tasks: 1000, Params: workloads.Params{"pages": "1000"}},
		},
		Sweeps: []workloads.Sweep{{Over: "connections", Cases: []workloads.Case{
			{Tasks: 10, Params: workloads.Params{"pages": "200"}},
			{Tasks: 100, Params: workloads.Params{"pages": "300"}},
			{Tasks: 1000, Params: workloads.Params{"pages": "1000"}},
			{Tasks: 5000},
		}}},
	}
}

// Needs asks for as many tasks together as get the pages in time: what the
// others leave undone one task does alone.
func (scrape) Needs(p workloads.Params, tasks int) runners.Needs {
	return runners.Needs{Files: 1, SharedMemory: true, Together: min(tasks, workloads.Together(p.Int("pages"), meanLatency))}
}

// Prepare walks the site without asking for a page.
func (scrape) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	j := scrapeJob{origin: s.Origin, tasks: tasks, site: site{s.Seed, workloads.Params(s.Params).Int("pages")}}
	work := workloads.Work{Make: j.start}
	seen := map[int]bool{0: true}
	for todo := []int{0}; len(todo) > 0; todo = todo[1:] {
		work.Sum += data.Sum(uint64(data.CRC(0, j.site.html(todo[0]))), todo[0])
		for _, link := range j.site.links(todo[0]) {
			if !seen[link] {
				seen[link] = true
				todo = append(todo, link)
			}
		}
	}
	work.Sum += uint64(tasks) // one for each, so that all must have run
	return work, nil
}

type scrapeJob struct {
	origin string
	tasks  int
	site   site
}

// A crawl is what the tasks of one op share.
type crawl struct {
	job      *scrapeJob
	frontier runners.Queue // of pages to get; done at the end, once for each task
	mu       runners.Mutex
	seen     map[string]bool // paths, under mu
	left     int             // pages in the frontier or in the making, under mu
	begun    bool            // under mu
	over     bool            // under mu
}

// done stands in the frontier where the crawl is over.
const done = -1

func (j *scrapeJob) start(meet runners.Sync) runners.Body {
	c := &crawl{job: j, frontier: meet.NewQueue(0), mu: meet.NewMutex(), seen: map[string]bool{}}
	return func(t runners.Task, i int) (uint64, error) {
		ended := false
		defer func() {
			if !ended { // by an error, or as the model has tasks die: no page will come of it
				c.end(t)
			}
		}()
		sum, err := c.work(t)
		ended = err == nil
		return sum + 1, err
	}
}

// work gets pages until the crawl is over, and returns the sum of theirs.
func (c *crawl) work(t runners.Task) (sum uint64, err error) {
	conn, err := t.Dial("tcp", c.job.origin)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := c.begin(t); err != nil {
		return 0, err
	}
	from, buf := web.NewClient(conn, c.job.origin), make([]byte, 4<<10)
	for {
		v, err := c.frontier.Get(t)
		if err != nil {
			return 0, err
		}
		page := v.(int)
		if page == done {
			return sum, nil
		}
		content, err := c.get(from, page, buf)
		if err != nil {
			return 0, fmt.Errorf("page %d: %w", page, err)
		}
		sum += data.Sum(uint64(data.CRC(0, content)), page)
		if err := c.follow(t, content); err != nil {
			return 0, err
		}
	}
}

func (c *crawl) get(from *web.Client, page int, buf []byte) (content []byte, err error) {
	resp, err := from.Get(c.job.site.path(page), -1)
	if err != nil {
		return nil, err
	}
	err = web.Read(resp, int(resp.ContentLength), buf, func(p []byte) { content = append(content, p...) })
	return content, err
}

// begin puts the first page into the frontier, unless another task has.
func (c *crawl) begin(t runners.Task) error {
	if err := c.mu.Lock(t); err != nil {
		return err
	}
	first := !c.begun
	c.begun = true
	if first {
		c.left = 1
		c.seen[c.job.site.path(0)] = true
	}
	c.mu.Unlock()
	if !first {
		return nil
	}
	return c.frontier.Put(t, 0)
}

// follow puts the links of a page that are new into the frontier, and ends the
// crawl when there is nothing left.
func (c *crawl) follow(t runners.Task, content []byte) error {
	paths, err := hrefs(content)
	if err != nil {
		return err
	}
	var fresh []int
	if err := c.mu.Lock(t); err != nil {
		return err
	}
	for _, path := range paths {
		if c.seen[path] {
			continue
		}
		c.seen[path] = true
		site, page, bad := parseSite(path)
		if bad != nil || site != c.job.site {
			err = fmt.Errorf("a link leads to %q", path)
			break
		}
		fresh = append(fresh, page)
	}
	c.left += len(fresh) - 1
	over := c.left == 0
	c.mu.Unlock()
	if err != nil {
		return err
	}
	for _, page := range fresh {
		if err := c.frontier.Put(t, page); err != nil {
			return err
		}
	}
	if over {
		return c.end(t)
	}
	return nil
}

// end lets every task go, once.
func (c *crawl) end(t runners.Task) error {
	if err := c.mu.Lock(t); err != nil {
		return err
	}
	over := c.over
	c.over = true
	c.mu.Unlock()
	if over {
		return nil
	}
	for range c.job.tasks {
		if err := c.frontier.Put(t, done); err != nil {
			return err
		}
	}
	return nil
}
