package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Lines is a file of JSON, a value a line, while it is written. A value counts
// from the moment its line is there.
type Lines struct {
	f   *os.File
	end int64 // of what is safe
}

// OpenLines opens the file for appending, and makes it if there is none. What a
// killed writer left of a last line is cut off.
func OpenLines(path string) (*Lines, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	end, err := cutTorn(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &Lines{f, end}, nil
}

// cutTorn cuts f behind its last whole line, goes there and returns where it is.
func cutTorn(f *os.File) (end int64, err error) {
	data, err := os.ReadFile(f.Name())
	if err != nil {
		return 0, err
	}
	end = int64(bytes.LastIndexByte(data, '\n') + 1)
	if err := f.Truncate(end); err != nil {
		return end, err
	}
	return f.Seek(end, io.SeekStart)
}

// Append writes v and returns when it is on the disk. What could not be made
// safe is taken back: a line that is there counts.
func (l *Lines) Append(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	n, err := l.f.Write(append(line, '\n'))
	if err == nil {
		err = l.f.Sync()
	}
	if err != nil {
		return errors.Join(err, l.f.Truncate(l.end))
	}
	l.end += int64(n)
	return nil
}

// Close closes the file.
func (l *Lines) Close() error { return l.f.Close() }

// ReadLines reads the values of a file that Lines wrote, none if there is no
// such file. The warning, if not nil, tells of a last line that was torn when
// its writer was killed, and is left out.
func ReadLines[T any](path string) ([]T, *Warning, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return ParseLines[T](data, path)
}

// ParseLines reads the values of what Lines wrote, with the name of its file
// for errors.
func ParseLines[T any](data []byte, path string) ([]T, *Warning, error) {
	var vs []T
	for number := 1; len(data) > 0; number++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		if data = rest; !whole {
			return vs, &Warning{
				Kind: "torn",
				Text: fmt.Sprintf("the last line of %s is not whole: the run was killed while it wrote; that measurement is left out", filepath.Base(path)),
				Do:   "measure again, if its round matters",
			}, nil
		}
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w: restore the file from a copy, or measure again", path, number, err)
		}
		vs = append(vs, v)
	}
	return vs, nil, nil
}
