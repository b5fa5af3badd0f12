//go:build !linux

package io

import (
	"os"

	"github.com/concbench/concbench/workloads"
)

func places() []string { return []string{os.TempDir()} }

func onDisk(dirs []string, must bool) (string, error) {
	if must {
		return "", workloads.NotRunnable("a cold page cache needs Linux: posix_fadvise(2) evicts and mincore(2) tells")
	}
	return dirs[0], nil
}

func flush([]string) error { return nil }

// cool is never called: onDisk refuses.
func (j *filesJob) cool() error { return nil }

// warm reads the files; that they are in memory then cannot be told here.
func (j *filesJob) warm() error {
	for _, name := range j.names {
		if _, err := os.ReadFile(name); err != nil {
			return err
		}
	}
	return nil
}
