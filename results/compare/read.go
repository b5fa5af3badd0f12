package compare

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// Open reads the comparison in dir and judges it. The error says what to do.
func Open(dir string) (*Report, error) {
	p, err := LoadPlan(dir)
	if err != nil {
		return nil, err
	}
	env, err := results.LoadEnv(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		env = nil // killed before it was written
	}
	rounds, torn, err := record.ReadRounds(dir)
	if err != nil {
		return nil, err
	}
	r := Judge(p, rounds)
	r.Env = env
	if env != nil {
		r.Warnings = append(r.Warnings, env.Warnings...)
	}
	if torn != nil {
		r.Warnings = append(r.Warnings, *torn)
	}
	r.Warnings = append(r.Warnings, r.doubts()...)
	r.profiles(dir)
	return r, nil
}

const (
	profileBytes = 64 << 10
	profileLines = 12
)

// profiles reads what the profiles of slower benchmarks say. One that cannot be
// read is a warning.
func (r *Report) profiles(dir string) {
	for _, pr := range r.Plan.Profiles {
		res := r.Of(Key{pr.Package, pr.Benchmark})
		if res == nil {
			continue
		}
		text, err := readProfile(dir, pr.Path)
		if err != nil {
			r.Warnings = append(r.Warnings, results.Warning{
				Kind: "unreadable",
				Text: fmt.Sprintf("the profile of %s is left out: %v", res.Key(), err),
				Do:   "copy the comparison's folder again if it is a copy, or profile the benchmark with go test -cpuprofile",
			})
			continue
		}
		res.Profile = text
	}
}

func readProfile(dir, path string) (string, error) {
	if !filepath.IsLocal(path) {
		return "", fmt.Errorf("%s is not in the folder", path)
	}
	f, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, profileBytes))
	if err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(results.Clean(l), " ")
	}
	return strings.Join(lines[:min(len(lines), profileLines)], "\n"), nil
}
