package versus

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/benchfile"
	"github.com/concbench/concbench/scripts/internal/gobench"
)

// A folder is the folder of a comparison while it is written.
type folder struct {
	dir        string
	base, head *benchfile.File
	pairs      *compare.Pairs
	logs       int
}

// openFolder opens a folder of which the pairs are committed.
func openFolder(dir string, committed []compare.Pair) (*folder, error) {
	var base, head int64
	f := &folder{dir: dir}
	for _, p := range committed {
		base, head = max(base, p.Base.To), max(head, p.Head.To)
		if p.Log != "" {
			f.logs++
		}
	}
	var err error
	if f.base, err = benchfile.Open(filepath.Join(dir, compare.BaseFile), base); err != nil {
		return nil, err
	}
	if f.head, err = benchfile.Open(filepath.Join(dir, compare.HeadFile), head); err != nil {
		return nil, errors.Join(err, f.base.Close())
	}
	if f.pairs, err = compare.OpenPairs(dir); err != nil {
		return nil, errors.Join(err, f.base.Close(), f.head.Close())
	}
	return f, nil
}

// record writes what the two processes gave of a benchmark: their lines first,
// then, when these are safe, the line that commits them.
func (f *folder) record(p *compare.Pair, base, head gobench.Output) error {
	if p.Failed == "" {
		for _, s := range []struct {
			file *benchfile.File
			out  gobench.Output
			part *compare.Part
		}{{f.base, base, &p.Base}, {f.head, head, &p.Head}} {
			if err := s.file.Config(s.out.Config); err != nil {
				return err
			}
			lines := s.out.Results[p.Benchmark]
			var err error
			if s.part.From, s.part.To, err = s.file.Results(lines); err != nil {
				return err
			}
			s.part.Slices = len(lines)
		}
	} else {
		p.Base.From, p.Base.To = f.base.End(), f.base.End()
		p.Head.From, p.Head.To = f.head.End(), f.head.End()
		f.logs++
		p.Log = fmt.Sprintf("logs/pair%03d.txt", f.logs)
		text := fmt.Sprintf("%s %s\nround %d: %s\n\nbase:\n%s\nhead:\n%s", p.Package, p.Benchmark, p.Round, p.Failed, base.Log, head.Log)
		if err := benchfile.WriteLog(f.dir, p.Log, []byte(text)); err != nil {
			return err
		}
	}
	return f.pairs.Append(*p)
}

func (f *folder) close() error {
	return errors.Join(f.base.Close(), f.head.Close(), f.pairs.Close())
}
