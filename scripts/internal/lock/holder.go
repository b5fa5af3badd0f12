package lock

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The holder's signature is text of a fixed length, so that nothing needs to be
// cut off, behind the file's first byte, which Windows lets nobody read or
// write but through the handle that holds the lock.
const (
	signatureAt   = 1
	signatureSize = 160
)

// sign writes into the lock file who holds it. That it cannot be written, in a
// file of another user's, is no reason not to measure.
func sign(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	command := filepath.Base(os.Args[0])
	if len(os.Args) > 1 {
		command += " " + os.Args[1]
	}
	text := fmt.Sprintf("%.100s, process %d, since %s", command, os.Getpid(), time.Now().Format("2006-01-02 15:04:05"))
	f.WriteAt(fmt.Appendf(nil, "%-*s\n", signatureSize-1, text), signatureAt)
}

// holder returns what the holder wrote.
func holder(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return "it does not say which"
	}
	defer f.Close()
	text := make([]byte, signatureSize)
	n, _ := f.ReadAt(text, signatureAt)
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f { // whoever wrote it, it goes to a terminal
			return -1
		}
		return r
	}, string(text[:n]))
	if plain = strings.TrimSpace(plain); plain == "" {
		return "it does not say which"
	}
	return plain
}
