//go:build linux || darwin

package wire

import (
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/reexec"
	"github.com/concbench/concbench/runners/usage"
)

// Descriptors of a worker process.
const (
	fdOrders = 3 + iota
	fdAnswers
	fdControl
	fdTray
)

// A Worker is a worker process, as its program sees it.
type Worker struct {
	Duplex
	Tray    *Tray
	control int
	cmd     *exec.Cmd
	log     *reexec.Tail
}

// Start starts a worker. It says Hello when it is up.
func Start() (*Worker, error) {
	w := new(Worker)
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
	}()
	err := w.connect(func(fd int) { theirs = append(theirs, os.NewFile(uintptr(fd), "")) })
	if err == nil {
		w.cmd, w.log, err = reexec.Command(os.Environ(), variable, "1")
	}
	if err == nil {
		w.cmd.ExtraFiles = theirs
		err = w.cmd.Start()
	}
	if err != nil {
		w.disconnect()
		return nil, err
	}
	return w, nil
}

// connect makes what the two processes have in common, and gives away the
// worker's descriptors, in order.
func (w *Worker) connect(give func(fd int)) error {
	w.in, w.out, w.control = -1, -1, -1
	r, out, err := pipe()
	if err != nil {
		return err
	}
	w.out = out
	give(r)
	in, answers, err := pipe()
	if err != nil {
		return err
	}
	w.Duplex = newDuplex(in, out)
	give(answers)
	r, control, err := pipe()
	if err != nil {
		return err
	}
	w.control = control
	give(r)
	tray, err := memoryFile()
	if err != nil {
		return err
	}
	give(tray)
	if err := unix.Ftruncate(tray, int64(traySize)); err != nil {
		return os.NewSyscallError("ftruncate", err)
	}
	w.Tray, err = mapTray(tray)
	return err
}

func (w *Worker) disconnect() {
	for _, fd := range []int{w.in, w.out, w.control} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	if w.Tray != nil {
		w.Tray.unmap()
	}
}

// PID returns the worker's process id.
func (w *Worker) PID() int { return w.cmd.Process.Pid }

// Cancel sends a message on the control pipe, which the worker reads at any
// time.
func (w *Worker) Cancel(content []byte) error {
	d := Duplex{out: w.control}
	return d.Send(Cancel, content...)
}

// Kill ends the worker; Wait must follow.
func (w *Worker) Kill() { w.cmd.Process.Kill() }

// Dismiss tells the worker that there is nothing more to do: it ends when it is
// done with its range. Wait must follow.
func (w *Worker) Dismiss() {
	unix.Close(w.out)
	w.out = -1
}

// Wait returns when the worker is gone: what it used, and how it ended, which is
// never nil. What is on its tray is there until Forget.
func (w *Worker) Wait() (used usage.Usage, ended error) {
	late := time.AfterFunc(reexec.Patience, w.Kill)
	err := w.cmd.Wait()
	late.Stop()
	return usage.Of(w.cmd.ProcessState), reexec.Ended(err, w.log)
}

// Failed says whether the worker, which is gone, ended itself with an exit
// status other than 0; a signal may have come from anywhere.
func (w *Worker) Failed() bool { return w.cmd.ProcessState.ExitCode() > 0 }

// Forget gives back what the program holds of a worker that is gone.
func (w *Worker) Forget() { w.disconnect() }

// Ready says whether the worker has sent something that is not yet taken, or is
// gone, so that Next does not wait.
func (w *Worker) Ready() bool {
	if w.More() {
		return true
	}
	fds := []unix.PollFd{{Fd: int32(w.in), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(fds, 0)
		if err != unix.EINTR {
			return n > 0
		}
	}
}

// A Post waits for messages of any of several workers.
type Post struct {
	fds   []unix.PollFd
	ready []int
}

// Await waits until some of the workers have sent something, or are gone, and
// returns their places in the slice, which is good until the next call; with a
// limit it may also return none. Of one worker alone it is its Next that waits.
func (p *Post) Await(workers []*Worker, limit time.Duration) ([]int, error) {
	p.fds, p.ready = p.fds[:0], p.ready[:0]
	if len(workers) == 1 && limit == 0 {
		p.ready = append(p.ready, 0)
		return p.ready, nil
	}
	for i, w := range workers {
		if w.More() {
			p.ready = append(p.ready, i)
		}
		p.fds = append(p.fds, unix.PollFd{Fd: int32(w.in), Events: unix.POLLIN})
	}
	if len(p.ready) > 0 {
		return p.ready, nil
	}
	if err := await(p.fds, limit); err != nil {
		return nil, err
	}
	for i := range p.fds {
		if p.fds[i].Revents != 0 {
			p.ready = append(p.ready, i)
		}
	}
	return p.ready, nil
}
