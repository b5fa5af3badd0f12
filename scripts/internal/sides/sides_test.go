package sides

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// holds names the folder in which the test binary makes sides, says so, and
// waits to be killed.
const holds = "CONCBENCH_TEST_HOLDS_SIDES_OF"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holds); dir != "" {
		s, err := Resolve(context.Background(), dir, Options{Base: "HEAD"})
		if err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		fmt.Println(s.Base.Dir)
		_, _ = os.Stdin.Read(make([]byte, 1)) // until the parent is gone
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// alone keeps the user's Git settings, CI's event and other processes' temporary
// folders out of a test.
func alone(t *testing.T) {
	temp := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, temp)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("GITHUB_EVENT_NAME", "")
	t.Setenv("GOWORK", "")
}

// gitIn runs git and returns what it prints.
func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "git %v: %s", args, out)
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

// commit writes a file, commits all, and returns the commit.
func commit(t *testing.T, dir, name, text string) string {
	t.Helper()
	write(t, dir, name, text)
	gitIn(t, dir, "add", "-A")
	gitIn(t, dir, "commit", "-q", "-m", "change "+name)
	return gitIn(t, dir, "rev-parse", "HEAD")
}

// history returns a repository with two commits on main.
func history(t *testing.T) (dir, first, second string) {
	alone(t)
	dir = t.TempDir()
	gitIn(t, dir, "init", "-q", "-b", "main")
	first = commit(t, dir, "a.txt", "one")
	second = commit(t, dir, "a.txt", "two")
	return dir, first, second
}

