package io

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/concbench/concbench/runners"
)

// A pgxSession is a connection of the driver that Go programs use, which dials
// for itself and knows nothing of the model: each of its calls is one of Block.
//
// Note: it is another driver than that of the other two ways, and allocates more:
// what tells models apart is db=blocking. And its sockets are Go's, so that
// goroutines which wait in it hold no thread.
type pgxSession struct {
	t     runners.Task
	c     *pgx.Conn
	texts *pgTexts
	rows  []row // of the last read; the bodies are used again
}

func preparePGX(t table, tasks int, where string) (database, error) {
	return preparePG(t, tasks, where, (*pg).openPGX)
}

func (p *pg) openPGX(t runners.Task) (session, error) {
	s := &pgxSession{t: t, texts: &p.texts}
	var err error
	t.Block(func() { s.c, err = p.server.Connect() })
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *pgxSession) read(from, rows int64, each func(row)) (err error) {
	statement := s.texts.point
	if rows == stretch {
		statement = s.texts.stretch
	}
	got := 0
	s.t.Block(func() {
		var r row
		answer, _ := s.c.Query(context.Background(), statement, from) // an error comes with the rows
		_, err = pgx.ForEachRow(answer, []any{&r.id, &r.value, (*pgtype.DriverBytes)(&r.body)}, func() error {
			if got == len(s.rows) {
				s.rows = append(s.rows, row{})
			}
			to := &s.rows[got]
			to.id, to.value, to.body = r.id, r.value, append(to.body[:0], r.body...)
			got++
			return nil
		})
	})
	if err != nil {
		return err
	}
	for _, r := range s.rows[:got] {
		each(r)
	}
	return nil
}

func (s *pgxSession) write(b booking) (value int64, err error) {
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

func (s *pgxSession) close() (err error) {
	s.t.Block(func() { err = s.c.Close(context.Background()) })
	return err
}
