package aio

import (
	"io"
	"testing"
	"time"
)

// BenchmarkSwitch is a coroutine's yield and the resumption of the next, among
// so few that all stay in the caches, and among so many that none does.
func BenchmarkSwitch(b *testing.B) {
	for _, bench := range []struct {
		name  string
		tasks int
	}{{"hot", 100}, {"parked=100k", 100_000}} {
		b.Run(bench.name, func(b *testing.B) {
			l := newLoop(b)
			each := b.N/bench.tasks + 1
			var began time.Time
			begun := 0
			run(b, l, bench.tasks, func(c *Coroutine, _ int) {
				c.Yield()
				if begun++; begun == 1 { // all have been resumed once
					began = time.Now()
				}
				for range each {
					c.Yield()
				}
			})
			b.ReportMetric(float64(time.Since(began))/float64(each*bench.tasks), "ns/switch")
			b.ReportMetric(0, "ns/op") // holds the making of the coroutines
		})
	}
}

// BenchmarkSpawn is a task that does nothing, from begin to end.
func BenchmarkSpawn(b *testing.B) {
	l := newLoop(b)
	b.ReportAllocs()
	for range b.N/1000 + 1 {
		run(b, l, 1000, func(*Coroutine, int) {})
	}
}

// BenchmarkEcho is a round trip of 64 bytes on one of 100 connections, the
// server being in this process.
func BenchmarkEcho(b *testing.B) {
	l := newLoop(b)
	address := serve(b, "tcp", "127.0.0.1:0", echo)
	const conns = 100
	each := b.N/conns + 1
	run(b, l, conns, func(c *Coroutine, _ int) {
		conn, err := c.Dial("tcp", address)
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		var buf [64]byte
		for range each {
			conn.Write(buf[:])
			if _, err := io.ReadFull(conn, buf[:]); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
