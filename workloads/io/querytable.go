package io

import (
	"fmt"

	"github.com/concbench/concbench/workloads/internal/data"
)

// A table is what query reads: so many rows, with ids from 0, that a seed
// determines.
type table struct {
	seed uint64
	rows int64
}

// A row is one of a table.
type row struct {
	id    int64
	value int64 // 1 to 10,000
	body  []byte
}

const bodySize = 100

func (t table) value(id int64) int64 { return int64(data.Key(t.seed, int(id))%10_000) + 1 }

func (t table) row(id int64) row {
	return row{id, t.value(id), data.Bytes(bodySize, data.Key(t.seed, int(id), 1))}
}

func (r row) digest(d uint64) uint64 {
	return data.Key(d, int(r.id), int(r.value), int(data.CRC(0, r.body)))
}

// read says which rows a query reads.
func (t table) read(op string, task, n int) (from, rows int64) {
	rows = 1
	if op == "range" {
		rows = stretch
	}
	return int64(data.Key(t.seed, task, n, 2) % uint64(t.rows-rows+1)), rows
}

// accounts are what the values of rows are added to.
const accounts = 1000

// A booking is a transaction: to look up the row's value, add it to the account,
// and enter that in the journal.
type booking struct{ task, n, row, account int64 }

func (t table) booking(task, n int) booking {
	key := data.Key(t.seed, task, n, 3)
	return booking{int64(task), int64(n), int64(key % uint64(t.rows)), int64((key >> 32) % accounts)}
}

// books are what is left of transactions.
type books struct {
	balances []int64 // of the accounts
	journal  []entry // by task and n
}

type entry struct{ task, n, account, value int64 }

// check checks that just the transactions of so many tasks are in the books.
func (b books) check(t table, tasks, queries int) error {
	if len(b.balances) != accounts || len(b.journal) != tasks*queries {
		return fmt.Errorf("%d accounts with %d entries in the journal, want %d and %d", len(b.balances), len(b.journal), accounts, tasks*queries)
	}
	want := make([]int64, accounts)
	for task := range tasks {
		for n := range queries {
			at := t.booking(task, n)
			value := t.value(at.row)
			if got := b.journal[task*queries+n]; got != (entry{at.task, at.n, at.account, value}) {
				return fmt.Errorf("query %d of task %d is in the journal as %+v", n, task, got)
			}
			want[at.account] += value
		}
	}
	for account, balance := range b.balances {
		if balance != want[account] {
			return fmt.Errorf("account %d holds %d, want %d: an update is lost", account, balance, want[account])
		}
	}
	return nil
}
