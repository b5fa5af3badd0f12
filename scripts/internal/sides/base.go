package sides

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// defaultBase says what to compare with where the user does not:
//
//   - in a pull_request event of GitHub Actions, where HEAD is the merge of the
//     pull request into its base: HEAD^1. Elsewhere a merge commit is one as any
//     other, and its first parent would not be what the user began from;
//   - else the merge base with the default branch;
//   - on the default branch itself: HEAD if something is not committed, else HEAD^.
//
// The head may be another commit than HEAD.
func (r *repo) defaultBase(ctx context.Context, head Side) (string, error) {
	tip := "HEAD"
	if head.Ref != "" {
		tip = head.Ref
	}
	if head.Ref == "" && os.Getenv("GITHUB_EVENT_NAME") == "pull_request" {
		parents, err := r.parents(ctx, "HEAD")
		if err != nil {
			return "", err
		}
		if parents == 2 {
			return "HEAD^1", nil
		}
	}
	branch, err := r.defaultBranch(ctx)
	if err != nil {
		return "", err
	}
	base, err := r.git(ctx, "merge-base", tip, branch)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		if r.shallow(ctx) {
			return "", fmt.Errorf("this clone is too shallow to hold the commit in which %s and %s part: %s, or name the base with --base", tip, branch, deepenAll)
		}
		return "", fmt.Errorf("%s and %s have no commit in common: name the base with --base", tip, branch)
	}
	commit, err := r.git(ctx, "rev-parse", "--verify", tip+"^{commit}")
	if err != nil {
		return "", err
	}
	switch {
	case base != commit:
		return base, nil
	case head.Dirty:
		return "HEAD", nil
	}
	if n, err := r.parents(ctx, tip); err != nil {
		return "", err
	} else if n == 0 {
		return "", fmt.Errorf("%s is the first commit, and nothing has changed since: name the base with --base", tip)
	}
	return tip + "^", nil
}

// defaultBranch returns the ref of the branch that others start from.
func (r *repo) defaultBranch(ctx context.Context) (string, error) {
	for _, ref := range []string{"origin/HEAD", "origin/main", "origin/master", "main", "master"} {
		full := "refs/remotes/" + ref
		if !strings.Contains(ref, "/") {
			full = "refs/heads/" + ref
		}
		if _, err := r.git(ctx, "rev-parse", "--verify", "--quiet", full+"^{commit}"); err == nil {
			return full, nil
		} else if ctx.Err() != nil {
			return "", ctx.Err()
		}
	}
	if r.shallow(ctx) {
		return "", errors.New("this shallow clone lacks the default branch, which is what to compare with: " + deepenAll + ", or name the base with --base")
	}
	return "", errors.New("there is no branch origin/main, origin/master, main or master to compare with: name the base with --base")
}

// parents returns how many parents a commit has, those that a shallow clone
// lacks included.
func (r *repo) parents(ctx context.Context, ref string) (n int, err error) {
	object, err := r.git(ctx, "cat-file", "commit", ref)
	header, _, _ := strings.Cut(object, "\n\n")
	for line := range strings.Lines(header) {
		if strings.HasPrefix(line, "parent ") {
			n++
		}
	}
	return n, err
}

// shallow reports whether the clone lacks some of the history.
func (r *repo) shallow(ctx context.Context) bool {
	out, err := r.git(ctx, "rev-parse", "--is-shallow-repository")
	return err == nil && out == "true"
}
