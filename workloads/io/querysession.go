package io

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads/internal/postgres"
)

// A connSession is a connection of the task's own, which waits as the model does.
type connSession struct {
	c     *postgres.Conn
	texts *pgTexts
}

func (p *pg) openConn(t runners.Task) (session, error) {
	c, err := t.Dial("tcp", p.server.Address)
	if err != nil {
		return nil, err
	}
	conn, err := p.server.Open(c)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &connSession{conn, &p.texts}, nil
}

func bigint(p []byte) int64 { return int64(binary.BigEndian.Uint64(p)) }

func (s *connSession) read(from, rows int64, each func(row)) error {
	statement := s.texts.point
	if rows == stretch {
		statement = s.texts.stretch
	}
	return s.c.Query(statement, func(v [][]byte) error {
		each(row{bigint(v[0]), bigint(v[1]), v[2]})
		return nil
	}, from)
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

// A driverSession is a connection that holds the thread: each query is one call
// of Block, and so is a transaction.
type driverSession struct {
	t     runners.Task
	c     *pgx.Conn
	texts *pgTexts
}

func (p *pg) openDriver(t runners.Task) (session, error) {
	s := &driverSession{t: t, texts: &p.texts}
	var err error
	t.Block(func() { s.c, err = p.server.Driver() })
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *driverSession) read(from, rows int64, each func(row)) (err error) {
	statement := s.texts.point
	if rows == stretch {
		statement = s.texts.stretch
	}
	s.t.Block(func() {
		var r row
		got, _ := s.c.Query(context.Background(), statement, from) // an error comes with the rows
		_, err = pgx.ForEachRow(got, []any{&r.id, &r.value, (*pgtype.DriverBytes)(&r.body)}, func() error {
			each(r)
			return nil
		})
	})
	return err
}

func (s *driverSession) write(b booking) (value int64, err error) {
	s.t.Block(func() {
		ctx := context.Background()
		err = pgx.BeginFunc(ctx, s.c, func(tx pgx.Tx) error {
			if err := tx.QueryRow(ctx, s.texts.value, b.row).Scan(&value); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, s.texts.update, value, b.account); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, s.texts.insert, b.task, b.n, b.account, value)
			return err
		})
	})
	return value, err
}

func (s *driverSession) close() (err error) {
	s.t.Block(func() { err = s.c.Close(context.Background()) })
	return err
}
