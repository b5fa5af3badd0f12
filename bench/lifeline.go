package bench

import (
	"io"
	"os"
)

// Lifeline is the environment variable that makes a process of Main end when
// its standard input does: it is set by who started it and holds the other end,
// so that the process goes with him, however he ends.
const Lifeline = "CONCBENCH_LIFELINE"

// diesWithParent ends this process, and gives back what the held cell keeps on
// disk, when a lifeline breaks.
func diesWithParent() {
	if os.Getenv(Lifeline) == "" {
		return
	}
	os.Unsetenv(Lifeline)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		// held may be changing hands; at worst, files stay where the one who
		// started this process told it to leave them.
		if f, ok := held.(*fixture); ok && f.work.Close != nil {
			f.work.Close()
		}
		for _, do := range atEnd {
			do()
		}
		os.Exit(1)
	}()
}
