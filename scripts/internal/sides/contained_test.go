package sides

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAReplaceThatLeavesTheRepositoryIsRefused(t *testing.T) {
	for replacement, bad := range map[string]bool{
		"../../elsewhere":       true,
		"../..":                 true,
		"../shared":             false,
		"./inside":              false,
		"/absolute":             false,
		"example.org/fork v1.0": false,
	} {
		t.Run(replacement, func(t *testing.T) {
			dir, _, _ := history(t)
			commit(t, dir, "lib/go.mod", "module example.org/lib\n\ngo 1.24\n\nreplace example.org/x => "+replacement+"\n")
			write(t, dir, "lib/deep/a.go", "package deep\n")
			commit(t, dir, "lib/deep/b.go", "package deep\n")
			s, err := Resolve(t.Context(), filepath.Join(dir, "lib", "deep"), Options{Base: "HEAD"})
			if bad {
				assert.ErrorContains(t, err, "replaces example.org/x by "+replacement)
				assert.ErrorContains(t, err, "--base-dir")
				assert.Empty(t, leftovers(t, dir))
				return
			}
			require.NoError(t, err)
			require.NoError(t, s.Close())
		})
	}
}

func TestAWorkspaceThatACheckoutLacksIsRefused(t *testing.T) {
	t.Run("not committed", func(t *testing.T) {
		dir, _, _ := history(t)
		write(t, dir, "go.work", "go 1.24\n\nuse .\n")
		_, err := Resolve(t.Context(), dir, Options{Base: "HEAD"})
		assert.ErrorContains(t, err, "the workspace go.work is not part of --base HEAD")
		t.Setenv("GOWORK", "off")
		resolve(t, dir, Options{Base: "HEAD"})
	})
	t.Run("named by the environment", func(t *testing.T) {
		dir, _, _ := history(t)
		t.Setenv("GOWORK", filepath.Join(t.TempDir(), "go.work"))
		_, err := Resolve(t.Context(), dir, Options{Base: "HEAD"})
		assert.ErrorContains(t, err, "GOWORK=off")
	})
	t.Run("above the repository", func(t *testing.T) {
		alone(t)
		parent := t.TempDir()
		write(t, parent, "go.work", "go 1.24\n\nuse ./repo\n")
		dir := filepath.Join(parent, "repo")
		require.NoError(t, os.Mkdir(dir, 0o755))
		gitIn(t, dir, "init", "-q", "-b", "main")
		commit(t, dir, "a.txt", "one")
		_, err := Resolve(t.Context(), dir, Options{Base: "HEAD"})
		assert.ErrorContains(t, err, "--base-dir")
	})
	t.Run("that uses what is outside", func(t *testing.T) {
		dir, _, _ := history(t)
		commit(t, dir, "go.work", "go 1.24\n\nuse (\n\t.\n\t../other\n)\n")
		_, err := Resolve(t.Context(), dir, Options{Base: "HEAD"})
		assert.ErrorContains(t, err, "uses ../other")
	})
	t.Run("not so one that is committed", func(t *testing.T) {
		dir, _, _ := history(t)
		commit(t, dir, "go.work", "go 1.24\n\nuse ./lib\n")
		resolve(t, dir, Options{Base: "HEAD"})
	})
}
