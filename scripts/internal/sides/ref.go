package sides

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/concbench/concbench/runners"
)

// deepenAll is the command that brings everything that the remote has.
const deepenAll = "git fetch --unshallow --tags origin '+refs/heads/*:refs/remotes/origin/*'"

var (
	ancestor = regexp.MustCompile(`^(.+?)([~^][~^0-9]*)$`) // HEAD~3, main^
	hash     = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
)

// commit returns the commit that a ref names.
func (r *repo) commit(ctx context.Context, flag, ref string) (string, error) {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err == nil {
		return commit, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if r.shallow(ctx) {
		return "", fmt.Errorf("%s %s is not in this shallow clone: %s", flag, ref, r.fetch(ctx, flag, ref))
	}
	if near := r.near(ctx, ref); len(near) > 0 {
		return "", fmt.Errorf("%s %s names no commit here; near: %s", flag, ref, strings.Join(near, ", "))
	}
	return "", fmt.Errorf("%s %s names no commit here: git branch --all and git tag list what there is", flag, ref)
}

// fetch returns what brings a ref into a shallow clone.
func (r *repo) fetch(ctx context.Context, flag, ref string) string {
	if m := ancestor.FindStringSubmatch(ref); m != nil {
		from, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", m[1]+"^{commit}")
		if err != nil {
			return deepenAll
		}
		// The commit itself is asked for: where no branch is checked out, as in a
		// pull request's job, the remote's branches would deepen another history.
		command := "git fetch --deepen=100 origin " + from
		if m[2] == "^" || m[2] == "^1" || m[2] == "^2" || m[2] == "~" || m[2] == "~1" {
			command = "git fetch --deepen=1 origin " + from
		}
		return command + " (in GitHub Actions: fetch-depth of actions/checkout, 2 for a pull request's base, 0 for all)"
	}
	if name, ok := strings.CutPrefix(ref, "origin/"); ok {
		return fmt.Sprintf("git fetch --depth=1 origin %s:refs/remotes/origin/%[1]s", name)
	}
	if hash.MatchString(ref) && len(ref) < 40 {
		return deepenAll + ", since a remote knows a commit by its full hash only"
	}
	return fmt.Sprintf("git fetch --depth=1 origin %s, then %s FETCH_HEAD", ref, flag)
}

// near returns at most three branches and tags whose names resemble a ref.
func (r *repo) near(ctx context.Context, ref string) []string {
	out, err := r.git(ctx, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
	if err != nil {
		return nil
	}
	type candidate struct {
		name string
		far  int
	}
	var cs []candidate
	for _, name := range strings.Fields(out) {
		far := runners.EditDistance(strings.ToLower(ref), strings.ToLower(name))
		if in := strings.Contains(name, ref) || strings.HasSuffix(ref, "/"+name); in || far <= max(2, len(ref)/3) {
			cs = append(cs, candidate{name, far})
		}
	}
	slices.SortStableFunc(cs, func(a, b candidate) int { return a.far - b.far })
	var names []string
	for _, c := range cs[:min(3, len(cs))] {
		names = append(names, c.name)
	}
	return names
}
