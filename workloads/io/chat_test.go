package io

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// chatting runs a chat under every model, at an origin that is given.
func chatting(t *testing.T, origin string, tasks int, p workloads.Params, check func(*testing.T, workloads.Work, runners.Outcome), change ...func(*workloads.Work)) {
	s := worktest.Spec(t, chat{}, p, origin)
	work := worktest.Prepare(t, chat{}, s, tasks)
	for _, change := range change {
		change(&work)
	}
	worktest.Each(t, chat{}.Needs(s.Params, tasks), s, tasks, work, func(t *testing.T, o runners.Outcome) { check(t, work, o) })
}

func isRight(t *testing.T, work workloads.Work, o runners.Outcome) {
	require.NoError(t, o.Err)
	assert.Equal(t, work.Sum, o.Sum)
}

func TestEverybodyInARoomHearsAllThatIsSaidThere(t *testing.T) {
	address := serving(t, chat{})
	for _, p := range []workloads.Params{
		{"room": "1", "rate": "1000", "messages": "20"},
		{"room": "7", "rate": "1000", "messages": "20"}, // one room for all
		{"room": "3", "rate": "200", "messages": "3", "size": "8"},
		{"room": "1000", "rate": "500", "messages": "2", "size": "65536"},
	} {
		t.Run("room="+p["room"], func(t *testing.T) { chatting(t, address, 7, p, isRight) })
	}
}

func TestAChatMeasuresEachDelivery(t *testing.T) {
	address := serving(t, chat{})
	s := worktest.Spec(t, chat{}, workloads.Params{"room": "3", "rate": "200", "messages": "4"}, address)
	work := worktest.Prepare(t, chat{}, s, 5) // rooms of 3 and 2
	m := chat{}.Measures(s.Params)
	assert.True(t, m.Paced)
	seen := new(workloads.Observed)
	observe := work.Observe
	work.Observe = func(o runners.Outcome, _ *workloads.Observed) error {
		err := observe(o, seen)
		seen.EndOp()
		return err
	}
	worktest.Each(t, chat{}.Needs(s.Params, 5), s, 5, work, func(t *testing.T, o runners.Outcome) { require.NoError(t, o.Err) })
	f := seen.Figures()
	assert.Zero(t, f["late/op"])
	for _, figure := range m.Figures {
		if figure.Unit != "late/op" {
			assert.Positive(t, f[figure.Unit], figure.Unit)
		}
	}
	assert.Len(t, f, len(m.Figures))
	assert.GreaterOrEqual(t, f["delivery-max-ns"], f["delivery-p99-ns"])
	// 4*(3*3+2*2) deliveries, the last of them after 15 ms at the earliest.
	assert.Less(t, f["deliveries/s"], 52/15e-3)
}

// A crowd that fails is why all tasks fail; none waits for clients that will
// not come.
func TestAServerWithoutACrowdEnds(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, gone.Close())
	for says, origin := range map[string]string{
		"refused":        gone.Addr().String(),
		"without a word": listen(t, func(c net.Conn) { json.NewDecoder(c).Decode(new(chatPlan)) }),
		"the crowd: tired": listen(t, func(c net.Conn) {
			json.NewDecoder(c).Decode(new(chatPlan))
			new(crowd).answer(c, chatVerdict{Wrong: "tired"})
		}),
	} {
		chatting(t, origin, 4, nil, func(t *testing.T, _ workloads.Work, o runners.Outcome) {
			assert.Equal(t, 4, o.Failed)
			assert.ErrorContains(t, o.Err, says)
		}, unobserved)
	}
}

// unobserved is for jobs that fail: they have nothing to report.
func unobserved(w *workloads.Work) { w.Observe = nil }

// crowding is an origin whose crowds follow a script once they are there.
func crowding(t *testing.T, do func(*crowd) error) string {
	return listen(t, func(conn net.Conn) {
		var plan chatPlan
		json.NewDecoder(conn).Decode(&plan)
		c := newCrowd(plan)
		c.patience = time.Minute
		err := c.come()
		if err == nil {
			err = do(c)
		}
		verdict := chatVerdict{}
		if err != nil {
			verdict.Wrong = err.Error()
		} else {
			verdict = c.verdict()
		}
		c.answer(conn, verdict)
	})
}

