package runnertest

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// mostStrain bounds strain: a model that is late by more is found on any
// machine.
const mostStrain = 5

// strain says how many times as long work takes now as it would if nobody else
// wanted the CPUs, from 1 to mostStrain. Each CPU has the same small piece of
// work done over and over; the shortest took as long as it takes when it is not
// interrupted.
func strain() float64 {
	const pieces = 1000 // 20 to 30 ms together
	var sink atomic.Uint64
	var busy sync.WaitGroup
	times := make([]float64, runtime.NumCPU())
	for i := range times {
		busy.Go(func() {
			began, shortest := time.Now(), time.Hour
			for range pieces {
				start, x := time.Now(), uint64(88172645463325252)
				for range 10_000 {
					x ^= x << 13
					x ^= x >> 7
					x ^= x << 17
				}
				sink.Store(x)
				shortest = min(shortest, time.Since(start))
			}
			times[i] = float64(time.Since(began)) / float64(pieces*shortest)
		})
	}
	busy.Wait()
	sum := 0.0
	for _, times := range times {
		sum += times
	}
	return min(max(sum/float64(len(times)), 1), mostStrain)
}
