package io

import (
	"encoding/json"
	"fmt"
	"net"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// chat settles chat-async. Here the tasks are the server, and the origin is the
// crowd that talks to it: chatserver.go, chatroom.go; chatcrowd.go, chatclient.go.
type chat struct{}

func init() { workloads.Register(chat{}) }

var (
	_ workloads.Server   = chat{}
	_ workloads.Measurer = chat{}
)

// noticed is how long a delivery may take before people notice.
const noticed = 100 * time.Millisecond

func (chat) About() workloads.About {
	at := func(tasks int) workloads.Case { return workloads.Case{Tasks: tasks} }
	return workloads.About{
		Name:    "chat",
		Kind:    workloads.IO,
		Summary: "tasks are a chat server: what a client says goes to everyone in its room",
		Unit:    "one client on a WebSocket over loopback, served by a task that reads and a child that writes: 8 messages of 100 B at 8/s, unless told, each delivered to the 10 members of its room. The origin sends them by a schedule that waits for nobody, and takes the time from when a message was due to when each member had it",
		Params: []workloads.Param{
			{Name: "room", Default: "10", Doc: "clients in a room: 1 to 1000", Check: workloads.Whole(1, 1000)},
			{Name: "rate", Default: "8", Doc: "messages that a client sends in a second: 1 to 1000", Check: workloads.Whole(1, 1000)},
			{Name: "messages", Default: "8", Doc: "messages that a client sends in all: 1 to 1000", Check: workloads.Whole(1, 1000)},
			{Name: "size", Default: "100", Doc: "bytes of a message: 8 to 65536", Check: workloads.Whole(chatHeader, maxSaid)},
		},
		Small:      workloads.Params{"room": "4", "rate": "200", "messages": "6"},
		Full:       []workloads.Case{{Tasks: 100, Params: workloads.Params{"messages": "4"}}},
		Sweeps:     []workloads.Sweep{{Over: "clients", Cases: []workloads.Case{at(250), at(750), at(1500)}}},
		Concurrent: true,
	}
}

// Needs asks for all tasks at once: nobody speaks until everyone is there.
func (chat) Needs(_ workloads.Params, tasks int) runners.Needs {
	return runners.Needs{Together: tasks, Children: true, ChildrenEach: 1, SharedMemory: true, Listener: true, Files: 1}
}

func (chat) Measures(workloads.Params) workloads.Measures {
	// From when a message was due to be sent to when a member had it.
	figures := workloads.Spread("delivery", "delivery", "p99")
	for i := range figures {
		if figures[i].Judged {
			figures[i].Limit = float64(noticed)
		}
	}
	// The origin's own lateness is in the delivery.
	figures = append(figures, workloads.Spread("send", "the origin's lateness", "")...)
	figures = append(figures, workloads.Figure{Unit: "deliveries/s", Doc: "deliveries a second, from the first message due to the last delivered", Higher: true})
	figures = append(figures, workloads.Figure{Unit: "late/op", Doc: "deliveries not come within 3 s of the last message"})
	return workloads.Measures{Figures: figures, Paced: true}
}

// Prepare knows what each client will hear: all that is said in its room.
func (chat) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	plan := chatPlan{Clients: tasks, Room: p.Int("room"), Rate: p.Int("rate"), Messages: p.Int("messages"), Size: p.Int("size"), Seed: s.Seed}
	var last *chatServer // of the op that has ended
	work := workloads.Work{
		Make: func(meet runners.Sync) runners.Body {
			last = newChatServer(meet, plan, s.Origin)
			return last.serve
		},
		Observe: func(_ runners.Outcome, into *workloads.Observed) error { return last.observe(into) },
	}
	digests := plan.digests()
	said := make([]uint64, plan.rooms())
	for client := range tasks {
		for _, digest := range digests[client] {
			said[plan.roomOf(client)] += uint64(digest)
		}
	}
	for client := range tasks {
		work.Sum += data.Sum(said[plan.roomOf(client)], client)
	}
	work.Sum += uint64(tasks)
	return work, nil
}

func (s *chatServer) observe(into *workloads.Observed) error {
	var r chatReport
	if err := json.Unmarshal(s.figures, &r); err != nil {
		return fmt.Errorf("the crowd's report: %w", err)
	}
	for _, at := range r.Deliveries {
		into.Times("delivery", at[0], at[1])
	}
	for _, at := range r.Sends {
		into.Times("send", at[0], at[1])
	}
	into.Add("deliveries/s", r.PerSecond)
	into.Add("late/op", float64(s.verdict.Late))
	return nil
}

func (chat) Usage(address string) string {
	return "Listen for WebSocket clients, and send a line of JSON to " + address + ` over TCP:
{"Address": yours, "Clients": 10, "Room": 5, "Rate": 4, "Messages": 2, "Size": 100, "Seed": 1}
Client n comes to /n and is in room n modulo the number of rooms, which have 5 members at
most. When each has had what was said in its room, or 3 s after the last message was due,
you read a line of JSON that says what went wrong, and one with how long things took.`
}

// Serve has a crowd visit each server that asks for one.
func (chat) Serve(l net.Listener) error {
	return workloads.ServeConns(l, func(c net.Conn) {
		var plan chatPlan
		err := json.NewDecoder(c).Decode(&plan)
		if err == nil {
			err = plan.check()
		}
		if err != nil {
			json.NewEncoder(c).Encode(chatVerdict{Wrong: "the plan: " + err.Error()})
			return
		}
		crowd := newCrowd(plan)
		defer crowd.close()
		crowd.answer(c, crowd.visit())
	})
}

// answer gives the verdict, has the crowd go, and reports.
func (c *crowd) answer(to net.Conn, v chatVerdict) {
	lines := json.NewEncoder(to)
	lines.Encode(v)
	if v.Late > 0 {
		to.Read(make([]byte, 1)) // now the server knows that they will hang up
	}
	c.close()
	if v.Wrong == "" {
		lines.Encode(c.report())
	}
}