func TestACrowdRefusesAPlanThatIsNone(t *testing.T) {
	address := serving(t, chat{})
	for _, plan := range []string{"hello", "{}", `{"Clients": 1, "Room": 1, "Rate": 1, "Messages": 1, "Size": 7}`} {
		c, err := net.Dial("tcp", address)
		require.NoError(t, err)
		fmt.Fprintln(c, plan)
		answer, err := io.ReadAll(c)
		require.NoError(t, err)
		assert.Contains(t, string(answer), "the plan: ")
		require.NoError(t, c.Close())
	}
}

func TestAServerEndsWhenItsClientsHangUp(t *testing.T) {
	origin := crowding(t, func(*crowd) error { return errors.New("home") })
	chatting(t, origin, 4, nil, func(t *testing.T, _ workloads.Work, o runners.Outcome) {
		assert.Equal(t, 4, o.Failed)
		assert.ErrorContains(t, o.Err, "the crowd: home")
	}, unobserved)
}

func TestAServerRefusesWhatIsNoMessage(t *testing.T) {
	for says, raw := range map[string]string{
		"masked":          "\x82\x00",                                     // and must be
		"significant bit": "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xf0abcd", // longer than there is
		"65537 B":         "\x82\xff\x00\x00\x00\x00\x00\x01\x00\x01abcd",
		"whole: false":    "\x02\x80abcd",
		"kind 0x9":        "\x89\x80abcd",
	} {
		origin := crowding(t, func(c *crowd) error {
			c.clients[0].conn.Write([]byte(raw))
			c.deadline(time.Now().Add(20 * time.Second))
			_, err := c.clients[0].conn.Read(make([]byte, 1)) // until the server hangs up
			return err
		})
		chatting(t, origin, 1, nil, func(t *testing.T, _ workloads.Work, o runners.Outcome) {
			assert.ErrorContains(t, o.Err, says)
		}, unobserved)
	}
}

func TestNothingIsDroppedForAClientThatIsSlow(t *testing.T) {
	origin := crowding(t, func(c *crowd) error {
		c.begin = time.Now()
		for _, client := range c.clients {
			for range c.Messages {
				client.cues <- struct{}{} // all at once, whatever is due
			}
		}
		receive := func(client *chatClient) error {
			if client.number == 1 {
				time.Sleep(30 * time.Millisecond)
			}
			return client.receive()
		}
		return errors.Join(c.each((*chatClient).send, receive), c.leave(), c.agree())
	})
	// Far more than the queue and the sockets of one client hold.
	chatting(t, origin, 2, workloads.Params{"messages": "1000", "size": "4096"}, isRight)
}

// A crowd that goes in the middle is no failure: what it has not had counts as
// late.
func TestAServerThatCannotKeepUpIsLeft(t *testing.T) {
	origin := crowding(t, func(c *crowd) error {
		c.begin = time.Now()
		c.clients[0].cues <- struct{}{}
		if err := c.each(func(client *chatClient) error {
			c.deadline(time.Now().Add(250 * time.Millisecond))
			if client.number == 0 {
				client.conn.Write(client.frame(make([]byte, c.Size), 0))
			}
			return client.receive()
		}); err != nil {
			return err
		}
		return c.miss(c.clients[0].last)
	})
	late := 0.0
	s := worktest.Spec(t, chat{}, workloads.Params{"messages": "5"}, origin)
	work := worktest.Prepare(t, chat{}, s, 3)
	observe := work.Observe
	work.Observe = func(o runners.Outcome, into *workloads.Observed) error {
		defer func() { late = into.Figures()["late/op"] }()
		return observe(o, into)
	}
	worktest.Each(t, chat{}.Needs(s.Params, 3), s, 3, work, func(t *testing.T, o runners.Outcome) { isRight(t, work, o) })
	assert.GreaterOrEqual(t, late, float64(3*3*5-3), "each has had one at most")
	assert.LessOrEqual(t, late, float64(3*3*5))
}

func TestAChatThatIsCancelledEnds(t *testing.T) {
	address := serving(t, chat{})
	cancelled := errors.New("enough")
	chatting(t, address, 6, workloads.Params{"rate": "1", "messages": "10"}, func(t *testing.T, _ workloads.Work, o runners.Outcome) {
		assert.Zero(t, o.Done)
	}, unobserved, func(w *workloads.Work) {
		w.Context = func() context.Context {
			ctx, cancel := context.WithCancelCause(context.Background())
			time.AfterFunc(30*time.Millisecond, func() { cancel(cancelled) })
			return ctx
		}
	})
}
