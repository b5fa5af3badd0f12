package io

import (
	"bufio"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A prankster is a chat server that does something to each frame on its way to
// a client, and may do anything before it hands the first one on.
type prankster struct {
	plan    chatPlan
	stay    time.Duration // the crowd's
	prank   func(to, from, message int, frame []byte) []byte
	pause   func()
	goodbye []byte

	once    sync.Once
	mu      sync.Mutex
	members map[int]net.Conn
}

func (p *prankster) serve(c net.Conn) {
	client := -1
	up := ws.Upgrader{OnRequest: func(uri []byte) (err error) {
		client, err = strconv.Atoi(strings.TrimPrefix(string(uri), "/"))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.members[client] = c
		return err
	}}
	if _, err := up.Upgrade(c); err != nil {
		return
	}
	in := bufio.NewReader(c)
	for {
		h, err := ws.ReadHeader(in)
		if err != nil {
			return
		}
		payload := make([]byte, h.Length)
		if _, err := io.ReadFull(in, payload); err != nil {
			return
		}
		if h.OpCode == ws.OpClose {
			c.Write(p.goodbye)
			return
		}
		ws.Cipher(payload, h.Mask, 0)
		p.once.Do(p.pause)
		from, message := sender(payload)
		p.mu.Lock()
		for to, member := range p.members {
			if p.plan.roomOf(to) == p.plan.roomOf(from) {
				member.Write(p.prank(to, from, message, ws.MustCompileFrame(ws.NewBinaryFrame(payload))))
			}
		}
		p.mu.Unlock()
	}
}

// pranked has a crowd of four, in two rooms, visit a prankster.
func pranked(t *testing.T, change func(*prankster)) (chatVerdict, chatReport) {
	plan := chatPlan{Clients: 4, Room: 2, Rate: 500, Messages: 10, Size: 40, Seed: 1}
	p := &prankster{
		plan: plan, stay: time.Minute,
		prank:   func(_, _, _ int, frame []byte) []byte { return frame },
		pause:   func() {},
		goodbye: ws.CompiledCloseNormalClosure,
		members: map[int]net.Conn{},
	}
	change(p)
	plan.Address = listen(t, p.serve)
	c := newCrowd(plan)
	c.patience, c.stay = time.Minute, p.stay
	defer c.close()
	verdict := c.visit()
	if verdict.Wrong != "" {
		return verdict, chatReport{}
	}
	return verdict, c.report()
}

func TestACrowdNoticesEveryPrank(t *testing.T) {
	const victim, friend = 1, 3
	at := func(message int, do func(frame []byte) []byte) func(*prankster) {
		return func(p *prankster) {
			p.prank = func(to, from, m int, frame []byte) []byte {
				if to != victim || from != friend || m != message {
					return frame
				}
				return do(frame)
			}
		}
	}
	for says, change := range map[string]func(*prankster){
		"client 3's message 5 in place of its 4": at(4, func([]byte) []byte { return nil }),
		"1 deliveries are lost: ": func(p *prankster) {
			p.stay = 2 * time.Second // half of which must be silent
			at(9, func([]byte) []byte { return nil })(p)
		},
		"client 3's message 4 in place of its 5": at(4, func(f []byte) []byte { return append(f, f...) }),
		"message 4 is not what it said":          at(4, func(f []byte) []byte { f[20] ^= 1; return f }),
		"client 2's, who is not in the room":     at(4, func(f []byte) []byte { f[5] = 2; return f }),
		"client 9's, who is not in the room":     at(4, func(f []byte) []byte { f[5] = 9; return f }),
		"message 255 in place of its 4":          at(4, func(f []byte) []byte { f[9] = 255; return f }),
		"kind 0x2 and 41 B":                      at(4, func(f []byte) []byte { f[1]++; return append(f, 0) }),
		"kind 0x1":                               at(4, func(f []byte) []byte { f[0]--; return f }),
		"had a message too many": func(p *prankster) {
			p.goodbye = ws.MustCompileFrame(ws.NewBinaryFrame(nil))
		},
	} {
		verdict, _ := pranked(t, change)
		assert.Contains(t, verdict.Wrong, says)
	}
}

func TestACrowdNoticesThatMembersHeardInDifferentOrder(t *testing.T) {
	var kept []byte
	released := false
	verdict, _ := pranked(t, func(p *prankster) {
		p.prank = func(to, from, message int, frame []byte) []byte {
			switch {
			case to == 1 && from == 1 && message == 9:
				released = true
				return append(frame, kept...)
			case to == 1 && from == 3 && !released:
				kept = append(kept, frame...)
				return nil
			}
			return frame
		}
	})
	assert.Contains(t, verdict.Wrong, "different order")
}

func TestACrowdThatHasHadEverythingSaysWhen(t *testing.T) {
	verdict, report := pranked(t, func(*prankster) {})
	assert.Empty(t, verdict.Wrong)
	assert.EqualValues(t, 2*2*2*10, count(report.Deliveries))
	assert.EqualValues(t, 4*10, count(report.Sends))
	assert.True(t, slices.IsSortedFunc(report.Deliveries, func(a, b [2]int64) int { return int(a[0] - b[0]) }))
	assert.Less(t, report.PerSecond, 80/18e-3, "the last is due after 18 ms")
}

// While a server stands still, messages fall due, and wait for it: nobody is
// to wait before he sends them.
func TestTheTimeThatAServerStandsStillIsInEveryDelivery(t *testing.T) {
	const still = 100 * time.Millisecond
	verdict, report := pranked(t, func(p *prankster) { p.pause = func() { time.Sleep(still) } })
	assert.Empty(t, verdict.Wrong)
	assert.Greater(t, report.Deliveries[0][0], int64(still-20*time.Millisecond), "the last is due after 20 ms")
}

func count(times [][2]int64) (n int64) {
	for _, at := range times {
		n += at[1]
	}
	return n
}

func TestMessagesAreDueOnceInEachInterval(t *testing.T) {
	p := chatPlan{Rate: 100, Messages: 50, Seed: 1}
	first, second := 0, 0
	for client := range 100 {
		for message := range p.Messages {
			due := p.due(client, message)
			assert.Equal(t, message, int(due/(10*time.Millisecond)))
			if due%(10*time.Millisecond) < 5*time.Millisecond {
				first++
			} else {
				second++
			}
		}
	}
	assert.InDelta(t, 2500, first, 200)
	assert.InDelta(t, 2500, second, 200)
	other := chatPlan{Rate: 100, Messages: 50, Seed: 2}
	assert.NotEqual(t, p.due(0, 0), other.due(0, 0))
}

func TestRoomsAreOfOneSizeOrOneLess(t *testing.T) {
	for _, p := range []chatPlan{{Clients: 9, Room: 4}, {Clients: 1, Room: 4}, {Clients: 8, Room: 4}, {Clients: 8, Room: 1}} {
		in := map[int]map[int]bool{}
		for client := range p.Clients {
			room := p.roomOf(client)
			if in[room] == nil {
				in[room] = map[int]bool{}
			}
			in[room][p.seat(client)] = true
		}
		assert.Len(t, in, p.rooms())
		for room, seats := range in {
			assert.Len(t, seats, p.members(room), "a seat each")
			assert.LessOrEqual(t, len(seats), p.Room)
			assert.GreaterOrEqual(t, len(seats), p.Clients/p.rooms())
			for seat := range seats {
				assert.Less(t, seat, len(seats))
			}
		}
	}
}

func TestACrowdThatFailsDoesNotWaitForTheEnd(t *testing.T) {
	plan := chatPlan{Clients: 2, Room: 1, Rate: 1, Messages: 60, Size: 40, Seed: 1}
	plan.Address = listen(t, func(c net.Conn) {
		ws.Upgrade(c)
		time.Sleep(20 * time.Millisecond) // and hangs up
	})
	begin := time.Now()
	c := newCrowd(plan)
	defer c.close()
	assert.NotEmpty(t, c.visit().Wrong)
	assert.Less(t, time.Since(begin), 30*time.Second)
}

func TestAnAlarmIsNeverEarlyUnlessItIsClosed(t *testing.T) {
	a, err := newAlarm()
	require.NoError(t, err)
	for _, d := range []time.Duration{-1, 0, 1, 300 * time.Microsecond, 2 * time.Millisecond} {
		begin := time.Now()
		require.NoError(t, a.sleep(d))
		assert.GreaterOrEqual(t, time.Since(begin), d)
	}
	time.AfterFunc(time.Millisecond, func() { a.Close() })
	assert.Error(t, a.sleep(time.Hour), "closed")
}
