package mixed

import (
	"database/sql/driver"
	"fmt"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads/internal/sqlite"
)

// results is where api stores what comes out.
type results struct{ db *sqlite.DB }

// A result is a row; its total is added to the turnover of its task.
type result struct {
	task, n int
	total   int    // cents
	digest  uint64 // the first 64 bits of the last step's
}

// openResults makes the database, or opens the one that is there.
func openResults(where string) (results, error) {
	if where != "" { // a worker process stores where its program will look
		return results{sqlite.Open(where)}, nil
	}
	db, err := sqlite.Create(func(c *sqlite.Conn) error {
		if err := c.Exec("CREATE TABLE results (task INTEGER, n INTEGER, total INTEGER NOT NULL, digest INTEGER NOT NULL, PRIMARY KEY (task, n)) WITHOUT ROWID"); err != nil {
			return err
		}
		return c.Exec("CREATE TABLE turnover (task INTEGER PRIMARY KEY, cents INTEGER NOT NULL)")
	})
	return results{db}, err
}

// store stores a result in a transaction.
func store(t runners.Task, access *sqlite.Access, r result) error {
	return access.Write(t, func(c *sqlite.Conn) error {
		if err := c.Exec("INSERT INTO results VALUES (?1, ?2, ?3, ?4)", int64(r.task), int64(r.n), int64(r.total), int64(r.digest)); err != nil {
			return err
		}
		return c.Exec("INSERT INTO turnover VALUES (?1, ?2) ON CONFLICT DO UPDATE SET cents = cents + ?2", int64(r.task), int64(r.total))
	})
}

// audit checks that the results are stored, each once, and clears them for the
// next op. Where tasks failed, there is no telling which there are.
func (s results) audit(o runners.Outcome, want []result) error {
	if o.Failed == 0 {
		if err := s.check(want); err != nil {
			return err
		}
	}
	return s.db.Change(func(c *sqlite.Conn) error {
		if err := c.Exec("DELETE FROM results"); err != nil {
			return err
		}
		return c.Exec("DELETE FROM turnover")
	})
}

func (s results) check(want []result) error {
	return s.db.Look(func(c *sqlite.Conn) error {
		left, turnover := want, map[int]int{}
		if err := c.Query("SELECT task, n, total, digest FROM results ORDER BY task, n", func(v []driver.Value) error {
			got := result{int(v[0].(int64)), int(v[1].(int64)), int(v[2].(int64)), uint64(v[3].(int64))}
			if len(left) == 0 || got != left[0] {
				return fmt.Errorf("task %d, request %d: what is stored is not what was to come out", got.task, got.n)
			}
			turnover[got.task] += got.total
			left = left[1:]
			return nil
		}); err != nil {
			return err
		}
		if len(left) > 0 {
			return fmt.Errorf("task %d, request %d: nothing is stored", left[0].task, left[0].n)
		}
		tasks := 0
		if err := c.Query("SELECT task, cents FROM turnover", func(v []driver.Value) error {
			task, cents := int(v[0].(int64)), int(v[1].(int64))
			if turnover[task] != cents {
				return fmt.Errorf("task %d: turnover %d, want %d: an update is lost", task, cents, turnover[task])
			}
			tasks++
			return nil
		}); err != nil {
			return err
		}
		if tasks != len(turnover) {
			return fmt.Errorf("%d tasks have a turnover, want %d", tasks, len(turnover))
		}
		return nil
	})
}
