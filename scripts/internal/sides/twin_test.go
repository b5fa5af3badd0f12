package sides

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree returns what is in a folder by path: a file's text and whether it can be
// run, a link's target. What Git ignores there and Git's own is left out.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		require.NoError(t, err)
		switch {
		case d.Name() == ".git" && d.IsDir():
			return fs.SkipDir
		case d.Name() == ".git", d.IsDir(), strings.HasSuffix(name, ".ignored"):
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			all[name], err = os.Readlink(path)
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		info, err := d.Info()
		require.NoError(t, err)
		if info.Mode()&0o111 != 0 {
			text = append(text, " (can be run)"...)
		}
		all[name] = string(text)
		return nil
	}))
	return all
}

func TestTheWorkingTreeIsCopiedBesideTheBase(t *testing.T) {
	dir, first, _ := history(t)
	for _, name := range []string{"gone.txt", "moved.txt", "mode.sh", "folder/in.txt", "file", "staged.txt", "kept.txt", "cached.txt"} {
		write(t, dir, name, "of the commit: "+name)
	}
	last := commit(t, dir, ".gitignore", "*.ignored\n")

	require.NoError(t, os.Remove(filepath.Join(dir, "gone.txt")))
	gitIn(t, dir, "mv", "moved.txt", "ähm, with spaces.txt")
	gitIn(t, dir, "rm", "-q", "--cached", "cached.txt") // it is untracked now
	require.NoError(t, os.Chmod(filepath.Join(dir, "mode.sh"), 0o755))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "folder")))
	write(t, dir, "folder", "a file now")
	require.NoError(t, os.Remove(filepath.Join(dir, "file")))
	write(t, dir, "file/in.txt", "a folder now")
	write(t, dir, "staged.txt", "staged")
	gitIn(t, dir, "add", "staged.txt")
	write(t, dir, "staged.txt", "and changed again")
	write(t, dir, "new/deep/b.txt", "untracked")
	write(t, dir, "c.ignored", "ignored")
	gitIn(t, dir, "config", "status.showUntrackedFiles", "no") // what the user likes to see
	before := tree(t, dir)
	index, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	require.NoError(t, err)

	s := resolve(t, dir, Options{Base: first})
	assert.Equal(t, before, tree(t, s.Head.Dir))
	assert.NoFileExists(t, filepath.Join(s.Head.Dir, "c.ignored"))
	assert.Equal(t, Side{Commit: last, Dirty: true, Dir: s.Head.Dir}, s.Head)
	assert.Equal(t, filepath.Dir(s.Base.Dir), filepath.Dir(s.Head.Dir))
	assert.Len(t, s.Head.Dir, len(s.Base.Dir))

	write(t, s.Head.Dir, "a.txt", "written by a benchmark")
	assert.Equal(t, before, tree(t, dir))
	after, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	require.NoError(t, err)
	assert.Equal(t, index, after)
}

func TestSymbolicLinksAreCopiedAsSuchAndNotFollowed(t *testing.T) {
	dir, _, _ := history(t)
	outside := t.TempDir()
	write(t, outside, "in.txt", "the user's")
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil && runtime.GOOS == "windows" {
		t.Skip("not runnable: this user may make no symbolic links: ", err)
	}
	commit(t, dir, "folder/in.txt", "of the commit")

	// The link becomes a folder, the folder a link.
	require.NoError(t, os.Remove(filepath.Join(dir, "link")))
	write(t, dir, "link/in.txt", "a file of a folder")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "folder")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "folder")))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))

	s := resolve(t, dir, Options{Base: "HEAD^"})
	assert.Equal(t, tree(t, dir), tree(t, s.Head.Dir))
	assert.Equal(t, map[string]string{"in.txt": "the user's"}, tree(t, outside))
}

func TestOtherRepositoriesInTheTreeAreNotCopied(t *testing.T) {
	dir, first, _ := history(t)
	lib := t.TempDir()
	gitIn(t, lib, "init", "-q", "-b", "main")
	commit(t, lib, "lib.txt", "lib")
	gitIn(t, dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", lib, "sub")
	gitIn(t, dir, "commit", "-q", "-m", "submodule")
	write(t, dir, "sub/lib.txt", "changed")
	write(t, dir, "sub/new.txt", "new")
	gitIn(t, dir, "clone", "-q", lib, filepath.Join(dir, "nested"))
	s := resolve(t, dir, Options{Base: first})
	assert.True(t, s.Head.Dirty)
	assert.Equal(t, []string{".gitmodules", "a.txt"}, keys(tree(t, s.Head.Dir)))
}

func TestConflictsAreCopiedAsTheyAre(t *testing.T) {
	dir, first, _ := history(t)
	gitIn(t, dir, "checkout", "-q", "-b", "topic", first)
	commit(t, dir, "a.txt", "another")
	gitIn(t, dir, "read-tree", "-m", first, "HEAD", "main") // as a merge does
	write(t, dir, "a.txt", "half merged")
	s := resolve(t, dir, Options{Base: first})
	assert.Equal(t, "half merged", read(t, s.Head, "a.txt"))
}

func TestAWorkingTreeThatCannotBeBuiltElsewhereIsRefused(t *testing.T) {
	t.Run("by what go.mod replaces", func(t *testing.T) {
		dir, first, _ := history(t)
		write(t, dir, "go.mod", "module example.org/a\n\nreplace example.org/x => ../x\n")
		_, err := Resolve(t.Context(), dir, Options{Base: first})
		assert.ErrorContains(t, err, "the working tree's copy cannot be built elsewhere: its go.mod replaces example.org/x by ../x")
		assert.ErrorContains(t, err, "--base-dir")
		assert.Empty(t, leftovers(t, dir))
		assert.Equal(t, dir, resolve(t, dir, Options{BaseDir: t.TempDir()}).Head.Dir)
	})
	t.Run("for want of a workspace", func(t *testing.T) {
		dir, first, _ := history(t)
		write(t, dir, ".gitignore", "go.work\n")
		write(t, dir, "go.work", "go 1.24\n\nuse .\n")
		_, err := Resolve(t.Context(), dir, Options{Base: first})
		assert.ErrorContains(t, err, "the workspace go.work is not part of the working tree's copy")
		assert.ErrorContains(t, err, "--base-dir")
	})
}

func TestTwoFoldersNeedNoCommit(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	t.Chdir(dir)
	for _, what := range []string{"no repository", "a repository without a commit"} {
		for _, o := range []Options{{BaseDir: ".", HeadDir: "."}, {BaseDir: "."}} {
			s := resolve(t, ".", o)
			assert.Equal(t, s.Base.Dir, s.Head.Dir, what)
			assert.Empty(t, s.Base.Commit, what)
		}
		gitIn(t, dir, "init", "-q", "-b", "main")
	}
	t.Setenv("PATH", t.TempDir())
	resolve(t, ".", Options{BaseDir: ".", HeadDir: "."})
}

func keys(m map[string]string) (all []string) {
	for name := range m {
		all = append(all, filepath.ToSlash(name))
	}
	slices.Sort(all)
	return all
}
