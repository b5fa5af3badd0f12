// Package usage reads what a process has used of the CPUs: the measurement, the
// origin and worker processes read their own.
package usage

import "time"

// A Usage is what a process has used so far.
type Usage struct {
	User, System           time.Duration
	Voluntary, Involuntary int64 // context switches; meaningful where Switches is true
	Switches               bool
}

// Sub returns what was used between then and u.
func (u Usage) Sub(then Usage) Usage {
	return Usage{u.User - then.User, u.System - then.System, u.Voluntary - then.Voluntary, u.Involuntary - then.Involuntary, u.Switches}
}

// Add returns both together.
func (u Usage) Add(v Usage) Usage {
	return Usage{u.User + v.User, u.System + v.System, u.Voluntary + v.Voluntary, u.Involuntary + v.Involuntary, u.Switches || v.Switches}
}
