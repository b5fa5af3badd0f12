package io

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/concbench/concbench/workloads/internal/data"
)

// Locks that PostgreSQL keeps for programs have two numbers. These are our first
// ones: of a table in the making, and of books.
const (
	lockTable = 0x636f6e63 + iota
	lockBooks
)

// fillPG makes the table, unless it is there. Of several processes one makes it,
// and the others wait.
func fillPG(c *pgx.Conn, items string, t table) (err error) {
	ctx := context.Background()
	lock := int32(data.CRC(0, []byte(items)))
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1, $2)", lockTable, lock); err != nil {
		return err
	}
	defer func() {
		_, unlocking := c.Exec(ctx, "SELECT pg_advisory_unlock($1, $2)", lockTable, lock)
		err = errors.Join(err, unlocking)
	}()
	var there bool
	if err := c.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", items).Scan(&there); err != nil || there {
		return err
	}
	if err := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "CREATE TABLE "+items+" (id BIGINT, value BIGINT NOT NULL, body BYTEA NOT NULL)"); err != nil {
			return err
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{items}, []string{"id", "value", "body"}, pgx.CopyFromSlice(int(t.rows), func(i int) ([]any, error) {
			r := t.row(int64(i))
			return []any{r.id, r.value, r.body}, nil
		})); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "ALTER TABLE "+items+" ADD PRIMARY KEY (id)")
		return err
	}); err != nil {
		return err
	}
	_, err = c.Exec(ctx, "VACUUM ANALYZE "+items)
	return err
}

// openBooks makes the books in a schema that is named after the connection, and
// locked as long as that lasts.
func openBooks(c *pgx.Conn) (schema string, err error) {
	ctx := context.Background()
	if _, err := c.Exec(ctx, "SET client_min_messages = warning"); err != nil {
		return "", err
	}
	var pid int32
	if err := c.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		return "", err
	}
	if err := dropLeft(c); err != nil {
		return "", err
	}
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1, $2)", lockBooks, pid); err != nil {
		return "", err
	}
	schema = fmt.Sprintf("concbench_books_%d", pid)
	_, err = c.Exec(ctx, fmt.Sprintf(`
		CREATE SCHEMA %[1]s;
		CREATE TABLE %[1]s.accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL);
		CREATE TABLE %[1]s.journal (task BIGINT, n BIGINT, account BIGINT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (task, n))`, schema))
	return schema, err
}

// dropLeft removes books that nobody has locked: their program was killed.
func dropLeft(c *pgx.Conn) error {
	ctx := context.Background()
	rows, _ := c.Query(ctx, `SELECT substring(nspname FROM '\d+$')::int FROM pg_namespace WHERE nspname ~ '^concbench_books_\d+$'`)
	left, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		return err
	}
	for _, pid := range left {
		var ours bool
		if err := c.QueryRow(ctx, "SELECT pg_try_advisory_lock($1, $2)", lockBooks, pid).Scan(&ours); err != nil {
			return err
		}
		if !ours {
			continue
		}
		dropping := dropBooks(c, fmt.Sprintf("concbench_books_%d", pid))
		_, err := c.Exec(ctx, "SELECT pg_advisory_unlock($1, $2)", lockBooks, pid)
		if err := errors.Join(dropping, err); err != nil {
			return err
		}
	}
	return nil
}

func dropBooks(c *pgx.Conn, schema string) error {
	_, err := c.Exec(context.Background(), "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
	return err
}
