package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"modernc.org/sqlite"
)

// A Conn is a connection to the database, opened when it is first used. It
// keeps the statements that it has prepared.
type Conn struct {
	path       string
	slot       int
	conn       driver.Conn // nil: not open
	statements map[string]driver.Stmt
}

// sqlite's own waiting, in ms, for a transaction of another process.
const busyTimeout = "PRAGMA busy_timeout=10000"

func (c *Conn) open(pragmas ...string) (err error) {
	if c.conn, err = new(sqlite.Driver).Open(c.path); err != nil {
		return err
	}
	c.statements = map[string]driver.Stmt{}
	for _, pragma := range append([]string{busyTimeout}, pragmas...) {
		if err := c.Exec(pragma); err != nil {
			return errors.Join(err, c.close())
		}
	}
	return nil
}

func (c *Conn) close() error {
	if c.conn == nil {
		return nil
	}
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.Close())
	}
	errs = append(errs, c.conn.Close())
	c.conn, c.statements = nil, nil
	return errors.Join(errs...)
}

// use calls f with the connection open, and closes it where that goes wrong:
// the next to use it finds nothing of that.
func (c *Conn) use(f func(*Conn) error) (err error) {
	if c.conn == nil {
		if err := c.open("PRAGMA synchronous=NORMAL"); err != nil {
			return err
		}
	}
	well := false
	defer func() {
		if !well {
			c.close()
		}
	}()
	err = f(c)
	well = err == nil
	return err
}

// change calls f within a transaction.
func (c *Conn) change(f func(*Conn) error) error {
	return c.use(func(c *Conn) error { return c.transact(f) })
}

// transact leaves a transaction that went wrong open: closing takes it back.
// It asks for the lock at once, or a second writer would have to begin again.
func (c *Conn) transact(f func(*Conn) error) error {
	if err := c.Exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := f(c); err != nil {
		return err
	}
	return c.Exec("COMMIT")
}

func (c *Conn) prepare(statement string) (driver.Stmt, error) {
	if s := c.statements[statement]; s != nil {
		return s, nil
	}
	s, err := c.conn.Prepare(statement)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", statement, err)
	}
	c.statements[statement] = s
	return s, nil
}

func named(args []driver.Value) []driver.NamedValue {
	all := make([]driver.NamedValue, len(args))
	for i, v := range args {
		all[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return all
}

// Exec runs a statement with its parameters ?1, ?2 and so on, of type int64,
// []byte or string.
func (c *Conn) Exec(statement string, args ...driver.Value) error {
	s, err := c.prepare(statement)
	if err != nil {
		return err
	}
	if _, err := s.(driver.StmtExecContext).ExecContext(context.Background(), named(args)); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// Query runs a statement and calls each with each row: int64, []byte or string
// values, which it may keep; not their slice.
func (c *Conn) Query(statement string, each func(row []driver.Value) error, args ...driver.Value) (err error) {
	s, err := c.prepare(statement)
	if err != nil {
		return err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(context.Background(), named(args))
	if err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		if err := each(row); err != nil {
			return err
		}
	}
}
