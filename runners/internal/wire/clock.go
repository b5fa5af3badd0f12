package wire

import "time"

// A Clock turns times with a monotonic reading into numbers that any process of
// this machine understands, and back: nanoseconds on the system's monotonic
// clock, which is the one that package time reads and does not show.
//
// It is that clock read twice, one reading after the other: a stamp is off by
// less than the time between, some 100 ns, and always by as much in one process.
type Clock struct {
	here   time.Time // one instant
	system int64     // on both
}

// NewClock makes a Clock of the closest of several pairs of readings: another
// process may run in between.
func NewClock() (c Clock) {
	closest := time.Duration(-1)
	for range 100 {
		before := time.Now()
		system := systemClock()
		between := time.Since(before)
		if closest < 0 || between < closest {
			closest, c = between, Clock{before.Add(between / 2), system}
		}
	}
	return c
}

// Stamp makes a number of a time.
func (c *Clock) Stamp(t time.Time) int64 { return c.system + int64(t.Sub(c.here)) }

// Time makes a time of a number.
func (c *Clock) Time(stamp int64) time.Time { return c.here.Add(time.Duration(stamp - c.system)) }
