package reexec

import "sync"

// A Tail keeps the last of what is written to it, and the first, which says why
// a program crashed before it shows all that it was at.
type Tail struct {
	mu    sync.Mutex
	first []byte
	last  []byte // of what follows the first
	gap   bool   // between the two something is left out
}

// How much of each is kept: the last is room for a goroutine with a deep stack.
const (
	firstRoom = 4 << 10
	lastRoom  = 8 << 10
)

func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	head := min(len(p), firstRoom-len(t.first))
	t.first = append(t.first, p[:head]...)
	t.last = append(t.last, p[head:]...)
	if over := len(t.last) - lastRoom; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
		t.gap = true
	}
	return len(p), nil
}

func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	between := ""
	if t.gap {
		between = "\n…\n"
	}
	return string(t.first) + between + string(t.last)
}
