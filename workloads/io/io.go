// Package io holds the workloads that wait.
package io

import (
	"errors"
	"math"
	"net"
	"time"
)

// longest is how long a job may take: a cell runs several of them, and has a
// minute for all.
const longest = 10 * time.Second

// together is how many tasks must wait at once for a job to end in time when
// each of them waits so long: a model that runs fewer is not for the job.
func together(tasks int, wait time.Duration) int {
	return min(tasks, int(math.Ceil(float64(tasks)*float64(wait)/float64(longest))))
}

// serve hands each connection to a goroutine of its own, until l is closed.
func serve(l net.Listener, handle func(net.Conn)) error {
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
