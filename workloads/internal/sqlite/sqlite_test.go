package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

func numbers(t *testing.T, n int) *DB {
	t.Helper()
	db, err := Create(func(c *Conn) error {
		if err := c.Exec("CREATE TABLE numbers (n INTEGER PRIMARY KEY)"); err != nil {
			return err
		}
		for i := range n {
			if err := c.Exec("INSERT INTO numbers VALUES (?1)", int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func count(n *int64) func(*Conn) error {
	return func(c *Conn) error {
		return c.Query("SELECT count(*) FROM numbers", func(row []driver.Value) error {
			*n = row[0].(int64)
			return nil
		})
	}
}

// run runs tasks that come to the database as goroutines.
func run(t *testing.T, db *DB, tasks int, body func(runners.Task, *Access, int) error) runners.Outcome {
	t.Helper()
	m, config, err := runners.Lookup("goroutines", 2)
	require.NoError(t, err)
	r, err := m.New(config)
	require.NoError(t, err)
	defer r.Close()
	o, err := r.Run(context.Background(), runners.Job{Tasks: tasks, Make: func(meet runners.Sync) runners.Body {
		a := db.Access(meet)
		return func(t runners.Task, i int) (uint64, error) { return 0, body(t, a, i) }
	}})
	require.NoError(t, err)
	return o
}

func read(t runners.Task, a *Access, use func(*Conn) error) error {
	l, err := a.Lease(t)
	if err != nil {
		return err
	}
	defer l.End()
	return l.Read(use)
}

func TestNoTwoTasksHaveAConnectionAtOnce(t *testing.T) {
	db := numbers(t, 10)
	var users [readers]int // the race detector watches
	o := run(t, db, 200, func(task runners.Task, a *Access, _ int) error {
		return read(task, a, func(c *Conn) error {
			users[c.slot]++
			assert.Equal(t, 1, users[c.slot])
			var n int64
			err := count(&n)(c)
			assert.EqualValues(t, 10, n)
			users[c.slot]--
			return err
		})
	})
	require.NoError(t, o.Err)
	assert.Equal(t, 200, o.Done)
}

func TestATransactionIsDoneWholeOrNotAtAll(t *testing.T) {
	db := numbers(t, 0)
	fault := errors.New("a fault")
	o := run(t, db, 100, func(task runners.Task, a *Access, i int) error {
		return a.Write(task, func(c *Conn) error {
			if err := c.Exec("INSERT INTO numbers VALUES (?1)", int64(i)); err != nil {
				return err
			}
			switch i % 4 {
			case 1:
				return fault
			case 2:
				panic(fault)
			case 3:
				return c.Exec("INSERT INTO numbers VALUES (?1)", int64(i)) // it is there
			}
			return nil
		})
	})
	assert.Equal(t, 25, o.Done)
	assert.ErrorIs(t, o.Err, fault)
	var n int64
	require.NoError(t, db.Look(count(&n)))
	assert.EqualValues(t, 25, n)
}

func TestWhoFailsToReadTakesNothingFromTheOthers(t *testing.T) {
	db := numbers(t, 10)
	o := run(t, db, 100, func(task runners.Task, a *Access, i int) error {
		return read(task, a, func(c *Conn) error {
			if i%2 == 0 {
				panic("a fault")
			}
			var n int64
			err := count(&n)(c)
			assert.EqualValues(t, 10, n)
			return err
		})
	})
	assert.Equal(t, 50, o.Done)
	assert.Equal(t, 50, o.Failed)
}

func TestAnotherProcessWouldSeeWhatWasWritten(t *testing.T) {
	db := numbers(t, 3)
	other := Open(db.Dir())
	defer other.Close()
	require.NoError(t, other.Change(func(c *Conn) error { return c.Exec("INSERT INTO numbers VALUES (7)") }))
	var n int64
	require.NoError(t, db.Look(count(&n)))
	assert.EqualValues(t, 4, n)
	require.NoError(t, other.Close())
	_, err := os.Stat(db.Dir())
	assert.NoError(t, err, "it is not the other's to remove")
}

func TestNothingIsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir) // where Windows looks
	db := numbers(t, 3)
	var n int64
	require.NoError(t, db.Look(count(&n)))
	require.NoError(t, db.Close())
	_, err := Create(func(*Conn) error { return errors.New("a fault") })
	assert.ErrorContains(t, err, "a fault")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestAFaultNamesItsStatement(t *testing.T) {
	db := numbers(t, 0)
	err := db.Look(func(c *Conn) error { return c.Exec("INSERT INTO letters VALUES (1)") })
	assert.ErrorContains(t, err, "INSERT INTO letters")
}
