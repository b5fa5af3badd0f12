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
)

// Open reads the comparison in dir and judges it. The error says what to do.
// What is wrong with a single pair is a warning, and the pair left out.
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
	samples, bad, err := ReadSamples(dir, p)
	if err != nil {
		return nil, err
	}
	r := Judge(p, samples)
	r.Env = env
	if env != nil {
		r.Warnings = append(r.Warnings, env.Warnings...)
	}
	r.Warnings = append(append(r.Warnings, bad...), r.doubts()...)
	r.profiles(dir)
	if p.Kind == AA {
		if r.ways, err = r.compareWays(dir); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// ReadSamples reads what the pairs of the comparison in dir measured. Bytes of
// base.txt and head.txt that no pair claims were never committed, and are not
// read.
func ReadSamples(dir string, p *Plan) ([]Sample, []results.Warning, error) {
	pairs, torn, err := ReadPairs(dir)
	if err != nil {
		return nil, nil, err
	}
	var bad []results.Warning
	if torn != nil {
		bad = append(bad, *torn)
	}
	base, err := openSide(dir, BaseFile, len(pairs))
	if err != nil {
		return nil, nil, err
	}
	defer base.Close()
	head, err := openSide(dir, HeadFile, len(pairs))
	if err != nil {
		return nil, nil, err
	}
	defer head.Close()
	samples, unsound := p.samples(pairs, base.Source, head.Source)
	return samples, append(bad, unsound...), nil
}

// samples reads what the pairs measured. Those that do not hold what they say
// are left out, with a warning each.
func (p *Plan) samples(pairs []Pair, base, head Source) ([]Sample, []results.Warning) {
	known := map[Key]bool{}
	for _, b := range p.Benchmarks {
		known[b.Key()] = b.State == Compared
	}
	var samples []Sample
	var bad []results.Warning
	for _, pair := range pairs {
		s, err := Sample{}, error(nil)
		switch {
		case !known[pair.Key()]:
			err = fmt.Errorf("the plan in %s compares no such benchmark", PlanFile)
		case pair.Round < 1:
			err = fmt.Errorf("there is no round %d", pair.Round)
		default:
			s, err = ReadSample(pair, base, head)
		}
		if err != nil {
			bad = append(bad, results.Warning{
				Kind: "unreadable",
				Text: fmt.Sprintf("the measurement of %s in round %d is left out: %v", pair.Key(), pair.Round, err),
				Do:   "copy the comparison's folder again if it is a copy, or measure again",
			})
			continue
		}
		samples = append(samples, s)
	}
	return samples, bad
}

// A side is base.txt or head.txt, empty where there is none and no pair either.
type side struct {
	Source
	io.Closer
}

func openSide(dir, name string, pairs int) (side, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) && pairs == 0 {
		return side{Source{strings.NewReader(""), 0}, io.NopCloser(nil)}, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return side{}, fmt.Errorf("%s lacks %s, which holds the figures of its %d pairs: copy the whole folder: %w", dir, name, pairs, err)
	}
	if err != nil {
		return side{}, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return side{}, err
	}
	return side{Source{f, info.Size()}, f}, nil
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
