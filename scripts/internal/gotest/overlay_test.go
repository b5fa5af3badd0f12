package gotest

import (
	"encoding/json"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
)

// patched returns a source with the patch, which must be possible.
func patched(t *testing.T, src Source, p Patch) Source {
	t.Helper()
	if ungated != nil {
		t.Skip(ungated)
	}
	src, err := src.Patch(t.Context(), t.TempDir(), p)
	require.NoError(t, err)
	return src
}

// built compiles a package of a source.
func built(t *testing.T, src Source, pattern string) Binary {
	t.Helper()
	packages, err := List(t.Context(), src, []string{pattern})
	require.NoError(t, err)
	require.Len(t, packages, 1)
	b, err := packages[0].Build(t.Context(), src, filepath.Join(t.TempDir(), "bench.test"), 0, io.Discard)
	require.NoError(t, err)
	return b
}

// gated asserts that a benchmark of a binary is measured through the gate.
func gated(t *testing.T, b Binary, name string) *gate.Process {
	t.Helper()
	p := start(t, b, quick, name)
	due(t, p, name)
	sample(t, p, 2)
	assert.Equal(t, 10, sample(t, p, 10).N)
	require.NoError(t, p.End(limit), "%s", p.Output())
	return p
}

var turnsSource = Source{Dir: filepath.Join("testdata", "fixture", "turns")}

func TestTheGateHoldsWithTheUsersFlags(t *testing.T) {
	for _, flags := range []string{"-cover", "-ldflags=-s", "-race"} {
		t.Run(flags, func(t *testing.T) {
			if flags == "-race" {
				if testing.Short() {
					t.Skip("it compiles the standard library")
				}
				if out, err := exec.Command("go", "env", "CGO_ENABLED", "CC").Output(); err != nil || !strings.HasPrefix(string(out), "1") {
					t.Skip("the race detector takes cgo")
				} else if _, err := exec.LookPath(strings.TrimSpace(string(out[1:]))); err != nil {
					t.Skip("the race detector takes a C compiler: ", err)
				}
			}
			src := turnsSource
			src.Env = []string{"GOFLAGS=" + flags}
			p := gated(t, built(t, patched(t, src, Patch{Gate: true}), "."), "BenchmarkLoop")
			assert.Contains(t, string(p.Output()), "cleaned up")
			assert.NotContains(t, string(p.Output()), "DATA RACE")
		})
	}
}

func TestTheGateHoldsWithVendoredPackages(t *testing.T) {
	src := module(t, map[string]string{
		"vendor/modules.txt":            "# other.test/dep v1.0.0\n## explicit; go 1.26\nother.test/dep\n",
		"vendor/other.test/dep/dep.go":  "package dep\n\nfunc F() int { return 1 }\n",
		"a_test.go":                     "package m\n\nimport (\n\t\"testing\"\n\n\t\"other.test/dep\"\n)\n\nfunc BenchmarkA(b *testing.B) {\n\tfor range b.N {\n\t\tdep.F()\n\t}\n}\n",
		"vendor/other.test/dep/LICENSE": "",
	})
	write(t, filepath.Join(src.Dir, "go.mod"), "module m.test/m\n\ngo 1.26\n\nrequire other.test/dep v1.0.0\n")
	src.Env = []string{"GOFLAGS=-mod=vendor"}
	gated(t, built(t, patched(t, src, Patch{Gate: true}), "."), "BenchmarkA")
}

