package postgres

import (
	"context"
	"net"

	"github.com/jackc/pgx/v5"
)

// Driver connects through pgx, over a descriptor that blocks: like a driver that
// is built on libpq, it holds the thread that calls it until the server has
// answered. It belongs inside Task.Block.
//
// Note: over Go's own connections, whose waiting is the Go runtime's, it would
// hold no thread in some models, and wake slowly in the others. They are what is
// left on Windows.
func (s *Server) Driver() (*pgx.Conn, error) {
	config := s.config.Copy()
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return blocking(c)
	}
	return pgx.ConnectConfig(context.Background(), config)
}
