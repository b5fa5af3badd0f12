package bench

import (
	"errors"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/workloads"
)

// arm is the gate that this process was started with, nil without one: then it
// measures the cell that -concbench.cell names, whenever it is told to.
var arm *gate.Arm

// armed says that the cell has answered.
var armed bool

// Arguments are those with which a test binary whose TestMain calls Main, and
// which is started with a gate, measures the cell of that name and no other.
func Arguments(cell string, seed uint64) []string {
	levels := strings.Split(cell, "/")
	for i, level := range levels {
		levels[i] = "^" + regexp.QuoteMeta(level) + "$"
	}
	return []string{
		"-test.run=^$",
		"-test.bench=" + strings.Join(levels, "/"),
		"-test.benchtime=1x",
		"-test.timeout=0", // the driver has one
		"-concbench.cell=" + cell,
		"-concbench.seed=" + strconv.FormatUint(seed, 10),
	}
}

// serve sets the cell up, says that it is ready, and answers each token with a
// sample until its driver wants no more.
func serve(c Cell) {
	armed = true
	endWithDriver()
	var f *fixture
	procs, err := c.Procs()
	if err == nil {
		runtime.GOMAXPROCS(procs) // from now on: changing it stops the world
		f, err = setUp(c)
	}
	if err != nil {
		refuse(err)
		arm.Wait()
		return
	}
	held = f // Main releases it
	err = arm.Ready(c.Name())
	for err == nil {
		n := arm.Wait()
		if n == 0 {
			return
		}
		s, failed := f.sample(n)
		settle()
		if failed != nil {
			err = refuse(failed)
		} else {
			err = arm.Sample(s)
		}
	}
}

// settle waits until this process is quiet: after a sample the threads of its
// tasks may still be ending, beside what is measured next. It does not wait for
// long.
func settle() {
	const pause, quiet, longest = time.Millisecond, 50 * time.Microsecond, 20
	before, err := meter.Self()
	for range longest {
		if err != nil {
			return
		}
		time.Sleep(pause)
		var now meter.Usage
		if now, err = meter.Self(); now.User+now.System-before.User-before.System < quiet {
			return
		}
		before = now
	}
}

// refuse answers why there are no figures.
func refuse(why error) error {
	var not workloads.NotRunnable
	if errors.As(why, &not) {
		return arm.Skip(errors.New(string(not)))
	}
	return arm.Fail(why)
}

// endWithDriver has this process end soon after its driver has, whatever it is
// at. On Linux the kernel kills it (gate.Start).
func endWithDriver() {
	if runtime.GOOS == "linux" {
		return
	}
	driver := os.Getppid()
	go func() {
		for os.Getppid() == driver {
			time.Sleep(time.Second)
		}
		os.Exit(1)
	}()
}
