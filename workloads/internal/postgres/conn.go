package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/jackc/pgx/v5/pgproto3"
)

// A Conn speaks PostgreSQL's protocol, version 3, over whatever connection it is
// given, and waits as that does. It waits for each answer before it asks on.
type Conn struct {
	c        net.Conn
	f        *pgproto3.Frontend
	prepared map[string]string // names of the statements, by their text
	names    int               // given so far
	bind     pgproto3.Bind
	args     [maxArgs][8]byte
}

const (
	maxArgs = 4
	int8OID = 20
	binaryF = 1 // the format of what is sent and received
)

// Open logs in over a connection to the server's Address. The connection stays
// the caller's where it fails.
func (s *Server) Open(c net.Conn) (*Conn, error) {
	f := pgproto3.NewFrontend(c, c)
	parameters := map[string]string{"user": s.config.User, "database": s.config.Database}
	f.Send(&pgproto3.StartupMessage{ProtocolVersion: pgproto3.ProtocolVersion30, Parameters: parameters})
	if err := f.Flush(); err != nil {
		return nil, err
	}
	conn := &Conn{c: c, f: f, prepared: map[string]string{}}
	conn.bind.ParameterFormatCodes, conn.bind.ResultFormatCodes = []int16{binaryF}, []int16{binaryF}
	if err := authenticate(f, s.config.Password); err != nil {
		return nil, err
	}
	return conn, conn.answer(nil)
}

// Query runs a statement with its parameters $1, $2 and so on, bigints all, and
// calls each with each row: its columns in binary, valid until each returns.
func (c *Conn) Query(statement string, each func(row [][]byte) error, args ...int64) error {
	name, known := c.prepared[statement]
	if !known {
		name = "s" + strconv.Itoa(c.names)
		c.names++
		types := []uint32{int8OID, int8OID, int8OID, int8OID}
		c.f.SendParse(&pgproto3.Parse{Name: name, Query: statement, ParameterOIDs: types[:len(args)]})
	}
	c.bind.PreparedStatement = name
	c.bind.Parameters = c.bind.Parameters[:0]
	for i, v := range args {
		binary.BigEndian.PutUint64(c.args[i][:], uint64(v))
		c.bind.Parameters = append(c.bind.Parameters, c.args[i][:])
	}
	c.f.SendBind(&c.bind)
	c.f.SendExecute(&pgproto3.Execute{})
	c.f.SendSync(&pgproto3.Sync{})
	if err := c.answer(each); err != nil {
		return err
	}
	if !known {
		c.prepared[statement] = name
	}
	return nil
}

// Exec runs a statement without parameters or rows, such as "begin".
func (c *Conn) Exec(statement string) error {
	c.f.SendQuery(&pgproto3.Query{String: statement})
	return c.answer(nil)
}

// answer sends what is to be sent and reads until the server is ready for more.
func (c *Conn) answer(each func(row [][]byte) error) error {
	if err := c.f.Flush(); err != nil {
		return err
	}
	var wrong error
	for {
		m, err := c.f.Receive()
		if err != nil {
			return errors.Join(wrong, err)
		}
		switch m := m.(type) {
		case *pgproto3.DataRow:
			if each != nil && wrong == nil {
				wrong = each(m.Values)
			}
		case *pgproto3.ErrorResponse:
			wrong = errors.Join(wrong, refusal(m))
		case *pgproto3.ReadyForQuery:
			return wrong
		}
	}
}

func refusal(m *pgproto3.ErrorResponse) error {
	return fmt.Errorf("the server says: %s: %s (%s)", m.Severity, m.Message, m.Code)
}

// Close says good-bye and closes the connection.
func (c *Conn) Close() error {
	c.f.Send(&pgproto3.Terminate{})
	return errors.Join(c.f.Flush(), c.c.Close())
}
