// Package origin is the process that serves what I/O workloads talk to: the
// program's own binary, started once more. It is a process of its own so that
// what serving costs is not counted to the model that is measured.
//
// The parent and the origin speak over the origin's standard input and output,
// which are pipes of their own. The origin writes a greeting, then a line for
// each line it reads, and ends when its input does, however the parent ended.
package origin

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"time"

	"github.com/concbench/concbench/runners/reexec"
	"github.com/concbench/concbench/runners/usage"
	"github.com/concbench/concbench/workloads"
)

// variable is the environment variable that holds the plan of an origin
// process, and makes a process one.
const variable = "CONCBENCH_ORIGIN"

// A plan is what an origin is to serve.
type plan struct {
	Procs     int      `json:"procs"`
	Workloads []string `json:"workloads"`
}

// A greeting is the first line of an origin: where it serves, or why it can't.
type greeting struct {
	Addrs  map[string]string `json:"addrs"` // by workload
	Procs  int               `json:"procs"`
	Failed string            `json:"failed,omitempty"`
}

// A consumption is the origin's answer to a line: its own CPU time so far.
type consumption struct {
	User   time.Duration `json:"user_ns"`
	System time.Duration `json:"system_ns"`
	Failed string        `json:"failed,omitempty"`
}

// Main serves and does not return if this process was started as an origin;
// else it returns at once. A program that calls Start calls Main before all
// else: first thing in main, or in TestMain before flags are parsed.
func Main() {
	text, is := os.LookupEnv(variable)
	if !is {
		return
	}
	out := reexec.Main() // what a server prints is no answer
	if err := obey(text, os.Stdin, out); err != nil {
		fmt.Fprintln(os.Stderr, "origin:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// obey serves what the plan says and answers each line of in, until in ends or
// a server fails.
func obey(text string, in io.Reader, out io.Writer) error {
	answers := json.NewEncoder(out)
	var p plan
	servers, err := []workloads.Server(nil), json.Unmarshal([]byte(text), &p)
	if err == nil {
		servers, err = find(p.Workloads)
	}
	if err != nil {
		return answers.Encode(greeting{Failed: err.Error()})
	}
	if p.Procs == 0 {
		p.Procs = runtime.GOMAXPROCS(0)
	}
	runtime.GOMAXPROCS(p.Procs) // said aloud, or the runtime follows the cgroup's quota
	serving, err := serve(servers, "127.0.0.1:0")
	if err != nil {
		return answers.Encode(greeting{Failed: err.Error()})
	}
	if err := answers.Encode(greeting{Addrs: serving.addrs, Procs: p.Procs}); err != nil {
		return err
	}
	asked := make(chan error, 1)
	go func() {
		lines := bufio.NewScanner(in)
		for lines.Scan() {
			u, err := usage.Self()
			c := consumption{User: u.User, System: u.System}
			if err != nil {
				c.Failed = err.Error()
			}
			if err := answers.Encode(c); err != nil {
				asked <- err
				return
			}
		}
		asked <- lines.Err()
	}()
	select {
	case err = <-serving.failed:
	case err = <-asked:
	}
	return err
}

// find returns the named servers, or all there are.
func find(names []string) ([]workloads.Server, error) {
	var servers []workloads.Server
	if names == nil {
		for _, w := range workloads.All() {
			if s, ok := w.(workloads.Server); ok {
				servers = append(servers, s)
			}
		}
		return servers, nil
	}
	for _, name := range names {
		w, err := workloads.Lookup(name)
		if err != nil {
			return nil, err
		}
		s, ok := w.(workloads.Server)
		if !ok {
			return nil, fmt.Errorf("workload %s needs no origin", name)
		}
		servers = append(servers, s)
	}
	return servers, nil
}

// serving is a set of servers at work, each on a listener of its own.
type serving struct {
	listeners []net.Listener
	addrs     map[string]string // by workload
	failed    chan error        // which server ended, and why
}

func serve(servers []workloads.Server, listen string) (*serving, error) {
	s := &serving{addrs: map[string]string{}, failed: make(chan error, len(servers))}
	for i, server := range servers {
		address, err := nth(listen, i)
		if err != nil {
			s.close()
			return nil, err
		}
		// As plain as the models' own: no keep-alive probes, no multipath TCP.
		config := net.ListenConfig{KeepAlive: -1}
		config.SetMultipathTCP(false)
		l, err := config.Listen(context.Background(), "tcp", address)
		if err != nil {
			s.close()
			return nil, err
		}
		s.listeners = append(s.listeners, l)
		s.addrs[server.About().Name] = l.Addr().String()
	}
	for i, server := range servers {
		go func() {
			err := server.Serve(s.listeners[i])
			s.failed <- fmt.Errorf("the server of %s ended: %w", server.About().Name, err)
		}()
	}
	return s, nil
}

func (s *serving) close() {
	for _, l := range s.listeners {
		l.Close()
	}
}