func TestWherePackageTestingCannotBePatchedTheErrorSaysWhy(t *testing.T) {
	if err := gate.Supported(); err != nil {
		t.Skip(err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	for _, c := range []struct {
		src Source
		why string
	}{
		{Source{Env: []string{"GOFLAGS=-overlay=mine.json"}}, "has mine.json already: take -overlay out of GOFLAGS"},
		{Source{Overlay: "ours.json"}, "has ours.json already"},
		{Source{Env: []string{"GOMODCACHE=" + filepath.Dir(strings.TrimSpace(string(root)))}}, "install that version of Go and put it on the PATH"},
	} {
		c.src.Dir = turnsSource.Dir
		_, err := c.src.Patch(t.Context(), t.TempDir(), Patch{Gate: true})
		var none NoOverlay
		require.ErrorAs(t, err, &none)
		assert.ErrorContains(t, err, c.why)
	}
	_, err = Source{Dir: filepath.Join(t.TempDir(), "gone")}.Patch(t.Context(), t.TempDir(), Patch{Gate: true})
	assert.ErrorContains(t, err, "gone")
	assert.False(t, func() bool { _, is := err.(NoOverlay); return is }(), "it is not for the version of Go")
}

func TestAPatchThatDoesNotCompileIsNoFaultOfThePackage(t *testing.T) {
	src := patched(t, turnsSource, Patch{Gate: true})
	text, err := os.ReadFile(src.Overlay)
	require.NoError(t, err)
	var overlay struct{ Replace map[string]string }
	require.NoError(t, json.Unmarshal(text, &overlay))
	for name, file := range overlay.Replace {
		if filepath.Base(name) == "concbench_gate.go" {
			write(t, file, strings.Replace(string(gateCode), "b.benchTime", "b.benchTimeOfGo2", 1))
		}
	}
	_, err = Package{Path: "fixture.test/fixture/turns"}.Build(t.Context(), src, filepath.Join(t.TempDir(), "bench.test"), 0, io.Discard)
	var none NoOverlay
	require.ErrorAs(t, err, &none)
	assert.ErrorContains(t, err, "benchTimeOfGo2")
}

// wanting is a source that has all that is patched.
const wanting = `package testing

func (b *B) runN(n int) { b.StopTimer() }

func (b *B) loopSlowPath() bool { if b.more() { return true }; b.StopTimer(); return false }

func (b *B) run1() bool { return true }

func (s *anyState) processBench(b *B) {
	for i := range cpuList {
		for k := 0; k < *count; k++ {
			b.doBench()
		}
	}
}
`

func TestASourceWithoutThePlacesIsRefused(t *testing.T) {
	all := Patch{Gate: true, Work: new(0.05)}
	text, err := patch([]byte(wanting), all)
	require.NoError(t, err)
	for _, put := range []string{
		"{ workAdded = false; b.addWork(); b.StopTimer() }",
		"b.addWork(); b.StopTimer(); return false",
		"run1() bool { gateSaid, open := gateOpen(b); if !open { return false }; defer gateLost(b, gateSaid); return",
		"k++ { if !gateWait(b, k == 0) { return };\n",
	} {
		assert.Contains(t, string(text), put)
	}
	for old, new := range map[string]string{
		"package testing":          "packed",
		"runN(n int)":              "runN(n int64)",
		"loopSlowPath() bool {":    "loopSlowPath() bool { b.StopTimer();",
		"{ b.StopTimer() }":        "{}",
		"(b *B) run1":              "(c *B) run1",
		"processBench(b *B)":       "processBench(bs []*B)",
		"k < *count":               "k < count",
		"b.doBench()":              "for j := 0; j < *count; j++ {}",
		"b.StopTimer(); return fa": "return fa",
	} {
		require.Equal(t, 1, strings.Count(wanting, old), old)
		_, err := patch([]byte(strings.Replace(wanting, old, new, 1)), all)
		assert.Error(t, err, new)
	}
	text, err = patch([]byte(wanting), Patch{})
	require.NoError(t, err)
	assert.Equal(t, wanting, string(text))
}

func TestOnlyASensibleShareOfWorkIsAdded(t *testing.T) {
	for _, share := range []float64{-0.1, 11, math.NaN(), math.Inf(1)} {
		_, err := turnsSource.Patch(t.Context(), t.TempDir(), Patch{Work: &share})
		assert.ErrorContains(t, err, "0.05 for 5 %")
	}
}

// The busy loop is as long as it is to be, or longer where the process has to
// wait for a CPU.
func TestBenchmarksDoTheGivenShareMore(t *testing.T) {
	work := func(share float64) Source { return patched(t, turnsSource, Patch{Gate: true, Work: &share}) }
	base, again, head := built(t, work(0), "."), built(t, work(0), "."), built(t, work(3), ".")
	assert.Equal(t, base.SHA256, again.SHA256, "equal shares give equal binaries")
	assert.NotEqual(t, base.SHA256, head.SHA256)
	size := func(b Binary) int64 {
		info, err := os.Stat(b.Path)
		require.NoError(t, err)
		return info.Size()
	}
	assert.Equal(t, size(base), size(head), "they differ in one number")

	ratio := func(b Binary, name string) float64 {
		p := start(t, b, quick, name)
		due(t, p, name)
		sample(t, p, 2)
		least := math.Inf(1)
		for range 20 {
			s := sample(t, p, 10_000)
			assert.Equal(t, 3.0, s.Values["allocs/op"], "the added work allocates nothing")
			least = min(least, s.Values["ns/op"]/s.Values["own-ns/op"])
		}
		return least
	}
	for _, name := range []string{"BenchmarkN", "BenchmarkSubs/a_b", "BenchmarkStops"} {
		assert.GreaterOrEqual(t, ratio(head, name), 4.0, name)
		assert.Less(t, ratio(base, name), 4.0, name)
	}
	name := "BenchmarkLoop"
	p := start(t, head, quick, name)
	due(t, p, name)
	sample(t, p, 2)
	s := sample(t, p, 10_000)
	assert.GreaterOrEqual(t, s.Values["ns/op"], 4*s.Values["own-ns/op"], "after its last iteration")
	assert.Equal(t, 3.0, s.Values["allocs/op"])
}
