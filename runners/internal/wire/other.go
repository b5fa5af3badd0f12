//go:build !linux && !darwin

package wire

import (
	"errors"
	"os"
	"time"

	"github.com/concbench/concbench/runners/usage"
)

var errUnsupported = errors.New("needs Linux or macOS: a process that inherits pipes and memory")

// Supported says why there are no worker processes here, if there are none.
func Supported() error { return errUnsupported }

// Enter finds that this process is no worker.
func Enter() (*Inside, error) {
	if _, is := os.LookupEnv(variable); is {
		return nil, errUnsupported
	}
	return nil, nil
}

// What follows is never called where Supported returns an error.

type Worker struct {
	Duplex
	Tray *Tray
}

func Start() (*Worker, error) { return nil, errUnsupported }

func (*Worker) PID() int                   { return 0 }
func (*Worker) Cancel([]byte) error        { return errUnsupported }
func (*Worker) Kill()                      {}
func (*Worker) Dismiss()                   {}
func (*Worker) Wait() (usage.Usage, error) { return usage.Usage{}, errUnsupported }
func (*Worker) Failed() bool               { return false }
func (*Worker) Ready() bool                { return false }
func (*Worker) Forget()                    {}

type Post struct{}

func (*Post) Await([]*Worker, time.Duration) ([]int, error) { return nil, errUnsupported }

type Inside struct {
	Duplex
	Tray *Tray
}

func (*Inside) Cancelled() ([]byte, error) { return nil, errUnsupported }

func systemClock() int64 { panic(errUnsupported) }

func read(int, []byte) (int, error) { return 0, errUnsupported }

func writeAll(int, []byte) error { return errUnsupported }

// MostProcesses is not known.
func MostProcesses() int { return 0 }
