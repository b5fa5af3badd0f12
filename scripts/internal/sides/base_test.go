package sides

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheDefaultBaseIsWhereTheBranchLeftTheDefaultBranch(t *testing.T) {
	dir, _, second := history(t)
	gitIn(t, dir, "checkout", "-q", "-b", "topic")
	commit(t, dir, "b.txt", "topic")
	gitIn(t, dir, "checkout", "-q", "main")
	commit(t, dir, "c.txt", "main goes on")
	gitIn(t, dir, "checkout", "-q", "topic")
	assert.Equal(t, second, resolve(t, dir, Options{}).Base.Commit)

	gitIn(t, dir, "checkout", "-q", "main")
	assert.Equal(t, second, resolve(t, dir, Options{Head: "topic"}).Base.Commit, "of another head")
}

func TestTheRemotesDefaultBranchIsPreferred(t *testing.T) {
	origin, _, second := history(t)
	dir := filepath.Join(t.TempDir(), "clone")
	gitIn(t, origin, "branch", "-m", "main", "trunk")
	gitIn(t, origin, "clone", "-q", origin, dir)
	gitIn(t, dir, "branch", "main", "HEAD^") // an old one of the user's own
	commit(t, dir, "b.txt", "not pushed")
	assert.Equal(t, second, resolve(t, dir, Options{}).Base.Commit)
}

func TestOnTheDefaultBranchTheBaseIsTheCommitBefore(t *testing.T) {
	dir, first, second := history(t)
	s := resolve(t, dir, Options{})
	assert.Equal(t, first, s.Base.Commit)
	assert.Equal(t, "HEAD^", s.Base.Ref)

	write(t, dir, "a.txt", "three")
	s = resolve(t, dir, Options{})
	assert.Equal(t, second, s.Base.Commit, "of what is not committed: the commit")
	assert.Equal(t, "HEAD", s.Base.Ref)
}

func TestTheFirstCommitHasNoDefaultBase(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	gitIn(t, dir, "init", "-q", "-b", "main")
	_, err := Resolve(t.Context(), dir, Options{})
	assert.ErrorContains(t, err, "no commit yet")
	commit(t, dir, "a.txt", "one")
	_, err = Resolve(t.Context(), dir, Options{})
	assert.ErrorContains(t, err, "name the base with --base")
}

// merged returns a repository in which HEAD merges a pull request into main.
func merged(t *testing.T) (dir, base, branched string) {
	dir, _, branched = history(t)
	gitIn(t, dir, "checkout", "-q", "-b", "topic")
	commit(t, dir, "b.txt", "topic")
	gitIn(t, dir, "checkout", "-q", "main")
	base = commit(t, dir, "c.txt", "main goes on")
	gitIn(t, dir, "checkout", "-q", "--detach")
	gitIn(t, dir, "merge", "-q", "--no-ff", "-m", "merge", "topic")
	return dir, base, branched
}

func TestAPullRequestsMergeCommitIsComparedWithItsFirstParent(t *testing.T) {
	dir, base, _ := merged(t)
	gitIn(t, dir, "branch", "-f", "main", base+"^") // as behind as a job's main may be
	t.Setenv("GITHUB_EVENT_NAME", "pull_request")
	s := resolve(t, dir, Options{})
	assert.Equal(t, base, s.Base.Commit)
	assert.Equal(t, "HEAD^1", s.Base.Ref)
}

func TestOutsideOfAPullRequestAMergeIsACommitAsAnyOther(t *testing.T) {
	dir, _, branched := merged(t)
	gitIn(t, dir, "branch", "-f", "main", branched)
	assert.Equal(t, branched, resolve(t, dir, Options{}).Base.Commit)
}
