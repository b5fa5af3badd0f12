package sides

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shallow clones the newest commit of a branch of a repository.
func shallow(t *testing.T, origin string) string {
	dir := filepath.Join(t.TempDir(), "shallow")
	gitIn(t, origin, "clone", "-q", "--depth=1", "--no-tags", "file://"+filepath.ToSlash(origin), dir)
	return dir
}

var fetchCommand = regexp.MustCompile(`git (fetch --?[^,()]*[^,() ])`)

// follow runs the command that an error names.
func follow(t *testing.T, dir string, err error) {
	t.Helper()
	require.Error(t, err)
	m := fetchCommand.FindStringSubmatch(err.Error())
	require.NotNil(t, m, "%v", err)
	gitIn(t, dir, strings.Fields(strings.ReplaceAll(m[1], "'", ""))...)
}

func TestInAShallowCloneTheErrorNamesTheFetchThatHelps(t *testing.T) {
	for name, o := range map[string]Options{
		"the parent":             {Base: "HEAD^"},
		"an ancestor":            {Base: "HEAD~2"},
		"the default base":       {},
		"a branch of the remote": {Base: "origin/old"},
		"an old ancestor":        {Base: "v1~1"},
	} {
		t.Run(name, func(t *testing.T) {
			origin, first, _ := history(t)
			gitIn(t, origin, "branch", "old", first)
			gitIn(t, origin, "tag", "v1")
			commit(t, origin, "a.txt", "three")
			dir := shallow(t, origin)
			_, err := Resolve(t.Context(), dir, o)
			assert.ErrorContains(t, err, "shallow")
			follow(t, dir, err)
			resolve(t, dir, o)
		})
	}
}

func TestInAShallowCloneABranchIsFetchedAndNamedFetchHead(t *testing.T) {
	origin, first, _ := history(t)
	gitIn(t, origin, "branch", "old", first)
	for _, ref := range []string{"old", first} {
		dir := shallow(t, origin)
		_, err := Resolve(t.Context(), dir, Options{Base: ref})
		assert.ErrorContains(t, err, "then --base FETCH_HEAD")
		follow(t, dir, err)
		assert.Equal(t, first, resolve(t, dir, Options{Base: "FETCH_HEAD"}).Base.Commit)
	}
}

func TestAShallowPullRequestNamesTheFetchThatHelps(t *testing.T) {
	origin, base, _ := merged(t)
	gitIn(t, origin, "update-ref", "refs/pull/1/merge", "HEAD")
	dir := t.TempDir() // as actions/checkout makes it
	gitIn(t, dir, "init", "-q", "-b", "main")
	gitIn(t, dir, "remote", "add", "origin", "file://"+filepath.ToSlash(origin))
	gitIn(t, dir, "fetch", "-q", "--no-tags", "--depth=1", "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge")
	gitIn(t, dir, "checkout", "-q", "refs/remotes/pull/1/merge")
	t.Setenv("GITHUB_EVENT_NAME", "pull_request")
	_, err := Resolve(t.Context(), dir, Options{})
	assert.ErrorContains(t, err, "fetch-depth")
	follow(t, dir, err)
	assert.Equal(t, base, resolve(t, dir, Options{}).Base.Commit)
}

func TestARefThatDoesNotExistIsNamedWithOnesThatResembleIt(t *testing.T) {
	dir, _, _ := history(t)
	gitIn(t, dir, "branch", "feature/parser")
	gitIn(t, dir, "tag", "v1.2.0")
	for ref, near := range map[string]string{"mian": "main", "parser": "feature/parser", "v1.2": "v1.2.0", "origin/main": "main"} {
		_, err := Resolve(t.Context(), dir, Options{Base: ref})
		assert.ErrorContains(t, err, "--base "+ref+" names no commit")
		assert.ErrorContains(t, err, "near: "+near)
	}
	for _, ref := range []string{"nothing-like-it-at-all", "--all", "HEAD:a.txt", "-x"} {
		_, err := Resolve(t.Context(), dir, Options{Head: ref})
		assert.ErrorContains(t, err, "--head "+ref+" names no commit")
	}
	assert.Empty(t, leftovers(t, dir))
}
