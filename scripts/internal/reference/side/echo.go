package main

import (
	"fmt"
	"net"
	"strconv"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// echo is the workload of that name: PORT SEED CONNECTIONS TRIPS.
func init() {
	works["echo"] = work{args: 4, tasks: func(args []int) int { return args[2] }, do: echo}
}

func echo(r *rig) error {
	port, seed, conns, trips := r.args[0], r.args[1], r.args[2], r.args[3]
	w, err := workloads.Lookup("echo")
	if err != nil {
		return err
	}
	params, err := w.About().Fill(workloads.Params{"trips": strconv.Itoa(trips)})
	if err != nil {
		return err
	}
	spec := runners.Spec{Workload: "echo", Params: params, Seed: uint64(seed),
		Origin: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
	prepared, err := w.Prepare(spec, conns)
	if err != nil {
		return err
	}
	job := runners.Job{Spec: spec, Tasks: conns, Make: prepared.Make}
	r.proves(prepared.Sum)
	return r.measure(conns*trips, func() error {
		o, err := r.do(job)
		if err == nil && o.Sum != prepared.Sum {
			err = fmt.Errorf("wrong result: checksum %#x, want %#x", o.Sum, prepared.Sum)
		}
		return err
	})
}
