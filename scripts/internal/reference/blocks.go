package reference

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/runners/affinity"
	"github.com/concbench/concbench/scripts/internal/measure"
	"github.com/concbench/concbench/workloads/origin"
)

const (
	usualSample = 20 * time.Millisecond // of what is timed of it, at least
	usualCycles = 8
	usualRound  = time.Second
)

// OriginProcs is the GOMAXPROCS of an origin: half of one or two CPUs, rounded
// up, as where runs have it.
const OriginProcs = 1

// Programs are the sides, compiled, and the origins that they talk to.
type Programs struct {
	Side string            // the Go side's path
	C    map[string]string // the references' paths, by name
	Dir  string            // where the references are compiled
	Seed uint64

	origins map[string]*origin.Process // by workload and CPUs
}

// Supported says why nothing can be calibrated here, nil if something can.
func Supported() error {
	if affinity.CPUs() == nil {
		return errors.New("calibrate needs Linux: what it measures stands on epoll, futexes and binding to CPUs")
	}
	return gate.Supported()
}

// block is the row as the engine measures it.
func (p *Programs) block(r Row) measure.Block {
	b := measure.Block{Name: r.Block(), Benchmarks: []string{""}, Size: measure.Size{Target: usualSample, N: r.Jobs},
		Cycles: cmp.Or(r.Cycles, usualCycles), Guess: cmp.Or(r.Guess, usualRound)}
	work := new(proof)
	for _, s := range r.sides() {
		b.Arms = append(b.Arms, measure.Arm{Name: s.Name(), Start: func(_ context.Context, w measure.Where) (measure.Session, error) {
			return p.start(r, s, work, w.Dir)
		}})
	}
	return b
}

// start starts a side. The error is the side's own.
func (p *Programs) start(r Row, s Side, work *proof, dir string) (measure.Session, error) {
	o, port, err := p.origin(r)
	if err != nil {
		return nil, fmt.Errorf("the origin does not start: %w", err)
	}
	path, args := p.C[s.C], r.arguments(port, p.Seed)
	if s.Model != "" {
		path, args = p.Side, append([]string{s.Work, s.Model}, args...)
	} else if s.Mode != "" {
		args = append(args, s.Mode)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(plain(os.Environ()), "TMPDIR="+dir)
	process, err := startOn(r.CPUs, cmd, dir)
	if err != nil {
		return nil, err
	}
	return &session{Process: process, name: s.Name(), gauges: r.Gauges, origin: o, work: work}, nil
}

// startOn starts a command with a gate, bound to the CPUs. A process inherits
// those of the thread that starts it, so that none of its own threads is ever
// elsewhere: for a moment, all of this process are bound.
func startOn(cpus []int, cmd *exec.Cmd, dir string) (*gate.Process, error) {
	all := affinity.CPUs()
	if err := affinity.Pin(cpus); err != nil {
		return nil, err
	}
	p, err := gate.Start(cmd, dir)
	if free := affinity.Pin(all); free != nil && err == nil {
		p.Close()
		return nil, free
	}
	return p, err
}

// origin returns the origin of the row's sides, which one that is bound to the
// same CPUs shares, and its port; nil where they need none.
func (p *Programs) origin(r Row) (o *origin.Process, port int, err error) {
	if r.Origin == "" {
		return nil, 0, nil
	}
	key := fmt.Sprint(r.Origin, r.CPUs)
	if o = p.origins[key]; o == nil || o.Err() != nil {
		if o != nil {
			o.Close() // it has died, which its sides have said
		}
		if o, err = origin.Start(origin.Options{Procs: OriginProcs, CPUs: r.CPUs, Workloads: []string{r.Origin}}); err != nil {
			return nil, 0, err
		}
		if p.origins == nil {
			p.origins = map[string]*origin.Process{}
		}
		p.origins[key] = o
	}
	at, err := netip.ParseAddrPort(o.Addr(r.Origin))
	return o, int(at.Port()), err
}

// Close ends the origins.
func (p *Programs) Close() (err error) {
	for _, o := range p.origins {
		err = errors.Join(err, o.Close())
	}
	return err
}

// plain leaves out what changes how the Go runtime works.
func plain(environment []string) []string {
	return slices.DeleteFunc(environment, func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains([]string{"GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG", "GOTRACEBACK"}, name)
	})
}
