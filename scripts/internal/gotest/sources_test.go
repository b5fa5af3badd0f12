package gotest

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const internalTests = `package m

import "testing"

const (
	small = iota
	large
)

const alone = 5

var input, spare = make(), 1

type thing struct{ n int }

func (t *thing) run(n int) { helper(n) }

func make() *thing { return &thing{small} }

func helper(n int) { _ = n }

// Exported is for the external tests.
func Exported() int { return 9 }

func init() { _ = 1 }

func BenchmarkA(b *testing.B) {
	for b.Loop() {
		input.run(3)
	}
}

//go:noinline
func BenchmarkB(b *testing.B) { alone := alone; _ = alone }

func TestOther(t *testing.T) { _ = 2 }
`

const externalTests = `package m_test

import (
	"testing"

	me "m.test/m"
)

func BenchmarkC(b *testing.B) { _ = func() int { return me.Exported() }() }

func BenchmarkB(b *testing.B) { helper() }

func helper() { _ = "external" }
`

func TestABenchmarkWhoseSourceChangedHasAnotherHash(t *testing.T) {
	sources := func(internal, external string) map[string]string {
		dir := t.TempDir()
		p := Package{Path: "m.test/m", Dir: dir, TestFiles: []string{filepath.Join(dir, "m_test.go"), filepath.Join(dir, "x_test.go")}}
		write(t, p.TestFiles[0], internal)
		write(t, p.TestFiles[1], external)
		s, err := Sources(p)
		require.NoError(t, err)
		return s
	}
	before := sources(internalTests, externalTests)
	assert.ElementsMatch(t, []string{"BenchmarkA", "BenchmarkB", "BenchmarkC"}, keys(before))
	for _, c := range []struct{ old, new, changed string }{
		{"input.run(3)", "input.run(4)", "BenchmarkA"},
		{"input.run(3)", "input.run( // often\n\t\t\t3,\n\t\t)", ""},
		{"func BenchmarkA(b *testing.B) {\n", "// BenchmarkA is new.\nfunc BenchmarkA(b *testing.B) {\n\n", ""},
		{"_ = n", "_ = n + 1", "BenchmarkA"},
		{"struct{ n int }", "struct{ n, m int }", "BenchmarkA"},
		{"helper(n) }", "helper(n + 1) }", "BenchmarkA"},
		{"\tsmall = iota\n", "\tsmall = iota + 1\n", "BenchmarkA"},
		{"make(), 1", "make(), 2", "BenchmarkA"},
		{"alone = 5", "alone = 6", "BenchmarkB"},
		{"//go:noinline", "//go:nosplit", "BenchmarkB"},
		{`"external"`, `"internal"`, "BenchmarkB"},
		{"return 9", "return 10", "BenchmarkC"},
		{"_ = 2", "_ = 3", ""},
		{"_ = 1", "_ = 3", ""},
	} {
		both := internalTests + "\x00" + externalTests
		require.Equal(t, 1, strings.Count(both, c.old), c.old)
		internal, external, _ := strings.Cut(strings.Replace(both, c.old, c.new, 1), "\x00")
		changed := ""
		for name, hash := range sources(internal, external) {
			if hash != before[name] {
				changed += name
			}
		}
		assert.Equal(t, c.changed, changed, "%s → %s", c.old, c.new)
	}
}

func keys(m map[string]string) (all []string) {
	for k := range maps.Keys(m) {
		all = append(all, k)
	}
	return all
}

func TestSourcesNamesAFileThatIsNoGo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad_test.go")
	write(t, file, "package {")
	_, err := Sources(Package{TestFiles: []string{file}})
	assert.ErrorContains(t, err, "bad_test.go")
	_, err = Sources(Package{TestFiles: []string{file + "x"}})
	assert.ErrorContains(t, err, "bad_test.gox")
}

func TestTestDataIsWhatIsInTheFiles(t *testing.T) {
	p := Package{Path: "m.test/m", Dir: t.TempDir()}
	sum := func() string {
		t.Helper()
		h, err := TestData(p)
		require.NoError(t, err)
		return h
	}
	assert.Empty(t, sum())
	in := func(name string) string { return filepath.Join(p.Dir, "testdata", name) }
	seen := map[string]bool{}
	fresh := func(what string) {
		t.Helper()
		h := sum()
		assert.False(t, seen[h], what)
		assert.Equal(t, h, sum())
		seen[h] = true
	}
	write(t, in("a"), "1")
	fresh("a file")
	write(t, in("a"), "2")
	fresh("another content of the same size")
	write(t, in("sub/b"), "")
	fresh("a file below")
	require.NoError(t, os.Rename(in("sub/b"), in("sub/c")))
	fresh("another name")
	if runtime.GOOS != "windows" {
		require.NoError(t, os.Symlink("/", in("link")))
		fresh("a link, which is not followed")
		require.NoError(t, os.Remove(in("link")))
		require.NoError(t, os.Symlink(in("a"), in("link")))
		fresh("a link elsewhere")
	}
}
