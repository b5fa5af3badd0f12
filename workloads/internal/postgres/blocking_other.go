//go:build !unix

package postgres

import "net"

// blocking leaves a connection as it is: there is no descriptor to be had.
func blocking(c net.Conn) (net.Conn, error) { return c, nil }
