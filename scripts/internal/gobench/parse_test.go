package gobench

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const figures = "     100\t        12.5 ns/op\t       0 B/op\t       0 allocs/op"

func TestALineIsRecoveredFromWhatABenchmarkPrints(t *testing.T) {
	for what, text := range map[string]string{
		"nothing":              "BenchmarkX/y-2 \t" + figures,
		"before the name":      "so it beginsBenchmarkX/y-2 \t" + figures,
		"a lookalike before":   "myBenchmark is BenchmarkX/y-2 \t" + figures,
		"before the figures":   "BenchmarkX/y-2 \tright" + figures,
		"lines":                "BenchmarkX/y-2 \tone\n5\t3 apples\nBenchmarkZ\nBenchmarkZ-2 \t five\ngoos: plan9\n" + figures,
		"carriage returns":     "BenchmarkX/y-2 \t" + figures + "\r",
		"lines, and an ending": "BenchmarkX/y-2 \tone\ntwo" + figures,
	} {
		p := parse("goos: linux\n"+text+"\nPASS\n", 2, []string{"BenchmarkX/y", "BenchmarkOther"})
		assert.Equal(t, []string{"BenchmarkX/y-2\t" + strings.TrimLeft(figures, " ")}, p.results["BenchmarkX/y"], what)
		assert.Empty(t, p.failed, what)
		assert.Equal(t, []string{"goos: linux"}, p.config, what)
	}
}

func TestALineThatIsLostIsNamed(t *testing.T) {
	p := parse("BenchmarkA-2\t"+figures+"12\nBenchmarkB-2\t"+figures+"\n", 2, []string{"BenchmarkA", "BenchmarkB"})
	assert.Contains(t, p.failed["BenchmarkA"], "over its own result line")
	assert.Len(t, p.results["BenchmarkB"], 1)
	p = parse("BenchmarkA-2\t"+figures+"12\nPASS\n", 2, nil)
	assert.Contains(t, p.failed["BenchmarkA"], "over its own result line")
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
		assert.Equal(t, []string{c.name}, parse(c.line+"\t"+figures+"\n", c.cpu, nil).order)
	}
	assert.Empty(t, parse("BenchmarkX/a-2\t"+figures+"\n", 4, nil).order, "it ran on other CPUs than it was told to")
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
		assert.Equal(t, want, ldflagsOf(flags), flags)
	}
}

// Whatever one benchmark prints in the middle of its line, no other's line is
// lost or made up.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "hello", "one\ntwo", "5\t3 apples", "--- FAIL: BenchmarkA-2\n    why", "panic: x", "BenchmarkA", "BenchmarkA/x\n",
		"BenchmarkC-2 \t", "BenchmarkC-2 \t" + figures, "\r\n", "--- SKIP: ", "FAIL", "goos: linux", figures, figures + "\n", "BenchmarkA-2", "-2\t", "\n    x_test.go:1: y\n"} {
		f.Add(seed, 2)
		f.Add(seed, 1)
	}
	f.Fuzz(func(t *testing.T, junk string, cpu int) {
		parse(junk, cpu, nil)
		if strings.Contains(junk, "BenchmarkB") {
			t.Skip("it says that it is the other")
		}
		suffix := ""
		if cpu != 1 {
			suffix = "-" + strconv.Itoa(cpu)
		}
		other := "BenchmarkB" + suffix + "\t7\t1 ns/op\t0 B/op\t0 allocs/op"
		p := parse("BenchmarkA"+suffix+"   \t"+junk+figures+"\n"+other+"\n", cpu, []string{"BenchmarkA", "BenchmarkB"})
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
