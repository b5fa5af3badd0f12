// Package sqlite lets the tasks of a workload use an SQLite database, as a
// program does whose driver knows nothing of its concurrency model: every call
// goes through Task.Block.
//
// The database is in a file, with a write-ahead log, so that readers and the
// writer do not wait for each other; a commit reaches the kernel, and the disk
// when the log is folded into the file (synchronous=NORMAL). A process has some
// connections to read through and one to write through, since SQLite has one
// writer at a time, and keeps them from job to job. Who finds none free waits as
// the model waits, outside SQLite. Only processes wait for each other inside
// SQLite, which looks again after 1, 2, 5 and more ms.
//
// Note: package database/sql is left out. Its pool waits on Go's channels, which
// are slow to wake a kernel thread, and has a goroutine of its own.
package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/concbench/concbench/runners"
)

// readers is how many connections a process reads through: enough to keep the
// cores of a small server busy, as database pools commonly are sized.
const readers = 8

// Files is how many descriptors an open connection holds, at most.
const Files = 2

// A DB is a database file and this process's connections to it.
type DB struct {
	dir    string // of the file; removed by Close where DB has made it
	made   bool
	slots  [readers]atomic.Pointer[Conn] // those that no task has
	readBy [readers]Conn
	writer Conn // under the Access's mutex
}

// Create makes a database in a temporary directory, filled in one transaction.
// Close removes it.
func Create(fill func(*Conn) error) (db *DB, err error) {
	dir, err := os.MkdirTemp("", "concbench-sqlite-")
	if err != nil {
		return nil, err
	}
	db = Open(dir)
	db.made = true
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
			db = nil
		}
	}()
	c := Conn{path: db.path()}
	defer func() { err = errors.Join(err, c.close()) }()
	// What is lost in a crash is made again.
	if err := c.open("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF"); err != nil {
		return db, err
	}
	if err := c.transact(fill); err != nil {
		return db, err
	}
	return db, c.Exec("PRAGMA journal_mode=WAL")
}

// Open returns the database that Create has made in a directory: in another
// process, say.
func Open(dir string) *DB {
	db := &DB{dir: dir}
	db.writer.path = db.path()
	for i := range db.readBy {
		c := &db.readBy[i]
		c.path, c.slot = db.path(), i
		db.slots[i].Store(c)
	}
	return db
}

// Dir is what Open opens.
func (db *DB) Dir() string { return db.dir }

func (db *DB) path() string { return filepath.Join(db.dir, "data.sqlite") }

// Close closes the connections, which no task may have any more.
func (db *DB) Close() error {
	errs := []error{db.writer.close()}
	for i := range db.readBy {
		errs = append(errs, db.readBy[i].close())
	}
	if db.made {
		errs = append(errs, os.RemoveAll(db.dir))
	}
	return errors.Join(errs...)
}

// Look calls use with a connection, where there are no tasks.
func (db *DB) Look(use func(*Conn) error) error { return db.writer.use(use) }

// Change calls use within a transaction, where there are no tasks.
func (db *DB) Change(use func(*Conn) error) error { return db.writer.change(use) }

// An Access is how the tasks of one op come to the database.
type Access struct {
	db      *DB
	reading runners.Queue // holds a value for each task that has a connection to read
	writing runners.Mutex
}

// Access returns that of an op.
func (db *DB) Access(meet runners.Sync) *Access {
	return &Access{db: db, reading: meet.NewQueue(readers), writing: meet.NewMutex()}
}

// A Lease is a connection to read through, which one task has for a while.
type Lease struct {
	access *Access
	task   runners.Task
	conn   *Conn
}

// Lease waits for a connection to read through.
//
// Note: to wait for one at each query was tried. With 100 kernel threads almost
// all waited, each query woke one up, and took three times the CPU.
func (a *Access) Lease(t runners.Task) (*Lease, error) {
	if err := a.reading.Put(t, nil); err != nil {
		return nil, err
	}
	for { // until a free one is found, which there is: as many tasks are let in
		for i := range a.db.slots {
			if c := a.db.slots[i].Swap(nil); c != nil {
				return &Lease{a, t, c}, nil
			}
		}
	}
}

// Read calls use inside Block.
func (l *Lease) Read(use func(*Conn) error) (err error) {
	l.task.Block(func() { err = l.conn.use(use) })
	return err
}

// End gives the connection back. It does not wait.
func (l *Lease) End() {
	l.access.db.slots[l.conn.slot].Store(l.conn)
	l.access.reading.Get(l.task) // there is one; an error means that the job is over
}

// Write calls use within a transaction, inside Block, with the connection that
// writes. An error takes the transaction back.
func (a *Access) Write(t runners.Task, use func(*Conn) error) error {
	if err := a.writing.Lock(t); err != nil {
		return err
	}
	defer a.writing.Unlock()
	var err error
	t.Block(func() { err = a.db.writer.change(use) })
	return err
}
