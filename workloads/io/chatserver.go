package io

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync/atomic"

	"github.com/gobwas/ws"

	"github.com/concbench/concbench/runners"
)

// A chatServer serves the clients of one op, a task each.
type chatServer struct {
	plan   chatPlan
	origin string
	meet   runners.Sync
	rooms  []chatRoom

	left    atomic.Bool // the crowd goes in the middle, since the server cannot keep up
	verdict chatVerdict // the crowd's, when all have ended
	figures []byte      // and what it has measured

	// door goes from task to task: the listener, or why there is none. One task
	// at a time accepts, or each that comes would wake them all; what it accepts
	// is its own, so that clients are spread as tasks are.
	door runners.Queue
}

func newChatServer(meet runners.Sync, plan chatPlan, origin string) *chatServer {
	s := &chatServer{plan: plan, origin: origin, meet: meet, rooms: make([]chatRoom, plan.rooms()), door: meet.NewQueue(1)}
	for i := range s.rooms {
		s.rooms[i].mu = meet.NewMutex()
	}
	return s
}

// serve is the body: it serves one client, and task 0 has the crowd come.
func (s *chatServer) serve(t runners.Task, i int) (sum uint64, err error) {
	if i == 0 {
		l, err := s.open(t)
		if l != nil {
			defer l.Close()
		}
		if err != nil {
			return 0, err
		}
	}
	c, err := s.enter(t)
	if err == nil {
		err = s.client(t, c)
	}
	// What has become of the crowd is why a client has gone.
	if err = errors.Join(t.Wait(), err); err != nil && !s.left.Load() {
		return 0, err
	}
	if i == 0 {
		sum = s.verdict.Sum
	}
	return sum + 1, nil // one for each, so that all must have run
}

// open listens, tells the crowd where, and lets the tasks in.
func (s *chatServer) open(t runners.Task) (net.Listener, error) {
	l, err := t.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, s.door.Put(t, err))
	}
	t.Go(func(t runners.Task) error {
		err := s.invite(t, l.Addr().String())
		if err != nil {
			l.Close() // nobody else will come
		}
		return err
	})
	return l, s.door.Put(t, l)
}

// invite has the crowd come, and returns when it has gone.
func (s *chatServer) invite(t runners.Task, address string) error {
	c, err := t.Dial("tcp", s.origin)
	if err != nil {
		return err
	}
	defer c.Close()
	plan := s.plan
	plan.Address = address
	if err := json.NewEncoder(c).Encode(plan); err != nil {
		return err
	}
	in := bufio.NewReader(c)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the crowd has gone without a word: %w", err)
	}
	if err := json.Unmarshal(line, &s.verdict); err != nil {
		return err
	}
	if s.verdict.Wrong != "" {
		return errors.New("the crowd: " + s.verdict.Wrong)
	}
	if s.verdict.Late > 0 { // it does not hang up before this is known
		s.left.Store(true)
		if _, err := c.Write([]byte("\n")); err != nil {
			return err
		}
	}
	s.figures, err = io.ReadAll(in)
	return err
}

// enter takes a client in.
func (s *chatServer) enter(t runners.Task) (net.Conn, error) {
	v, err := s.door.Get(t)
	if err != nil {
		return nil, err
	}
	var c net.Conn
	l, open := v.(net.Listener)
	if open {
		c, err = l.Accept()
	} else {
		err = v.(error)
	}
	if next := s.door.Put(t, v); err == nil && next != nil {
		c.Close()
		return nil, next
	}
	return c, err
}

// client serves a client until it leaves.
func (s *chatServer) client(t runners.Task, c net.Conn) error {
	defer c.Close()
	m := &chatMember{out: s.meet.NewQueue(maxQueued)}
	_, err := ws.Upgrader{
		OnRequest: func(uri []byte) error { return s.find(m, uri) },
		// Who has been let in hears everything from then on.
		OnBeforeUpgrade: func() (ws.HandshakeHeader, error) { return nil, m.join(t) },
	}.Upgrade(c)
	if err != nil {
		return errors.Join(err, m.leave(t))
	}
	t.Go(func(t runners.Task) error { return m.write(t, c) })
	if err = m.read(t, c); err != nil {
		c.Close() // the crowd waits for what it will not get, and this task perhaps for the crowd
	}
	err = errors.Join(err, m.leave(t), m.out.Put(t, nothingMore))
	return errors.Join(t.Wait(), err)
}

// find finds the client's room by the path that it has asked for.
func (s *chatServer) find(m *chatMember, uri []byte) error {
	client, err := strconv.Atoi(string(bytes.TrimPrefix(uri, []byte("/"))))
	if err != nil || client < 0 || client >= s.plan.Clients {
		return fmt.Errorf("no client is called %q", uri)
	}
	m.client, m.room = client, &s.rooms[s.plan.roomOf(client)]
	return nil
}
