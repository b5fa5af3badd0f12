package io

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/web"
)

const (
	maxLatency = time.Minute
	maxBody    = 1 << 30
)

// pagePath is where the origin has a page: what it is asked for is all there is
// to know about it.
func pagePath(latency time.Duration, size int, seed uint64) string {
	return fmt.Sprintf("/%v/%d/%d", latency, size, seed)
}

func parsePage(path string) (latency time.Duration, size int, seed uint64, err error) {
	parts := strings.Split(path, "/")
	if len(parts) != 4 {
		return 0, 0, 0, errors.New("want /LATENCY/BYTES/SEED, such as /1ms/4096/7")
	}
	if latency, err = time.ParseDuration(parts[1]); err != nil || latency < 0 || latency > maxLatency {
		return 0, 0, 0, fmt.Errorf("latency %q: want a duration from 0s to %v", parts[1], maxLatency)
	}
	if size, err = strconv.Atoi(parts[2]); err != nil || size < 1 || size > maxBody {
		return 0, 0, 0, fmt.Errorf("bytes %q: want a number from 1 to %d", parts[2], maxBody)
	}
	if seed, err = strconv.ParseUint(parts[3], 10, 64); err != nil {
		return 0, 0, 0, fmt.Errorf("seed %q: want a number of 64 bits", parts[3])
	}
	return latency, size, seed, nil
}

func (fetch) Usage(address string) string {
	return "curl http://" + address + "/LATENCY/BYTES/SEED\n" +
		"such as /1ms/4096/7: waits 1 ms, then answers with 4096 bytes, which the seed 7 determines."
}

// Serve makes the pages as they are asked for.
func (fetch) Serve(l net.Listener) error { return web.Serve(l, http.HandlerFunc(page)) }

// chunks are what pages are made in.
var chunks = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func page(w http.ResponseWriter, r *http.Request) {
	latency, size, seed, err := parsePage(r.URL.Path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	time.Sleep(latency)
	w.Header()["Content-Type"] = []string{"application/octet-stream"}
	w.Header()["Content-Length"] = []string{strconv.Itoa(size)}
	buf := chunks.Get().(*[32 << 10]byte)
	defer chunks.Put(buf)
	for at := 0; at < size; at += len(buf) {
		chunk := buf[:min(size-at, len(buf))]
		data.Fill(chunk, seed, at)
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}
