// Package wordcount stands for somebody's own code, in a repository of their
// own: it knows nothing of concbench. Its test has two workloads made of it,
// which run under every model, with go test -bench . and with concbench run ./...
package wordcount

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
)

// Words returns how many words the text has, by the white space between them.
func Words(text []byte) (n int) {
	inside := false
	for _, c := range text {
		space := c == ' ' || c == '\n'
		if inside && space {
			n++
		}
		inside = !space
	}
	if inside {
		n++
	}
	return n
}

var letter = bytes.Repeat([]byte("Dear reader, nothing has happened today.\n"), 2000)

// Archive writes a letter into a compressed file, and reads it back.
func Archive(ctx context.Context) error {
	f, err := os.CreateTemp("", "letter-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	z := gzip.NewWriter(f)
	if _, err := z.Write(letter); err != nil {
		return err
	}
	if err := errors.Join(z.Close(), ctx.Err()); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	back, err := io.ReadAll(r)
	if err == nil && !bytes.Equal(back, letter) {
		return errors.New("what was archived is not the letter")
	}
	return err
}
