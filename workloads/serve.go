package workloads

import (
	"errors"
	"net"
)

// ServeConns hands each connection to a goroutine of its own, which closes it
// when handle returns, until l is closed. It is for Server.Serve.
func ServeConns(l net.Listener, handle func(net.Conn)) error {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			handle(c)
		}()
	}
}
