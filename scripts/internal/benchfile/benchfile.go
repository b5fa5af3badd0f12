// Package benchfile writes a file in Go's benchmark format while it is
// measured: synced piece by piece, so that a kill loses at most the last.
package benchfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// A File is such a file, open for appending.
type File struct {
	f      *os.File
	end    int64
	config map[string]string // the last line of each key
}

// Open opens the file with what it has up to end, and makes it if there is
// none. What stands behind end was never committed and is cut off.
func Open(name string, end int64) (*File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	b := &File{f: f, end: end, config: map[string]string{}}
	if err := b.keep(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return b, nil
}

// keep cuts the file to its end and remembers the configuration in it.
func (b *File) keep() error {
	info, err := b.f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < b.end {
		return fmt.Errorf("%s has %d bytes, and %d were committed: restore it from a copy, or measure again", b.f.Name(), info.Size(), b.end)
	}
	if err := b.f.Truncate(b.end); err != nil {
		return err
	}
	text := make([]byte, b.end)
	if _, err := b.f.ReadAt(text, 0); err != nil && err != io.EOF {
		return err
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "Benchmark") {
			b.config[key(line)] = line
		}
	}
	_, err = b.f.Seek(b.end, io.SeekStart)
	return err
}

// key is what a line of configuration is about: the last of a key holds for the
// results below it.
func key(line string) string {
	if k, _, pair := strings.Cut(line, ": "); pair {
		return k
	}
	return line // of a unit
}

// Config writes those lines of configuration that do not hold already.
func (b *File) Config(lines []string) error {
	var fresh []string
	for _, line := range lines {
		if k := key(line); b.config[k] != line {
			b.config[k] = line
			fresh = append(fresh, line)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return b.write(strings.Join(fresh, "\n") + "\n\n")
}

// Results writes result lines and returns, once they are on the disk, the bytes
// that hold them.
func (b *File) Results(lines []string) (from, to int64, err error) {
	from = b.end
	if len(lines) > 0 {
		if err := b.write(strings.Join(lines, "\n") + "\n"); err != nil {
			return from, from, err
		}
	}
	return from, b.end, b.f.Sync()
}

// End is how many bytes the file has.
func (b *File) End() int64 { return b.end }

func (b *File) write(s string) error {
	if _, err := b.f.WriteString(s); err != nil {
		return err
	}
	b.end += int64(len(s))
	return nil
}

// Close closes the file.
func (b *File) Close() error { return b.f.Close() }
