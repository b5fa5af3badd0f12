package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// CalibrationFile is the name of a calibration: beside the folders of runs, and
// in the folder of each run to which it applies.
const CalibrationFile = "calibration.json"

// CalibrationFolder is where concbench calibrate keeps its calibration, unless
// told otherwise.
const CalibrationFolder = "results"

// LoadCalibration reads the calibration in dir; nil if there is none, or one in
// which nothing was measured.
func LoadCalibration(dir string) (*Calibration, error) {
	c, err := ReadCalibration(dir)
	if err != nil || c == nil || c.Empty() {
		return nil, err
	}
	return c, nil
}

// ReadCalibration reads the calibration in dir, whatever was measured; nil if
// there is none.
func ReadCalibration(dir string) (*Calibration, error) {
	path := filepath.Join(dir, CalibrationFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c := new(Calibration)
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("%s: %w: remove it, and calibrate again", path, err)
	}
	if c.Version < 1 || c.Version > Version {
		return nil, fmt.Errorf("%s is of version %d, and this concbench reads versions 1 to %d: remove it, and calibrate again", path, c.Version, Version)
	}
	return c, nil
}

// SaveCalibration writes calibration.json into dir, as a whole or not at all.
func SaveCalibration(dir string, c *Calibration) error { return save(dir, CalibrationFile, c) }

// OldCalibration returns the name of the file in dir to which KeepCalibration
// copies a calibration of that time: calibration-2026-11-21.json.
func OldCalibration(dir string, started time.Time) string {
	base, suffix, _ := strings.Cut(CalibrationFile, ".")
	name := base + "-" + started.UTC().Format(time.DateOnly)
	for n := 2; ; n++ {
		file := name + "." + suffix
		if _, err := os.Lstat(filepath.Join(dir, file)); err != nil {
			return file
		}
		name = fmt.Sprintf("%s-%s-%d", base, started.UTC().Format(time.DateOnly), n)
	}
}

// KeepCalibration copies the calibration in dir to the file of that name there.
func KeepCalibration(dir, name string) error {
	data, err := os.ReadFile(filepath.Join(dir, CalibrationFile))
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, name), data)
}

// AdoptCalibration copies the calibration beside the folder of a run into it,
// where it is of the same machine and Go, and newer than what the folder has.
// Where there is no such one, that in CalibrationFolder is as good.
func AdoptCalibration(dir string) error {
	folder, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	run, err := LoadRun(dir)
	if err != nil {
		return err
	}
	env, err := LoadEnv(dir)
	if err != nil {
		return err
	}
	for _, from := range []string{filepath.Dir(folder), CalibrationFolder} {
		c, err := LoadCalibration(from)
		if err != nil {
			return err
		}
		if c == nil || c.Fits(*run, *env) != "" {
			continue
		}
		has, err := LoadCalibration(dir)
		if err != nil || has != nil && !has.Started.Before(c.Started) {
			return err
		}
		return SaveCalibration(dir, c)
	}
	return nil
}

// calibrate reads the calibration in the run's folder, if it is about the run.
func (d *Data) calibrate(dir string) {
	c, err := LoadCalibration(dir)
	switch {
	case err != nil:
		d.Uncalibrated = "the calibration cannot be read: " + err.Error()
	case c == nil:
		d.Uncalibrated = "there is no calibration of this machine and Go version: \"concbench calibrate\", and then \"concbench report\" on this run, show how near each model comes to its like in C"
	case c.Fits(d.Run, d.Env) != "":
		d.Uncalibrated = "the calibration in the run's folder is not about this run: " + c.Fits(d.Run, d.Env) + "; calibrate again on the machine that measured"
	default:
		d.Calibration = c
	}
}

// Calibrated says in a clause whether the models are calibrated, and how well.
func (d *Data) Calibrated() string {
	if d.Calibration == nil {
		return d.Uncalibrated
	}
	return "held against their like: " + d.Calibration.Headline()
}
