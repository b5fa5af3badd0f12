package io

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/sync/errgroup"

	"github.com/concbench/concbench/workloads/internal/data"
)

const (
	// chatPatience is how long a server may take to let someone in or out.
	chatPatience = 15 * time.Second

	// chatLate is how long the crowd stays when the last message was due. What
	// has not come then is late, or lost if nothing at all has come for half of
	// it.
	chatLate = 3 * time.Second

	// chatKnocks is how many clients connect at once: less than fill a backlog.
	chatKnocks = 64
)

// A chatVerdict is what the crowd thinks of the server.
type chatVerdict struct {
	Wrong string // or ""
	Late  int    // deliveries that nobody waited for any more
	Sum   uint64 // of what the clients have had, as if nothing had been late
}

// A chatReport is what the crowd has measured. Times are in nanoseconds, to
// 0.1 % except for the greatest, each with how often it occurred. What was late
// has taken until the crowd left, at the least.
type chatReport struct {
	Deliveries [][2]int64 // from when a message was due to when a member had it
	Sends      [][2]int64 // from when a message was due to when it was sent
	PerSecond  float64    // deliveries, from the beginning to the last
}

// A crowd is the clients of one op. It runs in one process, whose clock alone
// it reads: sending and receiving are never compared across two.
type crowd struct {
	chatPlan
	patience time.Duration // with those in the door
	stay     time.Duration // when the last message was due
	late     int           // deliveries that are missing at the end
	clients  []*chatClient
	digests  [][]uint32 // of all messages, by client
	begin    time.Time
	clock    *alarm
}

func newCrowd(p chatPlan) *crowd {
	return &crowd{chatPlan: p, patience: chatPatience, stay: chatLate, digests: p.digests()}
}

// visit visits the server. It sees to it that each message comes to every
// member of its room once, unharmed, and in one order for all. Where the server
// cannot keep up it leaves in the middle.
func (c *crowd) visit() chatVerdict {
	for _, phase := range []func() error{c.come, c.talk, c.leave, c.agree} {
		if err := phase(); err != nil {
			return chatVerdict{Wrong: err.Error()}
		}
	}
	return c.verdict()
}

// close hangs up.
func (c *crowd) close() {
	for _, client := range c.clients {
		if client.conn != nil {
			client.conn.Close()
		}
	}
}

// come connects all clients.
func (c *crowd) come() error {
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(chatKnocks)
	for number := range c.Clients {
		client := newChatClient(c, number)
		c.clients = append(c.clients, client)
		g.Go(func() error { return client.connect(ctx) })
	}
	return g.Wait()
}

// talk sends all messages and returns when every client has had its own, or it
// is too late.
func (c *crowd) talk() (err error) {
	if c.clock, err = newAlarm(); err != nil {
		return err
	}
	defer c.clock.Close()
	// The goroutines are started first: the more, the longer it takes.
	c.begin = time.Now().Add(5*time.Millisecond + time.Duration(c.Clients)*10*time.Microsecond)
	end := c.length() + c.stay
	c.deadline(c.begin.Add(end))
	paced := make(chan error, 1)
	go func() { paced <- c.pace() }()
	err = c.each((*chatClient).send, (*chatClient).receive)
	if wrong := <-paced; err == nil {
		err = wrong
	}
	if err == nil {
		err = c.miss(end)
	}
	return err
}

// miss counts what has not come at the end. Until then is the least that it
// takes.
func (c *crowd) miss(end time.Duration) error {
	last := time.Duration(0)
	for _, client := range c.clients {
		c.late += cap(client.took) - len(client.took)
		last = max(last, client.last)
	}
	if c.late > 0 && end-last > c.stay/2 {
		return fmt.Errorf("%d deliveries are lost: nothing came for %v", c.late, end-last)
	}
	for _, client := range c.clients {
		client.miss(end)
	}
	return nil
}

// pace tells each client when a message of its is due. It waits for no client,
// and no client for another. When the clock is closed it waits no longer.
func (c *crowd) pace() error {
	type cue struct {
		at     time.Duration
		client *chatClient
	}
	var cues []cue
	for number, client := range c.clients {
		for message := range c.Messages {
			cues = append(cues, cue{c.due(number, message), client})
		}
	}
	slices.SortFunc(cues, func(a, b cue) int { return cmp.Compare(a.at, b.at) })
	var err error
	for _, cue := range cues {
		if err == nil {
			err = c.clock.sleep(cue.at - time.Since(c.begin))
		}
		cue.client.cues <- struct{}{} // there is room for all of them
	}
	return err
}

// leave says goodbye to the server, which has nothing more to send. If it has,
// the crowd just goes.
func (c *crowd) leave() error {
	if c.late > 0 {
		return nil
	}
	c.deadline(time.Now().Add(c.patience))
	return c.each((*chatClient).leave)
}

func (c *crowd) deadline(at time.Time) {
	for _, client := range c.clients {
		client.conn.SetDeadline(at)
	}
}

// each has every client do all of it at once. The first that fails lets the
// others go, and is why all fail.
func (c *crowd) each(do ...func(*chatClient) error) (first error) {
	var all sync.WaitGroup
	var once sync.Once
	for _, client := range c.clients {
		for _, do := range do {
			all.Go(func() {
				if err := do(client); err != nil {
					once.Do(func() {
						first = fmt.Errorf("client %d: %w", client.number, err)
						c.deadline(time.Now())
						if c.clock != nil {
							c.clock.Close()
						}
					})
				}
			})
		}
	}
	all.Wait()
	return first
}

// agree checks that all members of a room have had its messages in one order.
func (c *crowd) agree() error {
	if c.late > 0 {
		return nil
	}
	for number, client := range c.clients {
		if first := c.roomOf(number); client.order != c.clients[first].order {
			return fmt.Errorf("clients %d and %d, in one room, had its messages in different order", first, number)
		}
	}
	return nil
}

func (c *crowd) verdict() chatVerdict {
	v := chatVerdict{Late: c.late}
	for number, client := range c.clients {
		v.Sum += data.Sum(client.sum, number)
	}
	return v
}

func (c *crowd) report() chatReport {
	deliveries, sends := newTimes(), newTimes()
	total, last := -c.late, time.Duration(0)
	for _, client := range c.clients {
		for _, took := range client.took {
			deliveries.add(took)
		}
		for _, late := range client.late {
			sends.add(late)
		}
		total += len(client.took)
		last = max(last, client.last)
	}
	return chatReport{deliveries.list(), sends.list(), float64(total) / last.Seconds()}
}

// times is a set of times, to 0.1 % and up to an hour.
type times struct {
	h   *hdrhistogram.Histogram
	max int64
}

func newTimes() *times { return &times{h: hdrhistogram.New(1, int64(time.Hour), 3)} }

func (t *times) add(d time.Duration) {
	ns := min(max(int64(d), 0), int64(time.Hour))
	t.h.RecordValue(ns) // in range
	t.max = max(t.max, ns)
}

// list returns the times and how many there are of each; the last is exact.
func (t *times) list() (list [][2]int64) {
	for _, bar := range t.h.Distribution() {
		if bar.Count > 0 {
			list = append(list, [2]int64{min(bar.To, t.max), bar.Count})
		}
	}
	return list
}
