package origin

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// Foreground serves every workload in this process until ctx ends, and prints
// where, and how another client can use each server.
//
// listen is an address such as "127.0.0.1:8000": the servers, in order of name,
// have that port and those that follow. With port 0 each has a free one.
func Foreground(ctx context.Context, w io.Writer, listen string) error {
	servers, err := find(nil)
	if err != nil {
		return err
	}
	serving, err := serve(servers, listen)
	if err != nil {
		return err
	}
	defer serving.close()
	for _, s := range servers {
		name := s.About().Name
		text := strings.TrimSpace(s.Usage(serving.addrs[name]))
		fmt.Fprintf(w, "%s\t%s\n\t%s\n", name, serving.addrs[name], strings.ReplaceAll(text, "\n", "\n\t"))
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-serving.failed:
		return err
	}
}

// nth is the address n ports on from the one given, of which port 0 stays 0.
func nth(listen string, n int) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("listen on %q: %w", listen, err)
	}
	first, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", fmt.Errorf("listen on %q: the port is a number from 0 to 65535", listen)
	}
	if first > 0 {
		first += uint64(n)
	}
	return net.JoinHostPort(host, strconv.FormatUint(first, 10)), nil
}
