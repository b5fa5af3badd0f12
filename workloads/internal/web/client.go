// Package web gets pages by HTTP/1.1 as a task waits, and serves them.
package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/concbench/concbench/workloads/internal/data"
)

// A Client gets pages over one kept-alive connection, by the parsing of package
// net/http alone: its Transport would start goroutines, which are no model's.
type Client struct {
	host string
	w    *bufio.Writer
	r    *bufio.Reader
}

// NewClient returns a Client of the connection to a host, "host:port".
func NewClient(c net.Conn, host string) *Client {
	return &Client{host, bufio.NewWriter(c), bufio.NewReader(c)}
}

// Get asks for a page. The answer must say that size bytes follow, or at least
// how many if size is below 0, and the caller read them before it asks again.
func (c *Client) Get(path string, size int) (*http.Response, error) {
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

// Read reads size bytes of a page through buf, which it hands on as they come.
func Read(resp *http.Response, size int, buf []byte, more func([]byte)) error {
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

// CRC gets a page and returns its CRC.
func (c *Client) CRC(path string, size int, buf []byte) (uint32, error) {
	resp, err := c.Get(path, size)
	if err != nil {
		return 0, err
	}
	crc := uint32(0)
	err = Read(resp, size, buf, func(p []byte) { crc = data.CRC(crc, p) })
	return crc, err
}
