package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Names of the files of a run, in its folder.
const (
	BenchFile   = "bench.txt"
	JournalFile = "cells.jsonl"
	RunFile     = "run.json"
	EnvFile     = "env.json"
)

// SaveRun writes run.json into the run's folder, as a whole or not at all.
func SaveRun(dir string, r *Run) error { return save(dir, RunFile, r) }

// SaveEnv writes env.json into the run's folder, as a whole or not at all.
func SaveEnv(dir string, e *Env) error { return save(dir, EnvFile, e) }

// LoadRun reads run.json. The error says what to do where there is none, or
// where it is of another version.
func LoadRun(dir string) (*Run, error) {
	r := new(Run)
	if err := load(dir, RunFile, r); err != nil {
		return nil, err
	}
	if r.Version < 1 || r.Version > Version {
		return nil, fmt.Errorf("%s is of version %d, and this concbench reads versions up to %d: read it with the concbench that made it, or measure again",
			filepath.Join(dir, RunFile), r.Version, Version)
	}
	return r, nil
}

// LoadEnv reads env.json.
func LoadEnv(dir string) (*Env, error) {
	e := new(Env)
	return e, load(dir, EnvFile, e)
}

func save(dir, name string, v any) error {
	data, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, name), append(data, '\n'))
}

func load(dir, name string, v any) error {
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not the folder of a run: it has no %s: name a folder that concbench run made, such as results/latest: %w", dir, name, err)
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s: %w: restore the file from a copy, or measure again", path, err)
	}
	return nil
}
