package io

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"strconv"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/web"
)

// download settles io-async-wins and io-threads-win where bytes are what there
// is to wait for, not answers.
type download struct{}

func init() { workloads.Register(download{}) }

var _ workloads.Server = download{}

func (download) About() workloads.About {
	return workloads.About{
		Name:    "download",
		Kind:    workloads.IO,
		Summary: "tasks download large bodies and hash them as they come",
		Unit:    "one TCP connection on loopback, one body of 8 MiB, unless told, by HTTP/1.1, and its SHA-256",
		Params: []workloads.Param{
			{Name: "size", Default: "8388608", Doc: "bytes of a body: 1 to 1073741824", Check: workloads.Whole(1, maxBody)},
		},
		Small: workloads.Params{"size": "300000"},
		Full: []workloads.Case{
			{Tasks: 10},
		},
	}
}

func (download) Needs(workloads.Params, int) runners.Needs { return runners.Needs{Files: 1} }

// bodies is how many different ones there are: task i has body i modulo bodies.
const bodies = 4

func (download) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	j := downloadJob{origin: s.Origin, seed: s.Seed, size: workloads.Params(s.Params).Int("size")}
	chunk := make([]byte, 64<<10)
	for k := range min(tasks, bodies) {
		h := sha256.New()
		for at := 0; at < j.size; at += len(chunk) {
			p := chunk[:min(j.size-at, len(chunk))]
			data.Fill(p, j.body(k), at)
			h.Write(p)
		}
		h.Sum(j.want[k][:0])
	}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }}
	for i := range tasks {
		work.Sum += j.sum(i)
	}
	return work, nil
}

type downloadJob struct {
	origin string
	seed   uint64
	size   int
	want   [bodies][sha256.Size]byte
}

// body is the seed of the task's body.
func (j *downloadJob) body(i int) uint64 { return data.Key(j.seed, i%bodies) }

func (j *downloadJob) sum(i int) uint64 {
	return data.Sum(binary.LittleEndian.Uint64(j.want[i%bodies][:]), i)
}

func (j *downloadJob) task(t runners.Task, i int) (uint64, error) {
	c, err := t.Dial("tcp", j.origin)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	resp, err := web.NewClient(c, j.origin).Get(pagePath(0, j.size, j.body(i)), j.size)
	if err != nil {
		return 0, err
	}
	h := sha256.New()
	if err := web.Read(resp, j.size, make([]byte, 64<<10), func(p []byte) { h.Write(p) }); err != nil {
		return 0, err
	}
	if [sha256.Size]byte(h.Sum(nil)) != j.want[i%bodies] {
		return 0, errors.New("the body is not the one asked for")
	}
	return j.sum(i), nil
}

func (download) Usage(address string) string {
	return "curl http://" + address + "/0s/BYTES/SEED | sha256sum\nsuch as /0s/" + strconv.Itoa(8<<20) + "/7: as many bytes, which the seed 7 determines."
}

// Serve serves the pages that fetch has.
func (download) Serve(l net.Listener) error { return web.Serve(l, http.HandlerFunc(page)) }
