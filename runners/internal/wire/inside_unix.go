//go:build linux || darwin

package wire

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/reexec"
)

// An Inside is a worker process, as it sees itself.
type Inside struct {
	Duplex
	Tray    *Tray
	control Duplex
}

// Enter returns what this process is connected by if it is a worker, or nil.
func Enter() (*Inside, error) {
	if _, is := os.LookupEnv(variable); !is {
		return nil, nil
	}
	os.Unsetenv(variable) // not for what the worker starts
	reexec.Main()
	for fd := fdOrders; fd <= fdTray; fd++ {
		unix.CloseOnExec(fd)
	}
	tray, err := mapTray(fdTray)
	if err != nil {
		return nil, err
	}
	unix.Close(fdTray)
	return &Inside{newDuplex(fdOrders, fdAnswers), tray, newDuplex(fdControl, -1)}, nil
}

// Cancelled waits for a message on the control pipe. The error is io.EOF when
// the program has gone.
func (s *Inside) Cancelled() (content []byte, err error) {
	for {
		kind, content, err := s.control.Next()
		if err != nil || kind == Cancel {
			return content, err
		}
	}
}
