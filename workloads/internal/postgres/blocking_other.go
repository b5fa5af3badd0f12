//go:build !unix

package postgres

import (
	"net"

	"github.com/concbench/concbench/workloads"
)

// CanBlock says why there is no Dial here.
func CanBlock() error {
	return workloads.NotRunnable("connections that hold the thread need a Unix system: on others there are only Go's own, which wait in the Go runtime")
}

// Dial fails.
func Dial(string) (net.Conn, error) { return nil, CanBlock() }
