package bench

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/runners/reexec"
	"github.com/concbench/concbench/workloads"
)

// A driven cell is measured in a process of its own: an arm, which this process
// drives.
type driven struct {
	process *gate.Process
	died    bool
}

// drive starts the arm of a cell and waits until it is ready. The error is
// workloads.NotRunnable where the cell cannot run here.
func drive(c Cell) (*driven, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := scratch()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe, append(Arguments(c.Name(), *flagSeed), passedOn()...)...)
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	p, err := gate.Start(cmd, dir)
	if err != nil {
		return nil, err
	}
	d := &driven{process: p}
	name, err := p.Ready(context.Background(), patience())
	if err == nil && name != c.Name() {
		err = fmt.Errorf("the process that was to measure %s measures %s", c.Name(), name)
	}
	if err != nil {
		return nil, errors.Join(d.explain(err), d.close())
	}
	return d, nil
}

// passedOn are the arguments of this process that an arm needs too: -cpu, -short,
// and whatever flags the package with the benchmarks has of its own.
func passedOn() (args []string) {
	flag.Visit(func(f *flag.Flag) {
		switch {
		case f.Name == "test.cpu", f.Name == "test.short":
		case strings.HasPrefix(f.Name, "test."), strings.HasPrefix(f.Name, "concbench."):
			return
		}
		args = append(args, "-"+f.Name+"="+f.Value.String())
	})
	return append(append(args, "--"), flag.Args()...)
}

func (d *driven) measure(b *testing.B) (record.Sample, error) {
	b.StartTimer()
	s, err := d.process.Sample(context.Background(), b.N, patience())
	b.StopTimer()
	if err != nil {
		err = d.explain(err)
	}
	return s, err
}

// explain makes an error of bench of one of the gate. Where the process broke
// off, it adds what that has printed.
func (d *driven) explain(err error) error {
	var skipped gate.Skipped
	var failed gate.Failed
	switch {
	case errors.As(err, &skipped):
		return workloads.NotRunnable(skipped)
	case errors.As(err, &failed):
		return err
	}
	d.died = true
	var printed reexec.Tail
	printed.Write(d.process.Output())
	return fmt.Errorf("the process that measures the cell: %w; it printed:\n%s", err, printed.String())
}

// endLimit is how long a process may take to give back what it holds, some
// milliseconds as a rule.
const endLimit = time.Minute

func (d *driven) close() error {
	var err error
	if !d.died {
		err = d.process.End(endLimit)
	}
	return errors.Join(err, d.process.Close())
}

// scratch is the folder for the temporary files of arms.
var scratch = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "concbench-")
	atEnd = append(atEnd, func() error { return os.RemoveAll(dir) })
	return dir, err
})

// patience is how long an answer may take: as long as -timeout leaves, but for a
// little, so that a process that hangs is ended, and shows where, while this one
// can say so.
func patience() time.Duration {
	limit, _ := flag.Lookup("test.timeout").Value.(flag.Getter).Get().(time.Duration)
	if limit == 0 {
		return math.MaxInt64
	}
	left := limit - time.Since(begun)
	return max(max(left-10*time.Second, left/2).Truncate(time.Second), time.Second)
}

// inProcess says why cells are measured in this process, "" where each has a
// process of its own.
var inProcess = sync.OnceValue(func() string {
	if !mainCalled {
		return "since TestMain does not call bench.Main"
	}
	if err := gate.Supported(); err != nil {
		return "since " + err.Error()
	}
	if testing.CoverMode() != "" {
		return "since coverage is asked for"
	}
	for _, name := range []string{"cpuprofile", "memprofile", "blockprofile", "mutexprofile", "trace", "benchmem"} {
		f := flag.Lookup("test." + name)
		if f.Value.String() != f.DefValue {
			return "since -" + name + " is asked for"
		}
	}
	return ""
})
