// Package ring is a queue in memory that it keeps.
package ring

// A Ring is a queue, first in, first out. The zero Ring is empty.
type Ring[T any] struct {
	slots []T // a power of two of them
	first int
	n     int
}

// Len returns how many values there are.
func (r *Ring[T]) Len() int { return r.n }

// Push adds a value at the end.
func (r *Ring[T]) Push(v T) {
	if r.n == len(r.slots) {
		r.grow()
	}
	r.slots[(r.first+r.n)&(len(r.slots)-1)] = v
	r.n++
}

// Pop removes the first value; there must be one.
func (r *Ring[T]) Pop() T {
	var zero T
	v := r.slots[r.first]
	r.slots[r.first] = zero // let go of what it points to
	r.first = (r.first + 1) & (len(r.slots) - 1)
	r.n--
	return v
}

func (r *Ring[T]) grow() {
	slots := make([]T, max(16, 2*len(r.slots)))
	n := copy(slots, r.slots[r.first:])
	copy(slots[n:], r.slots[:r.first])
	r.slots, r.first = slots, 0
}
