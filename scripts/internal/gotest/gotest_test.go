package gotest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The packages of testdata/fixture, compiled once, with the gate where it can be.
var fixture, crash, turns Binary

// ungated is why the fixtures have no gate, nil if they have.
var ungated error

func TestMain(m *testing.M) {
	code := 1
	dir, err := os.MkdirTemp("", "gotest")
	if err == nil {
		if err = buildFixtures(dir); err == nil {
			code = m.Run()
		}
		os.RemoveAll(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func buildFixtures(dir string) error {
	ctx := context.Background()
	src := Source{Dir: filepath.Join("testdata", "fixture")}
	packages, err := List(ctx, src, []string{"./..."})
	if err != nil {
		return err
	}
	if len(packages) != 3 {
		return fmt.Errorf("fixtures: %v", packages)
	}
	var none NoOverlay
	if src, ungated = src.Patch(ctx, filepath.Join(dir, "overlay"), Patch{Gate: true}); ungated != nil && !errors.As(ungated, &none) {
		return ungated
	}
	for i, b := range []*Binary{&fixture, &crash, &turns} {
		file := filepath.Join(dir, fmt.Sprint(i), "bench.test")
		if *b, err = packages[i].Build(ctx, src, file, 0, io.Discard); err != nil {
			return err
		}
	}
	return nil
}

// quick are the options of most processes here; limit is for what is not to
// exceed it, and takes milliseconds.
var quick = Options{CPU: 2, Timeout: limit}

const limit = time.Minute
