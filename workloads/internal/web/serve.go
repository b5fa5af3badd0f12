package web

import (
	"errors"
	"net"
	"net/http"
)

// Serve answers requests by a handler until l is closed: what a workload's Serve
// does.
func Serve(l net.Listener, pages http.Handler) error {
	err := http.Serve(l, pages)
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
