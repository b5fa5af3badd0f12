package io

import (
	"bytes"
	"fmt"
	"io"
	"net"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// echo settles io-async-wins, io-threads-win, async-lean, async-scales and
// uvloop-faster: the smallest request there is, so that what is measured is
// waiting for it.
type echo struct{}

func init() { workloads.Register(echo{}) }

var (
	_ workloads.Server   = echo{}
	_ workloads.Measurer = echo{}
)

func (echo) About() workloads.About {
	return workloads.About{
		Name:    "echo",
		Kind:    workloads.IO,
		Summary: "tasks send messages over a TCP connection each and get them back",
		Unit:    "one TCP connection on loopback with 100 round trips of 64 B, unless told",
		Params: []workloads.Param{
			{Name: "trips", Default: "100", Doc: "round trips of a task: 1 to 1000000", Check: workloads.Whole(1, 1_000_000)},
			// A message is written whole before any of it is read back, so the
			// sockets have to hold it.
			{Name: "size", Default: "64", Doc: "bytes of a message: 1 to 65536", Check: workloads.Whole(1, 64<<10)},
			loadParam,
		},
		Concurrent: true,
		Quick:      []workloads.Case{{Tasks: 50, Params: workloads.Params{"trips": "10"}}},
		Full: []workloads.Case{
			{Tasks: 10}, {Tasks: 100}, {Tasks: 1000, Params: few},
		},
		Sweeps: []workloads.Sweep{{Over: "connections", Cases: []workloads.Case{
			{Tasks: 10}, {Tasks: 100}, {Tasks: 1000, Params: few}, {Tasks: 5000, Params: few},
		}}, loadSweep(100, workloads.Params{"trips": "200"})},
	}
}

// few trips are enough where there are many connections.
var few = workloads.Params{"trips": "20"}

func (echo) Needs(p workloads.Params, tasks int) runners.Needs {
	return openNeeds(runners.Needs{Files: 1}, p, tasks)
}

func (echo) Measures(p workloads.Params) workloads.Measures { return openMeasures(p) }

func (echo) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	trips, size := p.Int("trips"), p.Int("size")
	message := func(p []byte, i, trip int) { data.Fill(p, data.Key(s.Seed, i, trip), 0) }
	work := loaded(p, tasks, trips, func(pace *pace) runners.Body {
		return func(t runners.Task, i int) (uint64, error) {
			c, err := t.Dial("tcp", s.Origin)
			if err != nil {
				pace.arrive(t) // or the others would wait for it
				return 0, err
			}
			defer c.Close()
			both := make([]byte, 2*size)
			sent, got := both[:size], both[size:]
			crc := uint32(0)
			if err := pace.ready(t); err != nil {
				return 0, err
			}
			for trip := range trips {
				message(sent, i, trip)
				if err := pace.due(t, i, trip); err != nil {
					return 0, err
				}
				if _, err := c.Write(sent); err != nil {
					return 0, err
				}
				if _, err := io.ReadFull(c, got); err != nil {
					return 0, err
				}
				pace.answered(i, trip)
				if !bytes.Equal(got, sent) {
					return 0, fmt.Errorf("trip %d: what came back is not what was sent", trip)
				}
				crc = data.CRC(crc, got)
			}
			return data.Sum(uint64(crc), i), nil
		}
	})
	said := make([]byte, size)
	for i := range tasks {
		crc := uint32(0)
		for trip := range trips {
			message(said, i, trip)
			crc = data.CRC(crc, said)
		}
		work.Sum += data.Sum(uint64(crc), i)
	}
	return work, nil
}

func (echo) Usage(address string) string {
	return "Send bytes to " + address + " over TCP: they come back, until you close your sending side."
}

// Serve keeps little for a connection: thousands of them shall cost the
// measured machine little memory.
func (echo) Serve(l net.Listener) error {
	return workloads.ServeConns(l, func(c net.Conn) {
		buf := make([]byte, 4<<10)
		for {
			n, err := c.Read(buf)
			if n > 0 {
				if _, err := c.Write(buf[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	})
}
