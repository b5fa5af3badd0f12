package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/concbench/concbench/results"
)

// Names of the files of a comparison, in its folder; the machine is in
// results.EnvFile, and what was measured in record.RoundsFile.
const (
	PlanFile = "compare.json"
	BaseFile = "base.txt"
	HeadFile = "head.txt"
)

// SavePlan writes compare.json into the folder, as a whole or not at all.
func SavePlan(dir string, p *Plan) error {
	data, err := json.MarshalIndent(p, "", "\t")
	if err != nil {
		return err
	}
	return results.WriteFile(filepath.Join(dir, PlanFile), append(data, '\n'))
}

// LoadPlan reads compare.json. The error says what to do where there is none,
// or where it is of another version or does not make sense.
func LoadPlan(dir string) (*Plan, error) {
	path := filepath.Join(dir, PlanFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not the folder of a comparison: it has no %s: name a folder that concbench compare or concbench aa made: %w", dir, PlanFile, err)
	}
	if err != nil {
		return nil, err
	}
	p, err := parsePlan(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func parsePlan(data []byte) (*Plan, error) {
	var of struct{ Version int }
	if err := json.Unmarshal(data, &of); err != nil {
		return nil, fmt.Errorf("%w: restore the file from a copy, or compare anew", err)
	}
	switch {
	case of.Version == 1:
		return nil, errors.New("it is of version 1, whose two sides were measured one after the other and are not judged any more: compare anew, or read it with the concbench that made it")
	case of.Version != Version:
		return nil, fmt.Errorf("it is of version %d, and this concbench reads version %d: read it with the concbench that made it, or compare anew", of.Version, Version)
	}
	p := new(Plan)
	if err := json.Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("%w: restore the file from a copy, or compare anew", err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("%w: restore the file from a copy, or compare anew", err)
	}
	return p, nil
}

// check says what cannot be in a plan.
func (p *Plan) check() error {
	switch {
	case p.Kind != Gate && p.Kind != AA:
		return fmt.Errorf("a comparison of kind %q is not known", p.Kind)
	case !(p.Threshold > 0 && p.Threshold < 1e3):
		return fmt.Errorf("a threshold of %v cannot be: it is a share such as 0.05", p.Threshold)
	case !(p.Alpha > 1e-9 && p.Alpha < 1):
		return fmt.Errorf("an alpha of %v cannot be: it is a probability such as 0.05", p.Alpha)
	case p.Rounds < 1 || p.Rounds > maxRounds:
		return fmt.Errorf("at most %d rounds cannot be", p.Rounds)
	}
	return nil
}

// maxRounds is more than anyone has the time for, and few enough to compute with.
const maxRounds = 100_000