// resolve makes sides that the test closes.
func resolve(t *testing.T, dir string, o Options) *Sides {
	t.Helper()
	s, err := Resolve(t.Context(), dir, o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func read(t *testing.T, side Side, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(side.Dir, filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(b)
}

// leftovers lists what is in the temporary folder, and the worktrees besides the
// user's own.
func leftovers(t *testing.T, dir string) []string {
	found, err := filepath.Glob(filepath.Join(os.TempDir(), "concbench-*"))
	require.NoError(t, err)
	for line := range strings.Lines(gitIn(t, dir, "worktree", "list")) {
		if strings.Contains(line, "concbench-") {
			found = append(found, line)
		}
	}
	return found
}

func TestARefIsCheckedOutAndTheUsersTreeStaysAsItIs(t *testing.T) {
	dir, first, second := history(t)
	write(t, dir, "a.txt", "not committed")
	write(t, dir, "new.txt", "untracked")
	before := gitIn(t, dir, "status", "--porcelain=v2", "--branch")
	index, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	require.NoError(t, err)

	s, err := Resolve(t.Context(), dir, Options{Base: first})
	require.NoError(t, err)
	assert.Equal(t, "one", read(t, s.Base, "a.txt"))
	assert.Equal(t, first, s.Base.Commit)
	assert.Equal(t, first, s.Base.Ref)
	assert.False(t, s.Base.Dirty)
	assert.Equal(t, Side{Commit: second, Dirty: true, Dir: filepath.Join(filepath.Dir(s.Base.Dir), "head")}, s.Head)
	assert.Equal(t, "not committed", read(t, s.Head, "a.txt"))
	assert.Equal(t, "untracked", read(t, s.Head, "new.txt"))
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "again")

	assert.Empty(t, leftovers(t, dir))
	after, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	require.NoError(t, err)
	assert.Equal(t, index, after)
	assert.Equal(t, before, gitIn(t, dir, "status", "--porcelain=v2", "--branch"))
}

func TestBothSidesMayBeRefs(t *testing.T) {
	dir, _, _ := history(t)
	gitIn(t, dir, "tag", "v1", "HEAD^")
	s := resolve(t, dir, Options{Base: "v1", Head: "main"})
	assert.Equal(t, "one", read(t, s.Base, "a.txt"))
	assert.Equal(t, "two", read(t, s.Head, "a.txt"))
	assert.Equal(t, "main", s.Head.Ref)
}

func TestTheUsersFolderInTheRepositoryIsTheSameInBothSides(t *testing.T) {
	dir, first, _ := history(t)
	with := commit(t, dir, "lib/deep/b.txt", "b")
	commit(t, dir, "lib/deep/b.txt", "c")
	s := resolve(t, filepath.Join(dir, "lib", "deep"), Options{Base: with})
	assert.Equal(t, "b", read(t, s.Base, "b.txt"))
	assert.Equal(t, "c", read(t, s.Head, "b.txt"))

	_, err := Resolve(t.Context(), filepath.Join(dir, "lib", "deep"), Options{Base: first})
	assert.ErrorContains(t, err, "has no folder "+filepath.Join("lib", "deep"))
}

func TestAFolderOfTheUsersOwnIsTakenAsItIs(t *testing.T) {
	dir, _, second := history(t)
	other := filepath.Join(t.TempDir(), "old")
	write(t, other, "a.txt", "generated")
	s := resolve(t, dir, Options{BaseDir: other})
	assert.Equal(t, Side{Ref: "dir:old", Dir: other}, s.Base)
	assert.Equal(t, second, s.Head.Commit)
	assert.Empty(t, leftovers(t, dir))

	s = resolve(t, other, Options{BaseDir: dir})
	assert.Equal(t, Side{Dir: other}, s.Head, "without a repository")
	assert.Equal(t, Side{Ref: "dir:" + filepath.Base(dir), Commit: second, Dir: dir}, s.Base)

	_, err := Resolve(t.Context(), other, Options{})
	assert.ErrorContains(t, err, "--base-dir")
	_, err = Resolve(t.Context(), other, Options{BaseDir: dir, Head: "main"})
	assert.ErrorContains(t, err, "--base-dir")
	_, err = Resolve(t.Context(), dir, Options{BaseDir: other, Base: "main"})
	assert.ErrorContains(t, err, "leave one out")
	_, err = Resolve(t.Context(), dir, Options{BaseDir: filepath.Join(other, "a.txt")})
	assert.ErrorContains(t, err, "no folder")
	_, err = Resolve(t.Context(), dir, Options{BaseDir: filepath.Join(other, "gone")})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestHooksDoNotRun(t *testing.T) {
	dir, first, _ := history(t)
	mark := filepath.Join(t.TempDir(), "mark")
	hook := filepath.Join(dir, ".git", "hooks", "post-checkout")
	require.NoError(t, os.MkdirAll(filepath.Dir(hook), 0o755))
	require.NoError(t, os.WriteFile(hook, []byte("#!/bin/sh\n: >'"+filepath.ToSlash(mark)+"'\n"), 0o755))
	resolve(t, dir, Options{Base: first})
	assert.NoFileExists(t, mark)
	gitIn(t, dir, "checkout", "-q", "--detach")
	assert.FileExists(t, mark, "it would have been seen")
}

func TestAnIndexThatTheEnvironmentNamesIsNotWritten(t *testing.T) {
	dir, first, _ := history(t)
	index := filepath.Join(dir, ".git", "index")
	before, err := os.ReadFile(index)
	require.NoError(t, err)
	t.Setenv("GIT_INDEX_FILE", index) // as in a hook of the user's
	resolve(t, dir, Options{Base: first})
	after, err := os.ReadFile(index)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestWhatAKilledProcessLeftIsRemovedAtTheNextStart(t *testing.T) {
	dir, _, _ := history(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holds+"="+dir)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer in.Close()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	left := strings.TrimSpace(line)

	s := resolve(t, dir, Options{Base: "HEAD"})
	assert.FileExists(t, filepath.Join(left, "a.txt"), "while it lives")
	require.NoError(t, s.Close())

	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed
	assert.NotEmpty(t, leftovers(t, dir))
	s = resolve(t, dir, Options{Base: "HEAD"})
	assert.NoDirExists(t, left)
	require.NoError(t, s.Close())
	assert.Empty(t, leftovers(t, dir))
}

func TestOthersWorktreesStay(t *testing.T) {
	dir, _, _ := history(t)
	own := filepath.Join(t.TempDir(), "unplugged")
	gitIn(t, dir, "worktree", "add", "-q", "--detach", own)
	require.NoError(t, os.RemoveAll(own))
	require.NoError(t, resolve(t, dir, Options{Base: "HEAD"}).Close())
	assert.Contains(t, gitIn(t, dir, "worktree", "list"), "unplugged")
}

func TestAfterAnInterruptionNothingIsLeft(t *testing.T) {
	dir, _, _ := history(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Resolve(ctx, dir, Options{Base: "HEAD"})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, leftovers(t, dir))

	ctx, cancel = context.WithCancel(t.Context())
	s, err := Resolve(ctx, dir, Options{Base: "HEAD"})
	require.NoError(t, err)
	cancel()
	require.NoError(t, s.Close())
	assert.Empty(t, leftovers(t, dir))
}
