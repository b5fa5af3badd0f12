package io

import (
	"database/sql/driver"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads/internal/sqlite"
)

// A lite is the table in SQLite, in a temporary file.
type lite struct{ db *sqlite.DB }

func prepareLite(t table, _ int, where string) (database, error) {
	if where != "" { // a worker process reads what its program has written
		return lite{sqlite.Open(where)}, nil
	}
	db, err := sqlite.Create(func(c *sqlite.Conn) error {
		for _, create := range []string{
			"CREATE TABLE items (id INTEGER PRIMARY KEY, value INTEGER NOT NULL, body BLOB NOT NULL)",
			"CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)",
			"CREATE TABLE journal (task INTEGER, n INTEGER, account INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (task, n)) WITHOUT ROWID",
		} {
			if err := c.Exec(create); err != nil {
				return err
			}
		}
		for id := range t.rows {
			r := t.row(id)
			if err := c.Exec("INSERT INTO items VALUES (?1, ?2, ?3)", r.id, r.value, r.body); err != nil {
				return err
			}
		}
		return clearLite(c)
	})
	return lite{db}, err
}

func clearLite(c *sqlite.Conn) error {
	for _, empty := range []string{"DELETE FROM journal", "DELETE FROM accounts"} {
		if err := c.Exec(empty); err != nil {
			return err
		}
	}
	for id := range int64(accounts) {
		if err := c.Exec("INSERT INTO accounts VALUES (?1, 0)", id); err != nil {
			return err
		}
	}
	return nil
}

func (l lite) begin(meet runners.Sync) func(runners.Task) (session, error) {
	access := l.db.Access(meet)
	return func(t runners.Task) (session, error) { return &liteSession{t: t, access: access}, nil }
}

func (l lite) books() (b books, err error) {
	err = l.db.Look(func(c *sqlite.Conn) error {
		if err := c.Query("SELECT balance FROM accounts ORDER BY id", func(v []driver.Value) error {
			b.balances = append(b.balances, v[0].(int64))
			return nil
		}); err != nil {
			return err
		}
		return c.Query("SELECT task, n, account, value FROM journal ORDER BY task, n", func(v []driver.Value) error {
			b.journal = append(b.journal, entry{v[0].(int64), v[1].(int64), v[2].(int64), v[3].(int64)})
			return nil
		})
	})
	return b, err
}

func (l lite) clear() error  { return l.db.Change(clearLite) }
func (l lite) where() string { return l.db.Dir() }
func (l lite) close() error  { return l.db.Close() }

// A liteSession takes one of the process's connections when it first reads.
type liteSession struct {
	t      runners.Task
	access *sqlite.Access
	lease  *sqlite.Lease
	rows   []row // of the last read
}

func (s *liteSession) read(from, rows int64, each func(row)) (err error) {
	if s.lease == nil {
		if s.lease, err = s.access.Lease(s.t); err != nil {
			return err
		}
	}
	statement := "SELECT id, value, body FROM items WHERE id = ?1"
	if rows == stretch {
		statement = "SELECT id, value, body FROM items WHERE id >= ?1 ORDER BY id LIMIT 100"
	}
	s.rows = s.rows[:0]
	if err := s.lease.Read(func(c *sqlite.Conn) error {
		return c.Query(statement, func(v []driver.Value) error {
			s.rows = append(s.rows, row{v[0].(int64), v[1].(int64), v[2].([]byte)})
			return nil
		}, from)
	}); err != nil {
		return err
	}
	for _, r := range s.rows {
		each(r)
	}
	return nil
}

func (s *liteSession) write(b booking) (value int64, err error) {
	err = s.access.Write(s.t, func(c *sqlite.Conn) error {
		if err := c.Query("SELECT value FROM items WHERE id = ?1", func(v []driver.Value) error {
			value = v[0].(int64)
			return nil
		}, b.row); err != nil {
			return err
		}
		if err := c.Exec("UPDATE accounts SET balance = balance + ?1 WHERE id = ?2", value, b.account); err != nil {
			return err
		}
		return c.Exec("INSERT INTO journal VALUES (?1, ?2, ?3, ?4)", b.task, b.n, b.account, value)
	})
	return value, err
}

func (s *liteSession) close() error {
	if s.lease != nil {
		s.lease.End()
	}
	return nil
}
