package sides

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/scripts/internal/tempdir"
)

// A repo is the Git repository of the user's current folder.
type repo struct {
	top    string // of the working tree, absolute
	prefix string // the user's folder in it; "" at the top
}

// git runs git in a folder and returns what it prints on stdout, without the
// last line's end. No optional locks: `git status` would write the user's index.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir, "--no-optional-locks"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	// Under a hook this names the user's index, which a checkout must not write.
	cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, "GIT_INDEX_FILE=") })
	cmd.WaitDelay = 5 * time.Second
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	switch err := cmd.Run(); {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("there is no git command on the PATH")
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimRight(out.String(), "\r\n"), nil
}

// open finds the repository in whose working tree a folder lies.
func open(ctx context.Context, dir string) (*repo, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	out, err := git(ctx, dir, "rev-parse", "--show-toplevel", "--show-prefix")
	if err != nil {
		return nil, err
	}
	top, prefix, _ := strings.Cut(out, "\n")
	return &repo{filepath.FromSlash(strings.TrimSpace(top)), filepath.FromSlash(strings.TrimSuffix(strings.TrimSpace(prefix), "/"))}, nil
}

func (r *repo) git(ctx context.Context, args ...string) (string, error) {
	return git(ctx, r.top, args...)
}

// head returns the commit that is checked out.
func (r *repo) head(ctx context.Context) (string, error) {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if err != nil && ctx.Err() == nil {
		return "", errors.New("this Git repository has no commit yet: there is nothing to compare with; name a folder with --base-dir")
	}
	return commit, err
}

// add checks a commit out into a folder that is not there yet. Hooks are for the
// user's own checkouts.
func (r *repo) add(ctx context.Context, dir, commit string) error {
	_, err := r.git(ctx, "-c", "core.hooksPath="+filepath.Join(filepath.Dir(dir), "none"),
		"worktree", "add", "--quiet", "--detach", dir, commit)
	if err != nil {
		return fmt.Errorf("%s cannot be checked out: %w", commit, err)
	}
	return nil
}

// forget removes the entries of worktrees whose temporary folder is gone: this
// process's own, and those of processes that were killed. It leaves others'
// alone, which `git worktree prune` would not: theirs may lie on a disk that is
// not mounted now.
func (r *repo) forget(ctx context.Context) error {
	all, err := r.worktrees(ctx)
	for _, w := range all {
		dir := filepath.Dir(w)
		if !tempdir.Made(dir) {
			continue
		}
		if _, e := os.Stat(dir); !errors.Is(e, os.ErrNotExist) {
			continue
		}
		// Twice --force: it is still locked if git was killed while it checked out.
		_, e := r.git(ctx, "worktree", "remove", "--force", "--force", w)
		err = errors.Join(err, e)
	}
	return err
}

// worktrees lists the folders of the repository's worktrees.
func (r *repo) worktrees(ctx context.Context) (dirs []string, err error) {
	out, err := r.git(ctx, "worktree", "list", "--porcelain")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(out) {
		if dir, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "worktree "); ok {
			dirs = append(dirs, filepath.FromSlash(dir))
		}
	}
	return dirs, nil
}
