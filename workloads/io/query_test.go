package io

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/postgres"
	"github.com/concbench/concbench/workloads/internal/sqlite"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// queries calls f with each kind of query of each database that there is here.
func queries(t *testing.T, f func(t *testing.T, p workloads.Params)) {
	for _, db := range []string{"sqlite", "postgres", "blocking", "pgx"} {
		for _, op := range []string{"point", "range", "write"} {
			if op == "point" && db != "sqlite" {
				continue // a range of one
			}
			t.Run(db+"/"+op, func(t *testing.T) {
				f(t, workloads.Params{"db": db, "op": op, "queries": "3", "rows": "1000"})
			})
		}
	}
}

func TestEveryQueryOfEveryDatabaseIsAnsweredUnderEveryModel(t *testing.T) {
	const tasks = 6
	queries(t, func(t *testing.T, p workloads.Params) {
		s := worktest.Spec(t, query{}, p, "")
		work := worktest.Prepare(t, query{}, s, tasks)
		worktest.Each(t, query{}.Needs(s.Params, tasks), s, tasks, work, func(t *testing.T, o runners.Outcome) {
			require.NoError(t, o.Err)
			assert.Equal(t, work.Sum, o.Sum)
		})
	})
}

func TestTheDatabasesGiveTheSameAnswers(t *testing.T) {
	sums := map[string][]uint64{}
	queries(t, func(t *testing.T, p workloads.Params) {
		o := worktest.Once(t, 4, worktest.Prepare(t, query{}, worktest.Spec(t, query{}, p, ""), 4))
		require.NoError(t, o.Err)
		sums[p["op"]] = append(sums[p["op"]], o.Sum)
	})
	for op, sums := range sums {
		for _, sum := range sums {
			assert.Equal(t, sums[0], sum, op)
		}
	}
}

// A blockTask knows whether it is inside Block.
type blockTask struct {
	runners.Task
	calls  int
	inside bool
}

func (t *blockTask) Block(call func()) {
	t.calls++
	t.inside = true
	t.Task.Block(call)
	t.inside = false
}

func TestOnlyTheDriversWorkIsInsideBlock(t *testing.T) {
	eachDatabase(t, func(t *testing.T, _ workloads.Work, db database) {
		reads := table{7, 1000}
		o := worktest.Once(t, 4, workloads.Work{Make: func(m runners.Sync) runners.Body {
			enter := db.begin(m)
			return func(plain runners.Task, i int) (uint64, error) {
				task := &blockTask{Task: plain}
				s, err := enter(task)
				if err != nil {
					return 0, err
				}
				for _, rows := range []int64{stretch, 1, stretch} { // what held a row is used again
					next := int64(10 * i)
					err = errors.Join(err, s.read(next, rows, func(r row) {
						assert.False(t, task.inside)
						assert.Equal(t, reads.row(next), r)
						next++
					}))
					assert.Equal(t, 10*int64(i)+rows, next)
				}
				if _, waits := s.(*connSession); waits {
					assert.Zero(t, task.calls)
				} else {
					assert.GreaterOrEqual(t, task.calls, 3)
				}
				return 0, errors.Join(err, s.close())
			}
		}})
		require.NoError(t, o.Err)
	})
}

// spoil changes what a database holds.
func spoil(t *testing.T, db database, statement string) {
	t.Helper()
	switch db := db.(type) {
	case lite:
		require.NoError(t, db.db.Change(func(c *sqlite.Conn) error { return c.Exec(fmt.Sprintf(statement, "")) }))
	case *pg:
		_, err := db.admin.Exec(t.Context(), fmt.Sprintf(statement, db.schema+"."))
		require.NoError(t, err)
	}
}

// eachDatabase calls f with a job of four tasks that write five times, and its
// database, on each that there is here.
func eachDatabase(t *testing.T, f func(t *testing.T, work workloads.Work, db database)) {
	prepare := map[string]func(table, int, string) (database, error){"sqlite": prepareLite, "postgres": preparePostgres, "blocking": prepareBlocking, "pgx": preparePGX}
	for _, name := range []string{"sqlite", "postgres", "blocking", "pgx"} {
		t.Run(name, func(t *testing.T) {
			j := queryJob{op: "write", queries: 5, table: table{7, 1000}}
			var err error
			j.db, err = prepare[name](j.table, 4, "")
			var not workloads.NotRunnable
			if errors.As(err, &not) {
				t.Skip(not)
			}
			require.NoError(t, err)
			defer func() { assert.NoError(t, j.db.close()) }()
			f(t, workloads.Work{
				Make:    j.begin,
				Data:    j.db.where(),
				Observe: func(o runners.Outcome, _ *workloads.Observed) error { return j.audit(o, 4) },
			}, j.db)
		})
	}
}

func TestALostUpdateIsNoticed(t *testing.T) {
	account := table{7, 1000}.booking(3, 3).account
	for says, statement := range map[string]string{
		"an update is lost": fmt.Sprintf("UPDATE %%saccounts SET balance = balance - 1 WHERE id = %d", account),
		"19 entries":        "DELETE FROM %sjournal WHERE task = 2 AND n = 4",
		"query 4 of task 2": "UPDATE %sjournal SET value = value + 1 WHERE task = 2 AND n = 4",
	} {
		eachDatabase(t, func(t *testing.T, work workloads.Work, db database) {
			o := worktest.Once(t, 4, work)
			require.NoError(t, o.Err)
			require.NoError(t, work.Observe(o, nil))
			o = worktest.Once(t, 4, work)
			require.NoError(t, o.Err)
			spoil(t, db, statement)
			assert.ErrorContains(t, work.Observe(o, nil), says)
		})
	}
}

