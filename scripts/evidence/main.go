// Evidence measures what concbench's comparisons are worth on this machine:
//
//	go run ./scripts/evidence -out DIR [-gates 30] MODULE[//PACKAGE][=BENCH]...
//
// For each module, named by its folder, with a package in it and a regular
// expression of benchmarks if not all are meant, it makes A/A checks with the usual
// way beside them, gates of a build against itself, and gates in which 5 % and
// 2 % of work were added (as concbench aa --inject adds it). It prints what came out as Markdown. What is in DIR
// already is not measured again, so that it can be interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
)

// checks is how many A/A checks a module gets, each with an order of its own.
const checks = 3

// A module is a folder with benchmarks.
type module struct {
	name, dir, pattern, bench string
}

func main() {
	out := flag.String("out", "", "folder of the comparisons")
	gates := flag.Int("gates", 30, "gates of a build against itself, over all modules")
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *gates, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "evidence:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, gates int, args []string) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	var modules []module
	for _, arg := range args {
		dir, bench, _ := strings.Cut(arg, "=")
		if bench == "" {
			bench = "."
		}
		dir, pattern, _ := strings.Cut(dir, "//") // module//package
		if dir, err = filepath.Abs(dir); err != nil {
			return err
		}
		modules = append(modules, module{filepath.Base(dir), dir, strings.TrimSuffix("./"+pattern, "/"), bench})
	}
	l := lab{ctx: ctx, out: out}
	if err := l.build(); err != nil {
		return err
	}
	e := newEvidence()
	err = l.all(modules, gates, e)
	return errors.Join(err, e.write(os.Stdout)) // what there is, if it was interrupted
}

func (l lab) all(modules []module, gates int, e *evidence) error {
	for _, m := range modules {
		if err := l.module(m, e); err != nil {
			return err
		}
	}
	for i := range gates {
		m := modules[i%len(modules)]
		r, err := l.compare(m, fmt.Sprintf("gate%02d", i+1), "--gate", "--seed", fmt.Sprint(100+i))
		if err != nil {
			return err
		}
		e.gate(r)
	}
	return nil
}

// A lab runs concbench.
type lab struct {
	ctx context.Context
	out string
}

func (l lab) build() error {
	cmd := exec.CommandContext(l.ctx, "go", "build", "-o", filepath.Join(l.out, "concbench"), "github.com/concbench/concbench/scripts/concbench")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// module measures what is measured of each module.
func (l lab) module(m module, e *evidence) error {
	var aa []*compare.Report
	for i := range checks {
		flags := []string{"--rounds", "10", "--seed", fmt.Sprint(i + 1), "--budget", "0"}
		if i == 0 { // it takes as long as all the rounds
			flags = append(flags, "--usual")
		}
		r, err := l.compare(m, fmt.Sprintf("aa%d", i+1), flags...)
		if err != nil {
			return err
		}
		aa = append(aa, r)
	}
	e.checks(m.name, aa)
	for _, x := range []struct {
		name, inject, threshold string
		spread                  float64
	}{{"inject5", "5%", "5%", 0.02}, {"inject2", "2%", "1%", 0.01}} {
		r, err := l.compare(m, x.name, "--gate", "--inject", x.inject, "--threshold", x.threshold)
		if err != nil {
			return err
		}
		e.power(m.name, x.inject, x.threshold, x.spread, aa, r)
	}
	return nil
}

// compare makes a comparison, unless it is there and has ended.
func (l lab) compare(m module, name string, flags ...string) (*compare.Report, error) {
	dir := filepath.Join(l.out, m.name+"-"+name)
	if r, err := compare.Open(dir); err == nil && (r.Plan.Status == results.Complete || r.Plan.Status == results.OutOfTime) {
		return r, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	args := append([]string{"aa", "--out", dir, "--bench", m.bench}, flags...)
	cmd := exec.CommandContext(l.ctx, filepath.Join(l.out, "concbench"), append(args, m.pattern)...)
	cmd.Dir, cmd.Stderr = m.dir, os.Stderr
	fmt.Fprintln(os.Stderr, "==", m.name, strings.Join(args, " "))
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // a regression is what is looked for
		return nil, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return compare.Open(dir)
}
