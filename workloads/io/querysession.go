package io

import (
	"encoding/binary"
	"errors"
	"net"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads/internal/postgres"
)

// A connSession is a connection of the task's own, which waits as the model does.
type connSession struct {
	c     *postgres.Conn
	texts *pgTexts
}

func (p *pg) openConn(t runners.Task) (session, error) {
	s, err := p.open(t.Dial("tcp", p.server.Address))
	if err != nil {
		return nil, err
	}
	return &s, nil
}

func (p *pg) open(c net.Conn, err error) (connSession, error) {
	if err != nil {
		return connSession{}, err
	}
	conn, err := p.server.Open(c)
	if err != nil {
		return connSession{}, errors.Join(err, c.Close())
	}
	return connSession{conn, &p.texts}, nil
}

func bigint(p []byte) int64 { return int64(binary.BigEndian.Uint64(p)) }

func decode(v [][]byte) row { return row{bigint(v[0]), bigint(v[1]), v[2]} }

func (s *connSession) read(from, rows int64, each func(row)) error {
	return s.query(from, rows, func(v [][]byte) error {
		each(decode(v))
		return nil
	})
}

func (s *connSession) query(from, rows int64, each func(row [][]byte) error) error {
	statement := s.texts.point
	if rows == stretch {
		statement = s.texts.stretch
	}
	return s.c.Query(statement, each, from)
}

func (s *connSession) write(b booking) (value int64, err error) {
	if err := s.c.Exec("begin"); err != nil {
		return 0, err
	}
	if err := s.c.Query(s.texts.value, func(v [][]byte) error {
		value = bigint(v[0])
		return nil
	}, b.row); err != nil {
		return 0, err
	}
	if err := s.c.Query(s.texts.update, nil, value, b.account); err != nil {
		return 0, err
	}
	if err := s.c.Query(s.texts.insert, nil, b.task, b.n, b.account, value); err != nil {
		return 0, err
	}
	return value, s.c.Exec("commit")
}

func (s *connSession) close() error { return s.c.Close() }

// A blockingSession is the same over a connection that holds the thread, as a
// driver built on libpq does: to connect is one call of Block, and so is each
// query, and each transaction.
type blockingSession struct {
	connSession
	t    runners.Task
	rows [][][]byte // columns, copied since the next message overwrites them; those of earlier reads are reused
}

func (p *pg) openBlocking(t runners.Task) (session, error) {
	s := &blockingSession{t: t}
	var err error
	t.Block(func() { s.connSession, err = p.open(postgres.Dial(p.server.Address)) })
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *blockingSession) read(from, rows int64, each func(row)) (err error) {
	got := 0
	s.t.Block(func() {
		err = s.query(from, rows, func(v [][]byte) error {
			if got == len(s.rows) {
				s.rows = append(s.rows, make([][]byte, len(v)))
			}
			for i, column := range v {
				s.rows[got][i] = append(s.rows[got][i][:0], column...)
			}
			got++
			return nil
		})
	})
	if err != nil {
		return err
	}
	for _, v := range s.rows[:got] {
		each(decode(v))
	}
	return nil
}

func (s *blockingSession) write(b booking) (value int64, err error) {
	s.t.Block(func() { value, err = s.connSession.write(b) })
	return value, err
}

func (s *blockingSession) close() (err error) {
	s.t.Block(func() { err = s.connSession.close() })
	return err
}
