package sides

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// selfContained reports an error if a checkout would not build as the user's own
// tree does, since its module or workspace points to folders outside of it. What
// names the checkout, and advice says what to do in its place.
func selfContained(r *repo, root, dir, what, advice string) error {
	if file := above(dir, root, "go.mod"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		// What is wrong with a go.mod the go command says better.
		if m, err := modfile.Parse(file, text, nil); err == nil {
			for _, replace := range m.Replace {
				if outside(root, filepath.Dir(file), replace.New.Path, replace.New.Version) {
					return fmt.Errorf("%s cannot be built elsewhere: its go.mod replaces %s by %s, outside of the repository: %s",
						what, replace.Old.Path, replace.New.Path, advice)
				}
			}
		}
	}
	return workspace(r, root, dir, what, advice)
}

// workspace looks for a go.work that is in force in the user's tree and would
// not be, or not hold, in the checkout.
func workspace(r *repo, root, dir, what, advice string) error {
	var own string
	switch work := os.Getenv("GOWORK"); work {
	case "off":
		return nil
	case "":
		own = above(filepath.Join(r.top, r.prefix), "", "go.work")
	default:
		own = work
	}
	advice = "set GOWORK=off if it plays no part, or " + advice
	checkedOut := above(dir, root, "go.work")
	if own != "" {
		inside, err := filepath.Rel(r.top, own)
		if err != nil || !filepath.IsLocal(inside) || os.Getenv("GOWORK") != "" {
			return fmt.Errorf("the workspace %s is not part of %s: %s", own, what, advice)
		}
		if _, err := os.Stat(filepath.Join(root, inside)); errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("the workspace %s is not part of %s: %s", inside, what, advice)
		}
	}
	if checkedOut == "" {
		return nil
	}
	text, err := os.ReadFile(checkedOut)
	if err != nil {
		return err
	}
	work, err := modfile.ParseWork(checkedOut, text, nil)
	if err != nil {
		return nil // the go command says it better
	}
	for _, use := range work.Use {
		if outside(root, filepath.Dir(checkedOut), use.Path, "") {
			return fmt.Errorf("the go.work of %s uses %s, outside of the repository: %s", what, use.Path, advice)
		}
	}
	return nil
}

// outside reports whether a replacement is a relative path that leaves the
// repository. An absolute one is the same from everywhere.
func outside(root, from, path, version string) bool {
	if version != "" || filepath.IsAbs(path) || !modfile.IsDirectoryPath(path) {
		return false
	}
	inside, err := filepath.Rel(root, filepath.Join(from, filepath.FromSlash(path)))
	return err != nil || !filepath.IsLocal(inside)
}

// above looks for a file in a folder and those above it, as far as root, or as
// far as there are any. It returns "" where there is none.
func above(dir, root, name string) string {
	for {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file
		}
		up := filepath.Dir(dir)
		if dir == root || up == dir {
			return ""
		}
		dir = up
	}
}
