// Package postgres lets the tasks of a workload use a PostgreSQL server by one
// and the same code (Conn), over a connection of their model's, or over one that
// knows nothing of it and holds the thread (Dial).
//
// The server is a process of its own that nobody here has started. What it uses
// of the CPU is in no figure.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/concbench/concbench/workloads"
)

// Variable names the environment variable that says where the server is: a URL,
// or words as libpq has them ("host=127.0.0.1 user=…").
const Variable = "CONCBENCH_POSTGRES"

// patience is for what is done outside the measurement.
const patience = time.Minute

// A Server is where a PostgreSQL server is, and who one is there.
type Server struct {
	Address string // numeric, "127.0.0.1:5432"
	config  *pgx.ConnConfig
}

// Find returns the server that the environment names. The error is a
// workloads.NotRunnable where it names none. It takes a server of this machine
// alone, on loopback, whose client need not encrypt: nothing is sent in plain
// that leaves the machine, or that somebody wants encrypted.
func Find() (*Server, error) {
	where := os.Getenv(Variable)
	if where == "" {
		return nil, workloads.NotRunnable(Variable + " is not set: scripts/postgres starts a private server, and says what to set it to")
	}
	config, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Variable, err) // without the password
	}
	if err := plain(config); err != nil {
		return nil, fmt.Errorf("%s: %w", Variable, err)
	}
	address, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))))
	if err != nil {
		return nil, fmt.Errorf("%s: want a host to reach by TCP: %w", Variable, err)
	}
	if !address.IP.IsLoopback() {
		return nil, fmt.Errorf("%s: %s is not of this machine alone: want a server on loopback", Variable, address.IP)
	}
	config.Host = address.IP.String()
	return &Server{Address: address.String(), config: config}, nil
}

// plain makes the connections plain TCP, which is what is measured under each
// model alike, unless that is not allowed.
func plain(config *pgx.ConnConfig) error {
	allows := func(f *pgconn.FallbackConfig) bool { return f.TLSConfig == nil }
	if config.TLSConfig != nil && !slices.ContainsFunc(config.Fallbacks, allows) {
		return errors.New("it wants TLS, and connections are plain here: say sslmode=disable")
	}
	if config.ChannelBinding == "require" {
		return errors.New("channel_binding=require wants TLS, and connections are plain here")
	}
	config.TLSConfig, config.Fallbacks = nil, nil
	return nil
}

// Connect connects for what is done outside the measurement.
func (s *Server) Connect() (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := pgx.ConnectConfig(ctx, s.config.Copy())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Variable, err)
	}
	return c, nil
}

// Room checks that the server allows as many connections as the tasks have at
// once. Those of one op may not have ended yet when the next begins, so that it
// takes twice as many, and a few for who looks after the server.
func Room(c *pgx.Conn, tasks int) error {
	var most, reserved int
	err := c.QueryRow(context.Background(), "SELECT current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int").Scan(&most, &reserved)
	if err != nil {
		return err
	}
	const spare = 5
	if room := (most - reserved - spare) / 2; tasks > room {
		return workloads.NotRunnable(fmt.Sprintf("%d tasks want a connection each, the server has room for %d (max_connections is %d, and connections take a moment to end)", tasks, max(room, 0), most))
	}
	return nil
}
