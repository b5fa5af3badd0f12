package io

import (
	"bufio"
	"fmt"
	"io"
	"net"

	"github.com/gobwas/ws"

	"github.com/concbench/concbench/runners"
)

const (
	maxSaid = 64 << 10 // bytes of a message

	// maxQueued is how many messages wait for a client. Then those wait that
	// have more for it: nothing is dropped.
	maxQueued = 256
)

// A chatRoom is who hears what.
type chatRoom struct {
	mu      runners.Mutex
	members []*chatMember // under mu
}

// A chatMember is a client in a room.
type chatMember struct {
	client int
	room   *chatRoom // nil: it is in none
	out    runners.Queue
}

// A chatMessage is a message as each member gets it.
type chatMessage struct{ frame []byte }

// nothingMore stands in a member's queue after the last message.
var nothingMore *chatMessage

func (m *chatMember) join(t runners.Task) error {
	if err := m.room.mu.Lock(t); err != nil {
		return err
	}
	defer m.room.mu.Unlock()
	m.room.members = append(m.room.members, m)
	return nil
}

// leave may come after no join.
func (m *chatMember) leave(t runners.Task) error {
	if m.room == nil {
		return nil
	}
	if err := m.room.mu.Lock(t); err != nil {
		return err
	}
	defer m.room.mu.Unlock()
	for i, other := range m.room.members {
		if other == m {
			last := len(m.room.members) - 1
			m.room.members[i] = m.room.members[last]
			m.room.members = m.room.members[:last]
			break
		}
	}
	return nil
}

// read hands on what the client says, until it says that it leaves.
func (m *chatMember) read(t runners.Task, c net.Conn) error {
	in, room := bufio.NewReaderSize(c, 512), make([]byte, ws.MaxHeaderSize)
	for {
		h, err := ws.ReadHeaderBuffer(in, room)
		if err != nil {
			return fmt.Errorf("client %d: %w", m.client, err)
		}
		if err := ws.CheckHeader(h, ws.StateServerSide); err != nil {
			return err
		}
		if h.Length > maxSaid || !h.Fin {
			return fmt.Errorf("client %d: a message of %d B, whole: %v", m.client, h.Length, h.Fin)
		}
		payload := make([]byte, h.Length)
		if _, err := io.ReadFull(in, payload); err != nil {
			return fmt.Errorf("client %d: %w", m.client, err)
		}
		ws.Cipher(payload, h.Mask, 0)
		switch h.OpCode {
		case ws.OpBinary:
		case ws.OpClose:
			return nil
		default:
			return fmt.Errorf("client %d: a frame of kind %#x", m.client, h.OpCode)
		}
		frame, err := ws.CompileFrame(ws.NewBinaryFrame(payload))
		if err != nil {
			return err
		}
		if err := m.room.say(t, &chatMessage{frame}); err != nil {
			return err
		}
	}
}

// say puts a message into every member's queue, under the lock: so all have
// the room's messages in one order. Where it waits for a full queue, it waits
// for one that a writer empties, who needs no lock.
func (r *chatRoom) say(t runners.Task, m *chatMessage) error {
	if err := r.mu.Lock(t); err != nil {
		return err
	}
	defer r.mu.Unlock()
	for _, member := range r.members {
		if err := member.out.Put(t, m); err != nil {
			return err
		}
	}
	return nil
}

// write sends the client what is in its queue, and at the end that it is over.
// Where the client is gone it goes on emptying the queue, or others would wait.
func (m *chatMember) write(t runners.Task, c net.Conn) (err error) {
	for {
		v, ended := m.out.Get(t)
		if ended != nil {
			return ended
		}
		message := v.(*chatMessage)
		switch {
		case message == nothingMore:
			if err == nil {
				_, err = c.Write(ws.CompiledCloseNormalClosure)
			}
			return err
		case err == nil:
			_, err = c.Write(message.frame)
		}
	}
}
