package testing

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// gate is what a process that was started with one measures by, nil in others.
// Its messages are those of concbench's package bench/gate.
var gate *gatePipes

type gatePipes struct {
	in   *bufio.Reader
	out  *os.File
	said int  // messages
	over bool // no benchmark is measured any more
	gcs  uint32
	mem  runtime.MemStats
}

func init() {
	const env = "CONCBENCH_GATE"
	from, to, _ := strings.Cut(os.Getenv(env), ",")
	os.Unsetenv(env)
	in, errIn := strconv.Atoi(from)
	out, errOut := strconv.Atoi(to)
	if errIn != nil || errOut != nil {
		return
	}
	syscall.CloseOnExec(in)
	syscall.CloseOnExec(out)
	gate = &gatePipes{in: bufio.NewReader(os.NewFile(uintptr(in), "gate")), out: os.NewFile(uintptr(out), "gate")}
}

// gateWait answers for the sample that b measured, or says that b is ready for
// its first. Then it waits for a token, and reports whether that is for another
// sample. Without a gate it always is.
func gateWait(b *B, first bool) bool {
	switch {
	case gate == nil:
		return true
	case gate.over:
		return false
	case first:
		gate.say("ready " + b.name)
	default:
		gate.answer(b)
	}
	return gate.token(b)
}

// gateOpen reports whether b, which has not run yet, is to run. It counts what
// the gate has said, for gateLost. One of func Benchmark has no gate.
func gateOpen(b *B) (said int, open bool) {
	if gate == nil || b.bstate == nil {
		return 0, true
	}
	return gate.said, !gate.over
}

// gateLost answers for b where its first iteration failed or was skipped, so
// that it will never be ready; not again where that was one of its
// sub-benchmarks, and was said, or followed them.
func gateLost(b *B, said int) {
	if gate == nil || b.bstate == nil || gate.over {
		return
	}
	if !b.failed && !b.skipped {
		if b.previousN == 0 {
			gateDies()
		}
		return
	}
	for again := gate.said == said; again; again = gate.token(b) {
		gate.answer(b)
	}
}

// gateDies waits until the process has died, after a run that neither returned
// nor failed: of a panic, during which this goroutine goes on. What lives on called
// runtime.Goexit.
func gateDies() { time.Sleep(5 * time.Second) }

// token waits for one. A token for a sample sets its number of iterations.
func (g *gatePipes) token(b *B) bool {
	line, err := g.in.ReadString('\n')
	word, count, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	if n, bad := strconv.Atoi(count); err == nil && word == "run" && bad == nil && n > 0 {
		b.benchTime = durationOrCountFlag{n: n}
		g.gcs = g.collections()
		return true
	}
	g.over = err != nil || word != "next"
	return false
}

// answer says what b measured.
func (g *gatePipes) answer(b *B) {
	gcs := g.collections() - g.gcs
	r := b.result
	why := strings.TrimSpace(string(b.output))
	why = why[max(0, len(why)-4096):]
	switch {
	case b.failed:
		g.say("failed " + strconv.Quote(cmp.Or(why, "it failed without a message")))
	case b.skipped:
		g.say("skipped " + strconv.Quote(cmp.Or(why, "it was skipped without a message")))
	case r.N <= 0:
		gateDies()
		g.say("failed " + strconv.Quote("it ended without a result"))
	default:
		g.say(fmt.Sprintf("sample %d %d %d", r.N, gcs, r.T.Nanoseconds()) + r.gateFigures())
	}
}

// gateFigures are those that String and MemString print, unrounded.
func (r BenchmarkResult) gateFigures() string {
	var line []byte
	add := func(v float64, unit string) {
		line = append(strconv.AppendFloat(append(line, '\t'), v, 'g', -1, 64), " "+unit...)
	}
	ns, ok := r.Extra["ns/op"]
	if !ok {
		ns = float64(r.T.Nanoseconds()) / float64(r.N)
	}
	if ns != 0 {
		add(ns, "ns/op")
	}
	if mbs := r.mbPerSec(); mbs != 0 {
		add(mbs, "MB/s")
	}
	add(float64(r.AllocedBytesPerOp()), "B/op")
	add(float64(r.AllocsPerOp()), "allocs/op")
	for unit, v := range r.Extra {
		switch unit {
		case "ns/op", "MB/s", "B/op", "allocs/op":
		default:
			add(v, unit)
		}
	}
	return string(line)
}

// collections is how many garbage collections there were that nobody asked for.
func (g *gatePipes) collections() uint32 {
	runtime.ReadMemStats(&g.mem)
	return g.mem.NumGC - g.mem.NumForcedGC
}

func (g *gatePipes) say(line string) {
	g.said++
	g.out.WriteString(line + "\n") // where nobody listens, the next token is the end
}
