package reexec

import "sync"

// A Tail keeps the last of what is written to it.
type Tail struct {
	mu   sync.Mutex
	kept []byte
}

// room is enough for a panic with the goroutine that made it.
const room = 8 << 10

func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - room; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}
