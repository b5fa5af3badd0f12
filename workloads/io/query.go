package io

import (
	"errors"
	"fmt"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/sqlite"
)

// query settles db-async: a database behind a driver that holds the thread, and
// behind one that waits as the model does.
//
// SQLite computes in the caller's thread, and what it reads is in the page
// cache. PostgreSQL is a process of its own that whoever runs this has started:
// what it uses of the CPU is not counted, and not known to be too much.
type query struct{}

func init() { workloads.Register(query{}) }

// stretch is how many rows a range read has.
const stretch = 100

func (query) About() workloads.About {
	var full []workloads.Case
	for _, db := range []string{"sqlite", "postgres", "blocking"} {
		tasks, queries := 100, [][2]string{{"point", "50"}, {"write", "10"}}
		if db != "sqlite" { // to connect, which is part of a task, takes the server as long as several queries
			tasks, queries = 20, [][2]string{{"point", "100"}, {"write", "50"}}
		}
		for _, c := range queries {
			full = append(full, workloads.Case{Tasks: tasks, Params: workloads.Params{"db": db, "op": c[0], "queries": c[1]}})
		}
	}
	return workloads.About{
		Name:    "query",
		Kind:    workloads.IO,
		Summary: "tasks read from and write to a database",
		Unit: "20 queries, unless told, one after another, in a table of 100,000 rows of 120 B or so, unless told: a row, 100 rows in a row, or a transaction that looks up a row, adds to another table's and inserts one; " +
			"with PostgreSQL over a TCP connection on loopback of the task's own, to make and end which is part of it",
		Params: []workloads.Param{
			{Name: "db", Default: "sqlite", Doc: "sqlite: embedded, by calls that hold the thread; postgres: a server, by a connection that waits as the model does; blocking: the same server, by a driver of the same code that holds the thread; pgx: the same server, by the driver that Go programs use, in no profile", Check: workloads.OneOf("sqlite", "postgres", "blocking", "pgx")},
			{Name: "op", Default: "point", Doc: "what a query is: point (one row), range (100 rows), write (a transaction)", Check: workloads.OneOf("point", "range", "write")},
			{Name: "queries", Default: "20", Doc: "queries of a task: 1 to 100000", Check: workloads.Whole(1, 100_000)},
			{Name: "rows", Default: "100000", Doc: "rows of the table: 1000 to 10000000", Check: workloads.Whole(1000, 10_000_000)},
		},
		Full:      full,
		Small:     workloads.Params{"rows": "1000", "op": "write"},
		Allocates: true, // by the drivers, a few objects a row
	}
}

func (query) Needs(p workloads.Params, _ int) runners.Needs {
	if p["db"] == "sqlite" {
		return runners.Needs{Files: sqlite.Files}
	}
	return runners.Needs{Files: 1}
}

func (query) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	j := queryJob{op: p["op"], queries: p.Int("queries"), table: table{s.Seed, int64(p.Int("rows"))}}
	prepare := map[string]func(table, int, string) (database, error){"sqlite": prepareLite, "postgres": preparePostgres, "blocking": prepareBlocking, "pgx": preparePGX}[p["db"]]
	db, err := prepare(j.table, tasks, s.Data)
	if err != nil {
		return workloads.Work{}, err
	}
	j.db = db
	work := workloads.Work{Make: j.begin, Data: db.where(), Close: db.close}
	for i := range tasks {
		digest := uint64(0)
		for n := range j.queries {
			digest = j.expect(digest, i, n)
		}
		work.Sum += data.Sum(digest, i)
	}
	if j.op == "write" {
		work.Observe = func(o runners.Outcome, _ *workloads.Observed) error { return j.audit(o, tasks) }
	}
	return work, nil
}

type queryJob struct {
	op      string
	queries int
	table   table
	db      database
}

// A database is where the table is.
type database interface {
	// begin begins an op, and returns what lets a task in.
	begin(meet runners.Sync) func(runners.Task) (session, error)

	// books returns what has been written since they were cleared; clear clears
	// them. There are no tasks then.
	books() (books, error)
	clear() error

	where() string // for the worker processes
	close() error
}

// A session is a database as one task has it. What a driver that holds the thread
// does is inside Block, and nothing else: what the workload makes of it comes after.
type session interface {
	// read calls each with so many rows, 1 or stretch, in order of id, from one
	// on. What a row holds is valid until each returns.
	read(from, rows int64, each func(row)) error

	// write does what a booking says in a transaction, and returns the value of
	// the row.
	write(booking) (value int64, err error)

	close() error
}

func (j *queryJob) begin(meet runners.Sync) runners.Body {
	enter := j.db.begin(meet)
	return func(t runners.Task, i int) (sum uint64, err error) {
		db, err := enter(t)
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, db.close()) }()
		digest := uint64(0)
		for n := range j.queries {
			if digest, err = j.query(db, digest, i, n); err != nil {
				return 0, fmt.Errorf("query %d: %w", n, err)
			}
		}
		return data.Sum(digest, i), nil
	}
}

func (j *queryJob) query(db session, digest uint64, i, n int) (uint64, error) {
	if j.op == "write" {
		b := j.table.booking(i, n)
		value, err := db.write(b)
		return data.Key(digest, int(b.row), int(value)), err
	}
	from, rows := j.table.read(j.op, i, n)
	got := int64(0)
	err := db.read(from, rows, func(r row) {
		digest = r.digest(digest)
		got++
	})
	if err == nil && got != rows {
		err = fmt.Errorf("%d rows from %d on, want %d", got, from, rows)
	}
	return digest, err
}

// expect is what the digest becomes by a query, known without asking.
func (j *queryJob) expect(digest uint64, i, n int) uint64 {
	if j.op == "write" {
		b := j.table.booking(i, n)
		return data.Key(digest, int(b.row), int(j.table.value(b.row)))
	}
	from, rows := j.table.read(j.op, i, n)
	for id := from; id < from+rows; id++ {
		digest = j.table.row(id).digest(digest)
	}
	return digest
}

// audit checks that every transaction of the op is in the books, once and whole,
// and clears them for the next.
func (j *queryJob) audit(o runners.Outcome, tasks int) error {
	if o.Failed > 0 {
		return j.db.clear()
	}
	got, err := j.db.books()
	if err != nil {
		return err
	}
	if err := got.check(j.table, tasks, j.queries); err != nil {
		return err
	}
	return j.db.clear()
}
