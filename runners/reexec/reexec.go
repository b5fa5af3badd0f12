// Package reexec starts the program's own binary once more, as a process that
// serves this one: the origin, or a worker.
//
// Such a process knows what it is by an environment variable. It inherits
// neither our arguments, which may be a test's flags, nor our output, and ends
// when a pipe from us does, however we ended: Note: a parent-death signal would
// be bound to the thread that started the process, which a model may well end.
package reexec

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"time"
)

// Patience is how long such a process may take to start, to answer, or to end.
// Each takes milliseconds; a machine that is short of CPU may need a thousand
// times that.
const Patience = 20 * time.Second

// Command returns the command that starts the binary with the variable set, and
// keeps the first and the last of what it writes to its standard error.
func Command(environment []string, variable, value string) (*exec.Cmd, *Tail, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	log := new(Tail)
	cmd := exec.Command(binary)
	cmd.Env = append(environment, variable+"="+value)
	cmd.Stderr = log
	cmd.WaitDelay = Patience // for the log, should what it started hold it open
	return cmd, log, nil
}

// Main is what a process so started does first. It returns its standard output,
// and has what else is printed go to standard error.
func Main() (out *os.File) {
	// Ctrl-C reaches every process of the terminal's group. The parent decides
	// when this one ends.
	signal.Ignore(os.Interrupt)
	out, os.Stdout = os.Stdout, os.Stderr
	return out
}

// Ended says how a process ended, by the error of its Wait and its log.
func Ended(err error, log *Tail) error {
	how, said := "exit status 0", log.String()
	if err != nil {
		how = err.Error()
	}
	if said == "" {
		return fmt.Errorf("it ended: %v, and said nothing", how)
	}
	return fmt.Errorf("it ended: %v; its last words:\n%s", how, said)
}
