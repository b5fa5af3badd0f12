package gotest

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// module makes a module of files, by name.
func module(t *testing.T, files map[string]string) Source {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module m.test/m\n\ngo 1.26\n")
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return Source{Dir: dir}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
}

const oneBenchmark = "import \"testing\"\n\nfunc BenchmarkA(b *testing.B) {}\n"

func paths(packages []Package) (all []string) {
	for _, p := range packages {
		all = append(all, p.Path)
	}
	return all
}

func TestListNamesPackagesWithBenchmarks(t *testing.T) {
	src := module(t, map[string]string{
		"a/a_test.go":      "package a\n" + oneBenchmark,
		"b/b_test.go":      "package b_test\nimport . \"testing\"\nfunc Benchmark(b *B) {}\n",
		"tagged/t_test.go": "//go:build special\n\npackage tagged\n" + oneBenchmark,
		"windows/w.go":     "//go:build never\n\npackage windows\n",
		"lookalike/l_test.go": "package l\nimport \"testing\"\ntype T struct{}\nfunc (T) BenchmarkA(b *testing.B) {}\n" +
			"func Benchmarked(b *testing.B) {}\nfunc BenchmarkB(t *testing.T) {}\nfunc BenchmarkC(b *testing.B, n int) {}\n",
		"plain/p.go":         "package plain\n",
		"uses/u_test.go":     "package uses_test\nimport _ \"m.test/m/plain\"\n",
		"broken/b.go":        "packag broken\n",
		"broken/b_test.go":   "package broken\n",
		"unclosed/u_test.go": "package unclosed\nfunc {\n",
		"testdata/d_test.go": "package d\n" + oneBenchmark,
	})
	packages, err := List(t.Context(), src, []string{"./..."})
	require.NoError(t, err)
	assert.Equal(t, []string{"m.test/m/a", "m.test/m/b", "m.test/m/broken", "m.test/m/unclosed"}, paths(packages))
	assert.Equal(t, filepath.Join(packages[0].Dir, "a_test.go"), packages[0].TestFiles[0])

	assert.True(t, packages[0].Benchmarks)
	assert.Equal(t, []string{"testing"}, packages[0].Imports)

	packages, err = List(t.Context(), src, []string{"./uses", "./a"}, "m.test/m/plain")
	require.NoError(t, err)
	require.Equal(t, []string{"m.test/m/uses", "m.test/m/a"}, paths(packages))
	assert.False(t, packages[0].Benchmarks)
	assert.Equal(t, []string{"m.test/m/plain"}, packages[0].Imports)

	src.Tags = "special"
	packages, err = List(t.Context(), src, []string{"./t...", "./a"})
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"m.test/m/a", "m.test/m/tagged"}, paths(packages))

	src.Tags = ""
	for pattern, want := range map[string]string{
		"./plain":       "./plain: m.test/m/plain has no Benchmark function in its _test.go files",
		"./lookalike":   "m.test/m/lookalike has no Benchmark function",
		"./p...":        "no Benchmark function",
		"./nowhere":     "directory not found",
		"./nowhere/...": "./nowhere/...: ",
		"./windows":     "build constraints exclude all Go files",
		"m.test/other":  "m.test/other: ",
	} {
		packages, err = List(t.Context(), src, []string{"./a", pattern})
		assert.ErrorIs(t, err, ErrNone, pattern)
		assert.ErrorContains(t, err, want, pattern)
		assert.Equal(t, []string{"m.test/m/a"}, paths(packages), "the other pattern holds")
	}
}

func TestListSaysWhatIsWrongWithAModule(t *testing.T) {
	src := module(t, nil)
	write(t, filepath.Join(src.Dir, "go.mod"), "modul m\n")
	_, err := List(t.Context(), src, []string{"./..."})
	assert.ErrorContains(t, err, "go.mod")
}

func TestAPackageThatDoesNotBuildSaysWhy(t *testing.T) {
	src := module(t, map[string]string{
		"wrong/w_test.go":  "package wrong\n" + oneBenchmark + "var a, b, c, d, e, f = g, h, i, j, k, l\n",
		"broken/b.go":      "packag broken\n",
		"broken/b_test.go": "package broken\n" + oneBenchmark,
		"plain/p.go":       "package plain\n",
	})
	var said bytes.Buffer
	file := filepath.Join(t.TempDir(), "new", "bench.test")
	_, err := Package{Path: "m.test/m/wrong"}.Build(t.Context(), src, file, 0, &said)
	assert.ErrorContains(t, err, "m.test/m/wrong does not build: wrong/w_test.go:5:24: undefined: g; ")
	assert.ErrorContains(t, err, "; …")
	assert.Contains(t, said.String(), "undefined: l")

	_, err = Package{Path: "m.test/m/broken"}.Build(t.Context(), src, file, 0, io.Discard)
	assert.ErrorContains(t, err, "expected 'package', found packag")
	_, err = Package{Path: "m.test/m/plain"}.Build(t.Context(), src, file, 0, io.Discard)
	assert.ErrorContains(t, err, "no test files")
}

func TestEqualCodeGivesEqualBinariesAnywhere(t *testing.T) {
	files := map[string]string{"m.go": "package m\n\nvar Name = \"\"\n\nfunc F() string { return Name }\n",
		"m_test.go": "package m\n" + oneBenchmark + "var _ = F()\n"}
	sum := func(src Source, layout int) string {
		b, err := Package{Path: "m.test/m"}.Build(t.Context(), src, filepath.Join(t.TempDir(), "bench.test"), layout, io.Discard)
		require.NoError(t, err)
		return b.SHA256
	}
	here := module(t, files)
	plain := sum(here, 0)
	assert.Equal(t, plain, sum(module(t, files), 0))

	first := sum(here, 1)
	assert.NotEqual(t, plain, first, "a layout is another order")
	assert.NotEqual(t, first, sum(here, 2))
	here.Env = []string{"GOFLAGS='-ldflags=-X m.test/m.Name=me -s'"}
	assert.NotEqual(t, first, sum(here, 1), "the user's own flags hold too")

	here.Env = nil
	other := filepath.Join(t.TempDir(), "m.go")
	write(t, other, "package m\n\nfunc F() int { return 1 }\n")
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(here.Dir, "m.go"): other}})
	require.NoError(t, err)
	here.Overlay = filepath.Join(t.TempDir(), "overlay.json")
	write(t, here.Overlay, string(overlay))
	assert.NotEqual(t, plain, sum(here, 0))
}