func TestATaskThatFailsLeavesNothingInTheBooks(t *testing.T) {
	eachDatabase(t, func(t *testing.T, work workloads.Work, db database) {
		spoil(t, db, "INSERT INTO %sjournal VALUES (1, 3, 0, 0)") // where task 1 will want to write
		o := worktest.Once(t, 4, work)
		assert.Equal(t, 1, o.Failed)
		assert.ErrorContains(t, o.Err, "query 3")
		b, err := db.books()
		require.NoError(t, err)
		assert.Len(t, b.journal, 3*5+3+1)
		sum := int64(0)
		for _, e := range b.journal {
			sum += e.value
		}
		for _, balance := range b.balances {
			sum -= balance
		}
		assert.Zero(t, sum, "a transaction is whole")
		require.NoError(t, work.Observe(o, nil))
		o = worktest.Once(t, 4, work)
		require.NoError(t, o.Err)
		require.NoError(t, work.Observe(o, nil), "the next op begins anew")
	})
}

func TestARowThatIsWrongIsNoticed(t *testing.T) {
	s := worktest.Spec(t, query{}, workloads.Params{"op": "range", "queries": "100", "rows": "1000"}, "")
	work := worktest.Prepare(t, query{}, s, 1)
	db := sqlite.Open(work.Data)
	defer db.Close()
	require.NoError(t, db.Change(func(c *sqlite.Conn) error { return c.Exec("UPDATE items SET value = value + 1 WHERE id = 500") }))
	o := worktest.Once(t, 4, workloads.Work{Make: func(m runners.Sync) runners.Body {
		body := work.Make(m)
		return func(t runners.Task, _ int) (uint64, error) { return body(t, 0) }
	}})
	require.NoError(t, o.Err)
	assert.NotEqual(t, 4*work.Sum, o.Sum)
	require.NoError(t, db.Change(func(c *sqlite.Conn) error { return c.Exec("DELETE FROM items WHERE id >= 900") }))
	o = worktest.Once(t, 4, work)
	assert.ErrorContains(t, o.Err, "want 100")
}

func TestWithoutAServerTheJobSaysWhatToDo(t *testing.T) {
	t.Setenv(postgres.Variable, "")
	for _, db := range []string{"postgres", "blocking", "pgx"} {
		if db == "blocking" && postgres.CanBlock() != nil {
			continue
		}
		_, err := query{}.Prepare(worktest.Spec(t, query{}, workloads.Params{"db": db}, ""), 1)
		var not workloads.NotRunnable
		require.ErrorAs(t, err, &not)
		assert.Contains(t, not, "scripts/postgres")
	}
}

func TestMoreTasksThanConnectionsAreNotRunnable(t *testing.T) {
	if os.Getenv(postgres.Variable) == "" {
		t.Skip(postgres.Variable + " is not set")
	}
	_, err := query{}.Prepare(worktest.Spec(t, query{}, workloads.Params{"db": "postgres", "rows": "1000"}, ""), 100_000)
	var not workloads.NotRunnable
	require.ErrorAs(t, err, &not)
	assert.Contains(t, not, "max_connections")
}

func TestBooksOfAProgramThatWasKilledAreRemoved(t *testing.T) {
	if os.Getenv(postgres.Variable) == "" {
		t.Skip(postgres.Variable + " is not set")
	}
	server, err := postgres.Find()
	require.NoError(t, err)
	killed, err := server.Connect()
	require.NoError(t, err)
	left, err := openBooks(killed)
	require.NoError(t, err)
	there := func() (is bool) {
		c, err := server.Connect()
		require.NoError(t, err)
		defer c.Close(t.Context())
		require.NoError(t, dropLeft(c))
		require.NoError(t, c.QueryRow(t.Context(), "SELECT to_regnamespace($1) IS NOT NULL", left).Scan(&is))
		return is
	}
	assert.True(t, there(), "its program lives")
	require.NoError(t, killed.Close(t.Context()))
	assert.Eventually(t, func() bool { return !there() }, time.Minute, 10*time.Millisecond)
}

func TestWhatIsInTheBooksIsWhatWasDone(t *testing.T) {
	j := queryJob{op: "write", queries: 5, table: table{7, 1000}}
	right := func() books {
		b := books{balances: make([]int64, accounts)}
		for task := range 4 {
			for n := range 5 {
				at := j.table.booking(task, n)
				b.balances[at.account] += j.table.value(at.row)
				b.journal = append(b.journal, entry{at.task, at.n, at.account, j.table.value(at.row)})
			}
		}
		return b
	}
	require.NoError(t, right().check(j.table, 4, 5))
	for says, wrong := range map[string]func(*books){
		"19 entries":        func(b *books) { b.journal = b.journal[1:] },
		"21 entries":        func(b *books) { b.journal = append(b.journal, entry{}) },
		"an update is lost": func(b *books) { b.balances[j.table.booking(2, 2).account]-- },
		"query 3 of task 1": func(b *books) { b.journal[8].value++ },
		"query 2 of task 0": func(b *books) { b.journal[2], b.journal[3] = b.journal[3], b.journal[2] },
	} {
		b := right()
		wrong(&b)
		assert.ErrorContains(t, b.check(j.table, 4, 5), says)
	}
}
