package io

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads/internal/postgres"
)

// A pg is the table in PostgreSQL. The table that is read stays on the server,
// for other jobs and processes; the books are this one's own.
type pg struct {
	server *postgres.Server
	schema string    // where the books are
	admin  *pgx.Conn // nil in a worker process
	texts  pgTexts
	enter  func(*pg, runners.Task) (session, error)
}

// pgTexts are the statements.
type pgTexts struct{ point, stretch, value, update, insert string }

// Both kinds of session come to the same tables, by the same statements.
func preparePostgres(t table, tasks int, where string) (database, error) {
	return preparePG(t, tasks, where, (*pg).openConn)
}

func prepareBlocking(t table, tasks int, where string) (database, error) {
	if err := postgres.CanBlock(); err != nil {
		return nil, err
	}
	return preparePG(t, tasks, where, (*pg).openBlocking)
}

func preparePG(t table, tasks int, where string, enter func(*pg, runners.Task) (session, error)) (_ database, err error) {
	p := &pg{schema: where, enter: enter}
	if p.server, err = postgres.Find(); err != nil {
		return nil, err
	}
	// The layout is in the name: another one would be another table.
	items := fmt.Sprintf("concbench_items_%d_%d_%d", bodySize, t.rows, t.seed)
	if where == "" {
		if p.admin, err = p.server.Connect(); err != nil {
			return nil, err
		}
		if err := p.make(t, items, tasks); err != nil {
			return nil, errors.Join(err, p.admin.Close(context.Background()))
		}
	}
	p.texts = pgTexts{
		point:   "SELECT id, value, body FROM " + items + " WHERE id = $1",
		stretch: "SELECT id, value, body FROM " + items + " WHERE id >= $1 ORDER BY id LIMIT 100",
		value:   "SELECT value FROM " + items + " WHERE id = $1",
		update:  "UPDATE " + p.schema + ".accounts SET balance = balance + $1 WHERE id = $2",
		insert:  "INSERT INTO " + p.schema + ".journal VALUES ($1, $2, $3, $4)",
	}
	return p, nil
}

// make makes what is not there.
func (p *pg) make(t table, items string, tasks int) error {
	if err := postgres.Room(p.admin, tasks); err != nil {
		return err
	}
	if err := fillPG(p.admin, items, t); err != nil {
		return err
	}
	var err error
	if p.schema, err = openBooks(p.admin); err != nil {
		return err
	}
	return p.clear()
}

func (p *pg) clear() error {
	_, err := p.admin.Exec(context.Background(), fmt.Sprintf("TRUNCATE %[1]s.journal, %[1]s.accounts; INSERT INTO %[1]s.accounts SELECT id, 0 FROM generate_series(0, %[2]d) id; ANALYZE %[1]s.accounts", p.schema, accounts-1))
	return err
}

func (p *pg) books() (b books, err error) {
	ctx := context.Background()
	rows, _ := p.admin.Query(ctx, "SELECT balance FROM "+p.schema+".accounts ORDER BY id")
	if b.balances, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
		return b, err
	}
	rows, _ = p.admin.Query(ctx, "SELECT task, n, account, value FROM "+p.schema+".journal ORDER BY task, n")
	var e entry
	_, err = pgx.ForEachRow(rows, []any{&e.task, &e.n, &e.account, &e.value}, func() error {
		b.journal = append(b.journal, e)
		return nil
	})
	return b, err
}

func (p *pg) where() string { return p.schema }

func (p *pg) close() error {
	if p.admin == nil {
		return nil
	}
	return errors.Join(dropBooks(p.admin, p.schema), p.admin.Close(context.Background()))
}

func (p *pg) begin(runners.Sync) func(runners.Task) (session, error) {
	return func(t runners.Task) (session, error) { return p.enter(p, t) }
}
