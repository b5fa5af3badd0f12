package sides

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A change is what `git status` says of one file of the working tree.
type change struct {
	path    string // from the top, with the system's separators
	there   bool   // in the working tree
	foreign bool   // a submodule, or a repository that is not tracked
}

// changes returns how the working tree differs from HEAD, untracked files
// included. A rename is a file that went and one that came.
func (r *repo) changes(ctx context.Context) (all []change, err error) {
	out, err := r.git(ctx, "status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames")
	if err != nil {
		return nil, err
	}
	for entry := range strings.SplitSeq(out, "\x00") {
		if entry == "" {
			continue
		}
		kind, rest, _ := strings.Cut(entry, " ")
		if kind == "?" {
			path, folder := strings.CutSuffix(rest, "/")
			all = append(all, change{filepath.FromSlash(path), true, folder})
			continue
		}
		// The mode in the working tree and the path: see git-status(1), "Changed
		// Tracked Entries".
		mode, path := 4, 7
		if kind == "u" {
			mode, path = 5, 9
		}
		f := strings.SplitN(rest, " ", path+1)
		if len(f) <= path {
			return nil, fmt.Errorf("git status printed %q, which is not known here", entry)
		}
		all = append(all, change{filepath.FromSlash(f[path]), f[mode] != "000000", strings.HasPrefix(f[1], "S")})
	}
	return all, nil
}

// twin makes a copy of the working tree as the base's is: in a folder beside it
// with a path of the same length. Else a benchmark that looks at its path, or
// writes files, would show a difference that the code does not make, and write
// into the user's tree.
func (s *Sides) twin(ctx context.Context) (Side, error) {
	changes, err := s.repo.changes(ctx)
	if err != nil {
		return Side{}, err
	}
	commit, err := s.repo.head(ctx)
	if err != nil {
		return Side{}, err
	}
	root, err := s.worktree(ctx, "head", commit)
	if err != nil {
		return Side{}, err
	}
	if err := copyChanges(ctx, s.repo.top, root, changes); err != nil {
		return Side{}, fmt.Errorf("the working tree cannot be copied: %w", err)
	}
	return s.side(root, Side{Commit: commit, Dirty: len(changes) > 0}, "--head")
}

// copyChanges makes what is checked out in the folder to what is in from.
func copyChanges(ctx context.Context, from, to string, changes []change) error {
	// Through a root, no symbolic link of the commit's leads out of the folder.
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer root.Close()
	// All that went before what came: a file may be where a folder was.
	for _, c := range changes {
		if !c.foreign && !c.there {
			if err := root.RemoveAll(c.path); err != nil {
				return err
			}
		}
	}
	for _, c := range changes {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.foreign || !c.there {
			continue
		}
		if err := copyFile(filepath.Join(from, c.path), root, c.path); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies a file, or a symbolic link as such.
func copyFile(from string, root *os.Root, path string) error {
	info, err := os.Lstat(from)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := root.RemoveAll(path); err != nil {
		return err
	}
	if info == nil {
		return nil // it went since Git looked
	}
	if err := root.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	switch mode := info.Mode(); {
	case mode&os.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return root.Symlink(target, path)
	case !mode.IsRegular():
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := root.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Chmod(info.Mode().Perm()), out.Close())
}
