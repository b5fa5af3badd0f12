// Package affinity binds this process, or a thread of it, to CPUs.
package affinity
