package io

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/gobwas/ws"

	"github.com/concbench/concbench/workloads/internal/data"
)

// A chatClient is one of the crowd. One goroutine sends, another receives.
type chatClient struct {
	crowd  *crowd
	number int
	conn   net.Conn
	in     *bufio.Reader

	cues chan struct{}   // one for each message that is due
	late []time.Duration // how much each was when it was sent

	took  []time.Duration // of the messages it has had
	last  time.Duration   // when it had the last of them, since the beginning
	next  []int           // which message comes next, by the sender's seat
	sum   uint64          // of the digests of all
	order uint64          // digest of the order in which they came
}

func newChatClient(c *crowd, number int) *chatClient {
	members := c.members(c.roomOf(number))
	return &chatClient{
		crowd: c, number: number,
		cues: make(chan struct{}, c.Messages),
		late: make([]time.Duration, 0, c.Messages),
		took: make([]time.Duration, 0, members*c.Messages),
		next: make([]int, members),
	}
}

func (c *chatClient) connect(ctx context.Context) error {
	dialer := ws.Dialer{Timeout: c.crowd.patience}
	conn, early, _, err := dialer.Dial(ctx, fmt.Sprintf("ws://%s/%d", c.crowd.Address, c.number))
	if err != nil {
		return fmt.Errorf("client %d: %w", c.number, err)
	}
	c.conn, c.in = conn, bufio.NewReaderSize(conn, 2<<10)
	if early != nil {
		return fmt.Errorf("client %d had a message before anyone spoke", c.number)
	}
	return nil
}

// send sends each message when it is due, or as soon after as it can.
func (c *chatClient) send() error {
	b := make([]byte, c.crowd.Size)
	for message := range c.crowd.Messages {
		frame := c.frame(b, message)
		due := c.crowd.due(c.number, message)
		<-c.cues
		c.late = append(c.late, time.Since(c.crowd.begin)-due)
		if _, err := c.conn.Write(frame); errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// frame returns a message of the client as it is sent. b is for its content.
func (c *chatClient) frame(b []byte, message int) []byte {
	c.crowd.say(b, c.number, message)
	return ws.MustCompileFrame(ws.MaskFrame(ws.NewBinaryFrame(b)))
}

// receive receives all that is said in the room, until it is too late.
func (c *chatClient) receive() error {
	b, room := make([]byte, c.crowd.Size), make([]byte, ws.MaxHeaderSize)
	for len(c.took) < cap(c.took) {
		h, err := c.header(room)
		if err == nil && (h.OpCode != ws.OpBinary || h.Length != int64(len(b))) {
			err = fmt.Errorf("a frame of kind %#x and %d B", h.OpCode, h.Length)
		}
		if err == nil {
			_, err = io.ReadFull(c.in, b)
		}
		if err == nil {
			err = c.heard(b)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("message %d of %d: %w", len(c.took)+1, cap(c.took), err)
		}
	}
	return nil
}

func (c *chatClient) header(room []byte) (ws.Header, error) {
	h, err := ws.ReadHeaderBuffer(c.in, room)
	if err != nil {
		return h, err
	}
	return h, ws.CheckHeader(h, ws.StateClientSide)
}

// heard notes when a message came, and checks that it is the next of someone
// in the room.
func (c *chatClient) heard(b []byte) error {
	p, now := c.crowd, time.Since(c.crowd.begin)
	from, message := sender(b)
	digest := data.CRC(0, b)
	switch {
	case from >= p.Clients || p.roomOf(from) != p.roomOf(c.number):
		return fmt.Errorf("it is client %d's, who is not in the room", from)
	case message != c.next[p.seat(from)] || message >= p.Messages:
		return fmt.Errorf("client %d's message %d in place of its %d", from, message, c.next[p.seat(from)])
	case digest != p.digests[from][message]:
		return fmt.Errorf("client %d's message %d is not what it said", from, message)
	}
	c.next[p.seat(from)]++
	c.sum += uint64(digest)
	c.order = data.Key(c.order, from)
	c.last = now
	c.took = append(c.took, now-p.due(from, message))
	return nil
}

// miss counts what has not come at the end, as if it had come then.
func (c *chatClient) miss(end time.Duration) {
	p := c.crowd
	for seat, next := range c.next {
		from := p.roomOf(c.number) + seat*p.rooms()
		for ; next < p.Messages; next++ {
			c.sum += uint64(p.digests[from][next])
			c.took = append(c.took, end-p.due(from, next))
		}
	}
}

// leave closes the conversation, in which nothing may be left.
func (c *chatClient) leave() error {
	frame := ws.MustCompileFrame(ws.MaskFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusNormalClosure, ""))))
	if _, err := c.conn.Write(frame); err != nil {
		return err
	}
	h, err := c.header(make([]byte, ws.MaxHeaderSize))
	if err != nil {
		return err
	}
	if h.OpCode != ws.OpClose {
		return errors.New("it had a message too many")
	}
	return nil
}
