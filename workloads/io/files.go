package io

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// files settles files-threads, files-async and threads-beat-sync: reading whole
// files, from memory and from the disk.
type files struct{}

func init() { workloads.Register(files{}) }

func (files) About() workloads.About {
	return workloads.About{
		Name:    "files",
		Kind:    workloads.IO,
		Summary: "tasks read whole files, from the page cache or from the disk",
		Unit:    "one file of 64 KiB, unless told, opened, read and closed; no other task reads it",
		Params: []workloads.Param{
			{Name: "cache", Default: "warm", Doc: "warm: every page of the files is in the kernel's page cache before each job; cold: none is (what the disk, or the host of a virtual one, caches is out of reach)", Check: workloads.OneOf("warm", "cold")},
			{Name: "reads", Default: "1", Doc: "files that a task reads, one after another: 1 to 1000", Check: workloads.Whole(1, 1000)},
			{Name: "size", Default: "65536", Doc: "bytes of a file: 1 to 67108864", Check: workloads.Whole(1, 64<<20)},
		},
		Quick: []workloads.Case{
			{Tasks: 100, Params: workloads.Params{"cache": "warm"}},
			{Tasks: 50, Params: workloads.Params{"cache": "cold"}},
		},
		Sweeps: []workloads.Sweep{{Over: "tasks", Cases: []workloads.Case{
			{Tasks: 10, Params: workloads.Params{"cache": "warm"}},
			{Tasks: 100, Params: workloads.Params{"cache": "warm"}},
			{Tasks: 500, Params: workloads.Params{"cache": "warm"}},
		}}},
		Full: []workloads.Case{
			{Tasks: 100, Params: workloads.Params{"cache": "warm"}},
			{Tasks: 100, Params: workloads.Params{"cache": "cold"}},
			{Tasks: 20, Params: workloads.Params{"cache": "warm", "size": "1048576"}},
			{Tasks: 20, Params: workloads.Params{"cache": "cold", "size": "1048576"}},
		},
	}
}

func (files) Needs(workloads.Params, int) runners.Needs { return runners.Needs{Files: 1} }

func (files) Prepare(s runners.Spec, tasks int) (work workloads.Work, err error) {
	p := workloads.Params(s.Params)
	j := filesJob{reads: p.Int("reads"), size: p.Int("size")}
	if s.Data != "" { // a worker process reads what its program has written
		j.dir = s.Data
		work.Sum, err = j.make(s.Seed, tasks, func(string, []byte) error { return nil })
		work.Make = func(runners.Sync) runners.Body { return j.task }
		return work, err
	}
	cold := p["cache"] == "cold"
	parent, err := onDisk(places(), cold)
	if err != nil {
		return work, err
	}
	if j.dir, err = os.MkdirTemp(parent, "concbench-files-"); err != nil {
		return work, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(j.dir)
			work = workloads.Work{}
		}
	}()
	if work.Sum, err = j.write(s.Seed, tasks); err != nil {
		return work, err
	}
	work.Data = j.dir
	work.Make = func(runners.Sync) runners.Body { return j.task }
	work.Close = func() error { return os.RemoveAll(j.dir) }
	work.Before = j.warm
	if cold {
		work.Before = j.cool
	}
	// Where the cache cannot be had as it is wanted, that is known before
	// anything is measured.
	return work, work.Before()
}

type filesJob struct {
	dir         string
	reads, size int
	names       []string
	want        []uint32 // CRC of each file
}

// write makes the files and brings them to the disk, and returns the sum of the
// tasks' checksums.
func (j *filesJob) write(seed uint64, tasks int) (sum uint64, err error) {
	sum, err = j.make(seed, tasks, func(name string, content []byte) error { return os.WriteFile(name, content, 0o600) })
	if err != nil {
		return 0, err
	}
	return sum, flush(j.names)
}

// make calls write with each file's name and content, and notes what is to be
// read.
func (j *filesJob) make(seed uint64, tasks int, write func(name string, content []byte) error) (sum uint64, err error) {
	content := make([]byte, j.size)
	for i := range tasks {
		read := uint64(0)
		for r := range j.reads {
			data.Fill(content, data.Key(seed, i, r), 0)
			crc := data.CRC(0, content)
			j.want = append(j.want, crc)
			read += data.Sum(uint64(crc), r)
			name := filepath.Join(j.dir, strconv.Itoa(i)+"."+strconv.Itoa(r))
			j.names = append(j.names, name)
			if err := write(name, content); err != nil {
				return 0, err
			}
		}
		sum += data.Sum(read, i)
	}
	return sum, nil
}

func (j *filesJob) task(t runners.Task, i int) (uint64, error) {
	buf := make([]byte, j.size)
	read := uint64(0)
	for r := range j.reads {
		file := i*j.reads + r
		n, err := t.ReadFile(j.names[file], buf)
		if err != nil {
			return 0, err
		}
		crc := data.CRC(0, buf[:n])
		if n != j.size || crc != j.want[file] {
			return 0, fmt.Errorf("%s: %d of %d B read, and not as written", filepath.Base(j.names[file]), n, j.size)
		}
		read += data.Sum(uint64(crc), r)
	}
	return data.Sum(read, i), nil
}
