package io

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/concbench/concbench/workloads/internal/data"
)

// A client gets pages over one kept-alive connection, by the parsing of package
// net/http alone: its Transport would start goroutines, which are no model's.
type client struct {
	host string
	w    *bufio.Writer
	r    *bufio.Reader
}

func newClient(c net.Conn, host string) *client {
	return &client{host, bufio.NewWriter(c), bufio.NewReader(c)}
}

// get asks for a page. The answer must say that size bytes follow, or at least
// how many if size is below 0, and the caller read them before it asks again.
func (c *client) get(path string, size int) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, "http://"+c.host+path, nil)
	if err != nil {
		return nil, err
	}
	if err := req.Write(c.w); err != nil {
		return nil, err
	}
	if err := c.w.Flush(); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(c.r, req)
	if err != nil {
		return nil, err
	}
	length := resp.ContentLength
	if resp.StatusCode != http.StatusOK || length < 0 || size >= 0 && length != int64(size) || resp.Close {
		resp.Body.Close()
		return nil, fmt.Errorf("answer %s of %d B, closing %v", resp.Status, length, resp.Close)
	}
	return resp, nil
}

// read reads size bytes of a page through buf, which it hands on as they come.
func read(resp *http.Response, size int, buf []byte, more func([]byte)) error {
	defer resp.Body.Close()
	for left := size; left > 0; {
		n, err := io.ReadFull(resp.Body, buf[:min(left, len(buf))])
		more(buf[:n])
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// page gets a page and returns its CRC.
func (c *client) page(path string, size int, buf []byte) (uint32, error) {
	resp, err := c.get(path, size)
	if err != nil {
		return 0, err
	}
	crc := uint32(0)
	err = read(resp, size, buf, func(p []byte) { crc = data.CRC(crc, p) })
	return crc, err
}
