package results

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const cell = "BenchmarkIO/workload=echo/tasks=100/model=threadpool:64"

// read reads a measurement of text, which stands between other lines.
func read(text string, slices int) (Process, error) {
	bench := "goos: linux\n" + text + "BenchmarkX 1 1 ns/op\n"
	from := int64(len("goos: linux\n"))
	m := Measurement{Cell: cell, From: from, To: from + int64(len(text)), Slices: slices}
	return readProcess(strings.NewReader(bench), int64(len(bench)), m)
}

func TestSlicesAreReduced(t *testing.T) {
	text := "pkg: x\nUnit tasks/s better=higher\n"
	for _, s := range []string{
		"10 1 ns/op 900 tasks/s 1 cpu-ns/op 999 threads 1 p99-ns",
		"20 30 ns/op 100 tasks/s 20 cpu-ns/op 5 threads 70 p99-ns",
		"20 10 ns/op 300 tasks/s 40 cpu-ns/op 7 threads 90 p99-ns",
		"20 20 ns/op 200 tasks/s 30 cpu-ns/op 6 threads 80 p99-ns",
	} {
		text += cell + "-2\t" + s + "\n"
	}
	p, err := read(text+"# a remark\nPASS\n", 4)
	require.NoError(t, err)
	assert.Equal(t, map[string]float64{"ns/op": 10, "tasks/s": 300, "cpu-ns/op": 20, "threads": 7, "p99-ns": 80}, p.Values,
		"without the first slice")
}

func TestOneSliceIsKept(t *testing.T) {
	p, err := read(cell+" 1 5 ns/op\n", 1) // with one P there is no suffix
	require.NoError(t, err)
	assert.Equal(t, 5.0, p.Values["ns/op"])
}

func TestUnitOfSomeSlices(t *testing.T) {
	p, err := read(strings.Repeat(cell+"-2 1 5 ns/op\n", 2)+cell+"-2 1 5 ns/op 9 footprint-B\n", 3)
	require.NoError(t, err)
	assert.Equal(t, 9.0, p.Values["footprint-B"])
}

func TestUnsoundMeasurements(t *testing.T) {
	line := cell + "-2 1 5 ns/op\n"
	for want, give := range map[string]func() (Process, error){
		"0 slices where 2": func() (Process, error) { return read("PASS\n", 2) },
		"1 slices where 2": func() (Process, error) { return read(line, 2) },
		"0 slices where 0": func() (Process, error) { return read("", 0) },
		"result of BenchmarkOther": func() (Process, error) {
			return read("BenchmarkOther-2 1 5 ns/op\n", 1)
		},
		"missing":   func() (Process, error) { return read(cell+"-2 1\n", 1) },
		"cannot be": func() (Process, error) { return read(cell+"-2 1 -5 ns/op\n", 1) },
		"NaN ns/op": func() (Process, error) { return read(cell+"-2 1 NaN ns/op\n", 1) },
		"not all in": func() (Process, error) {
			return readProcess(strings.NewReader(line), int64(len(line)), Measurement{Cell: cell, To: 1e6})
		},
		"-1": func() (Process, error) {
			return readProcess(strings.NewReader(line), int64(len(line)), Measurement{Cell: cell, From: -1})
		},
		"token too lo": func() (Process, error) { return read(fmt.Sprintf("%s-2 1 5 ns/op %070000d B/op\n", cell, 1), 1) },
	} {
		_, err := give()
		assert.ErrorContains(t, err, want)
	}
}
