package aio

// timers is a heap of the coroutines that a time is set for, the earliest on
// top. Four children a node: the heap is half as deep as a binary one, and
// siblings share a cache line (LaMarca and Ladner, "The influence of caches on
// the performance of heaps", JEA 1, 1996).
type timers []alarm

// An alarm is a coroutine and the time at which it is to be woken, in
// nanoseconds since the loop's epoch. The coroutine knows its place in the
// heap, so that the alarm can be taken back.
type alarm struct {
	at int64
	co *Coroutine
}

// add sets a coroutine's alarm. It must have none.
func (h *timers) add(c *Coroutine, at int64) {
	*h = append(*h, alarm{})
	h.up(len(*h)-1, alarm{at, c})
}

// remove takes back a coroutine's alarm, if it has one.
func (h *timers) remove(c *Coroutine) {
	if c.alarm == 0 {
		return
	}
	i, last := int(c.alarm)-1, len(*h)-1
	c.alarm = 0
	moved := (*h)[last]
	(*h)[last] = alarm{}
	*h = (*h)[:last]
	if i == last {
		return
	}
	if i > 0 && moved.at < (*h)[(i-1)/4].at {
		h.up(i, moved)
	} else {
		h.down(i, moved)
	}
}

// up puts a into the hole at i or above it.
func (h timers) up(i int, a alarm) {
	for i > 0 {
		parent := (i - 1) / 4
		if h[parent].at <= a.at {
			break
		}
		h.put(i, h[parent])
		i = parent
	}
	h.put(i, a)
}

// down puts a into the hole at i or below it.
func (h timers) down(i int, a alarm) {
	for {
		first := 4*i + 1
		if first >= len(h) {
			break
		}
		least := first
		for k := first + 1; k < min(first+4, len(h)); k++ {
			if h[k].at < h[least].at {
				least = k
			}
		}
		if a.at <= h[least].at {
			break
		}
		h.put(i, h[least])
		i = least
	}
	h.put(i, a)
}

func (h timers) put(i int, a alarm) {
	h[i] = a
	a.co.alarm = int32(i + 1)
}
