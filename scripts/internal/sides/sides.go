// Package sides makes the two trees that a comparison builds: commits are
// checked out into a temporary folder, and the user's own tree, index and
// branches stay as they are.
//
// A commit is checked out as a Git worktree, with what Git itself puts there:
// submodules stay empty, hooks do not run, and files of Git LFS are real only
// where its filter is installed. For a tree that needs more there is a folder of
// the user's own (--base-dir), which is taken as it is.
package sides

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Options are what the user names. At most one of a ref and a folder is set for
// each side.
type Options struct {
	Base    string // a ref; "" for the default: see defaultBase
	Head    string // a ref; "" for the working tree
	BaseDir string // a folder to take as it is
	HeadDir string
}

// A Side is one of the two trees.
type Side struct {
	Ref    string // as the user named it; "" is the working tree, dir:NAME a folder
	Commit string // in full; "" for a folder that is not in a Git repository
	Dirty  bool   // with changes that are not committed, untracked files included
	Dir    string // absolute: what is in this side the user's current folder
}

// Sides are the two trees of a comparison. Close them.
type Sides struct {
	Base, Head Side

	repo *repo
	temp *temporary // nil before the first checkout
}

// Resolve makes the sides of a comparison for a user whose current folder is
// dir. After an error there is nothing to close.
func Resolve(ctx context.Context, dir string, o Options) (s *Sides, err error) {
	if o.Base != "" && o.BaseDir != "" {
		return nil, errors.New("--base and --base-dir both say what the base is: leave one out")
	}
	if o.Head != "" && o.HeadDir != "" {
		return nil, errors.New("--head and --head-dir both say what the head is: leave one out")
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	sweep(ctx)
	s = &Sides{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
			s = nil
		}
	}()
	if s.repo, err = open(ctx, dir); err != nil && (o.BaseDir == "" || o.Head != "") {
		return s, fmt.Errorf("%w: name the other tree with --base-dir DIR to compare two folders", err)
	}
	if s.repo != nil {
		_ = s.repo.forget(ctx) // the next start tries again
	}
	switch {
	case o.HeadDir != "":
		s.Head, err = folder(ctx, o.HeadDir)
	case o.Head != "":
		s.Head, err = s.checkOut(ctx, "head", "--head", o.Head)
	case s.repo == nil:
		s.Head, err = Side{Dir: dir}, nil
	default:
		s.Head, err = s.repo.workingTree(ctx, dir)
	}
	if err != nil {
		return s, err
	}
	if o.BaseDir != "" {
		s.Base, err = folder(ctx, o.BaseDir)
		return s, err
	}
	base := o.Base
	if base == "" {
		head := s.Head
		if o.HeadDir != "" {
			head = Side{Dirty: true} // it changes this repository's HEAD, as an uncommitted change does
		}
		if base, err = s.repo.defaultBase(ctx, head); err != nil {
			return s, err
		}
	}
	s.Base, err = s.checkOut(ctx, "base", "--base", base)
	return s, err
}

// checkOut checks a ref out into the temporary folder.
func (s *Sides) checkOut(ctx context.Context, name, flag, ref string) (Side, error) {
	commit, err := s.repo.commit(ctx, flag, ref)
	if err != nil {
		return Side{}, err
	}
	if s.temp == nil {
		if s.temp, err = newTemporary(); err != nil {
			return Side{}, err
		}
	}
	root := filepath.Join(s.temp.dir, name)
	if err := s.repo.add(ctx, root, commit); err != nil {
		return Side{}, err
	}
	side := Side{Ref: ref, Commit: commit, Dir: filepath.Join(root, s.repo.prefix)}
	if info, err := os.Stat(side.Dir); err != nil || !info.IsDir() {
		return Side{}, fmt.Errorf("%s %s has no folder %s: start from a folder that both sides have", flag, ref, s.repo.prefix)
	}
	return side, selfContained(s.repo, root, side.Dir, flag, ref)
}

// folder returns a side that is taken as it is.
func folder(ctx context.Context, dir string) (Side, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Side{}, err
	}
	if info, err := os.Stat(abs); err != nil {
		return Side{}, err
	} else if !info.IsDir() {
		return Side{}, fmt.Errorf("%s is no folder", dir)
	}
	side := Side{Dir: abs}
	if r, err := open(ctx, abs); err == nil {
		if side, err = r.workingTree(ctx, abs); err != nil {
			side = Side{Dir: abs} // a repository without a commit: as good as none
		}
	}
	side.Ref = "dir:" + filepath.Base(abs)
	return side, nil
}

// Close removes what was checked out. It may be called again.
func (s *Sides) Close() error {
	if s == nil || s.temp == nil {
		return nil
	}
	// It is done after Ctrl-C too, so not under the user's context.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := s.temp.close()
	s.temp = nil
	return errors.Join(err, s.repo.forget(ctx))
}
