// Package sides makes the two trees that a comparison builds: commits are
// checked out into a temporary folder, the working tree is copied beside them,
// and the user's own tree, index and branches stay as they are.
//
// A commit is checked out as a Git worktree, with what Git itself puts there:
// submodules stay empty, hooks do not run, and files of Git LFS are real only
// where its filter is installed. The copy of the working tree is a worktree of
// HEAD with what has changed, untracked files included, ignored ones not. For a
// tree that needs more there is a folder of the user's own (--base-dir): it, and
// the working tree then, are taken as they are.
package sides

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/concbench/concbench/scripts/internal/tempdir"
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

	repo   *repo
	temp   string       // "" before the first checkout
	remove func() error // the folder temp
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
	case o.BaseDir != "":
		s.Head, err = asItIs(ctx, s.repo, dir), nil
	default:
		s.Head, err = s.twin(ctx)
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
	root, err := s.worktree(ctx, name, commit)
	if err != nil {
		return Side{}, err
	}
	return s.side(root, Side{Ref: ref, Commit: commit}, flag)
}

// worktree checks a commit out into a folder of the temporary one.
func (s *Sides) worktree(ctx context.Context, name, commit string) (root string, err error) {
	if s.temp == "" {
		if s.temp, s.remove, err = tempdir.Make(ctx); err != nil {
			return "", err
		}
	}
	root = filepath.Join(s.temp, name)
	return root, s.repo.add(ctx, root, commit)
}

// side completes a side of which the tree is at root, if it can be built there.
func (s *Sides) side(root string, side Side, flag string) (Side, error) {
	what, other := flag+" "+side.Ref, side.Ref
	if side.Ref == "" {
		what, other, flag = "the working tree's copy", "the base", "--base" // which leaves the working tree where it is
	}
	advice := fmt.Sprintf("check %s out yourself where it can be built, and name it with %s-dir", other, flag)
	side.Dir = filepath.Join(root, s.repo.prefix)
	if info, err := os.Stat(side.Dir); err != nil || !info.IsDir() {
		return Side{}, fmt.Errorf("%s has no folder %s: start from a folder that both sides have", what, s.repo.prefix)
	}
	return side, selfContained(s.repo, root, side.Dir, what, advice)
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
	r, _ := open(ctx, abs)
	side := asItIs(ctx, r, abs)
	side.Ref = "dir:" + filepath.Base(abs)
	return side, nil
}

// asItIs returns a folder as a side. A repository without a commit is as good as
// none.
func asItIs(ctx context.Context, r *repo, dir string) Side {
	if r == nil {
		return Side{Dir: dir}
	}
	commit, err := r.head(ctx)
	if err != nil {
		return Side{Dir: dir}
	}
	changes, err := r.changes(ctx)
	return Side{Commit: commit, Dirty: err != nil || len(changes) > 0, Dir: dir}
}

// Close removes what was checked out. It may be called again.
func (s *Sides) Close() error {
	if s == nil || s.temp == "" {
		return nil
	}
	// It is done after Ctrl-C too, so not under the user's context.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := s.remove()
	s.temp = ""
	return errors.Join(err, s.repo.forget(ctx))
}
