package gotest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const hundred = "     100\t        12.5 ns/op\t       0 B/op\t       0 allocs/op"

func TestALineIsRecoveredFromWhatABenchmarkPrints(t *testing.T) {
	for what, text := range map[string]string{
		"nothing":            "BenchmarkX/y-2 \t" + hundred,
		"before the name":    "so it beginsBenchmarkX/y-2 \t" + hundred,
		"a lookalike before": "myBenchmark is BenchmarkX/y-2 \t" + hundred,
		"its name before":    "BenchmarkX/y-2 BenchmarkX/y-2 \t" + hundred,
		"before the figures": "BenchmarkX/y-2 \tright" + hundred,
		"lines":              "one\n5\t3 apples\n--- FAIL: \nBenchmarkZ-2 \t five\ngoos: plan9\nBenchmarkX/y-2 \t" + hundred,
		"a log":              "    x_test.go:5: BenchmarkX/y-2 \t" + hundred + "\nBenchmarkX/y-2 \t" + hundred,
		"carriage returns":   "BenchmarkX/y-2 \t" + hundred + "\r",
	} {
		p := parse("goos: linux\nBenchmarkX\nprintedBenchmarkX/y\n"+text+"\nPASS\n", 2)
		assert.Equal(t, []string{"BenchmarkX/y-2\t" + strings.TrimLeft(hundred, " ")}, p.results["BenchmarkX/y"], what)
		assert.Equal(t, []string{"BenchmarkX/y"}, p.order, what)
		assert.Empty(t, p.failed, what)
		assert.Equal(t, []string{"goos: linux"}, p.config, what)
	}
}

func TestAReasonIsOneBenchmarksOwn(t *testing.T) {
	p := parse("BenchmarkX\nBenchmarkX/a-2\n    x_test.go:1: of a\n--- FAIL: BenchmarkX/a-2\nBenchmarkX/b\n    x_test.go:2: of b\n--- SKIP: BenchmarkX/b\n"+
		"BenchmarkX/c\n--- FAIL: BenchmarkX/c-2\n    x_test.go:3: of X\n--- FAIL: BenchmarkX\nFAIL\n", 2)
	assert.Equal(t, map[string]string{"BenchmarkX/a-2": "x_test.go:1: of a", "BenchmarkX/c": "", "BenchmarkX": "x_test.go:3: of X"}, p.failed)
	assert.Equal(t, map[string]string{"BenchmarkX/b": "x_test.go:2: of b"}, p.skipped)
	assert.True(t, p.ended)
}

func TestFiguresThatNoMeasurementGivesAreNonsense(t *testing.T) {
	for _, bad := range []string{"0\t1 ns/op", "9999999999999999999999\t1 ns/op", "5\t-1 ns/op", "5\t-1 B/op", "5\t-1 allocs/op", "5\t-1 MB/s", "5\tNaN ns/op", "5\t+Inf MB/s", "5\tmuch x", "5\t1", "5\t1 ns/op\t2"} {
		assert.NotEmpty(t, nonsense(bad), bad)
	}
	assert.Empty(t, nonsense("1\t0.0000001 ns/op\t1e3 things"))
	assert.Empty(t, nonsense("1\t2 ns/op\t-1.5 drift\tNaN score\t+Inf ratio"), "of a benchmark's own")
}

func TestOnlyTheSuffixOfTheCPUsIsStripped(t *testing.T) {
	for _, c := range []struct {
		cpu        int
		line, name string
	}{{1, "BenchmarkX/a-4", "BenchmarkX/a-4"}, {4, "BenchmarkX/a-4-4", "BenchmarkX/a-4"}, {4, "BenchmarkX/a-4", "BenchmarkX/a"}} {
		assert.Equal(t, []string{c.name}, parse(c.line+"\t"+hundred+"\n", c.cpu).order)
	}
	assert.Empty(t, parse("BenchmarkX/a-2\t"+hundred+"\n", 4).order, "it ran on other CPUs than it was told to")
}

func TestGOFLAGSIsReadAsTheGoCommandReadsIt(t *testing.T) {
	for flags, want := range map[string]string{
		"":                         "",
		"-mod=mod":                 "",
		"-ldflags=-s -tags=x":      "-s",
		`'-ldflags=-s -w' -tags=x`: "-s -w",
		`-tags=x "-ldflags=-X 'main.a=b'"` + "\n": "-X 'main.a=b'",
		"-ldflags=-s --ldflags=-w":                "-w",
		`"-ldflags=all=-s -w`:                     "all=-s -w",
	} {
		assert.Equal(t, want, goFlag(flags, "ldflags"), flags)
	}
}

// Whatever one benchmark prints, no other's line is lost or made up.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "hello", "one\ntwo", "5\t3 apples", "--- FAIL: BenchmarkA-2\n    why", "panic: x", "BenchmarkA", "BenchmarkA/x\n",
		"BenchmarkC-2 \t", "BenchmarkC-2 \t" + hundred, "\r\n", "--- SKIP: ", "FAIL", "goos: linux", hundred, hundred + "\n", "BenchmarkA-2", "-2\t", "\n    x_test.go:1: y\n"} {
		f.Add(seed, 2)
		f.Add(seed, 1)
	}
	f.Fuzz(func(t *testing.T, junk string, cpu int) {
		parse(junk, cpu)
		if strings.Contains(junk, "BenchmarkB") {
			t.Skip("it says that it is the other")
		}
		suffix := ""
		if cpu != 1 {
			suffix = "-" + strconv.Itoa(cpu)
		}
		other := "BenchmarkB" + suffix + "\t7\t1 ns/op\t0 B/op\t0 allocs/op"
		p := parse("BenchmarkA\n"+junk+"BenchmarkA"+suffix+"   \t"+hundred+"\nBenchmarkB\n"+other+"\n", cpu)
		assert.Equal(t, []string{other}, p.results["BenchmarkB"])
		assert.Empty(t, p.failed["BenchmarkB"])
		for name, lines := range p.results {
			for _, line := range lines {
				assert.True(t, strings.HasPrefix(line, name+suffix+"\t"), line)
				assert.Empty(t, nonsense(strings.TrimPrefix(line, name+suffix+"\t")), line)
			}
		}
	})
}
