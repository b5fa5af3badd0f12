// Evidence measures what concbench's comparisons are worth on this machine:
//
//	go run ./scripts/evidence -out DIR [-gates 30] MODULE[//PACKAGE][=BENCH]... [-- MODULE...]
//
// For each module, named by its folder, with a package in it and a regular
// expression of benchmarks if not all are meant, it makes A/A checks, in turns and
// one side after the other, and gates in which 5 % and 2 % of work were added (as
// concbench aa --inject adds it); for those behind --, the checks alone. Then it
// makes gates of the first module's build against itself. It prints what came
// out as Markdown. What is in DIR already is not measured again, so that it can
// be interrupted.
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
	"slices"
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
	gates := flag.Int("gates", 30, "gates of the first module's build against itself")
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	power, checked := flag.Args(), []string(nil)
	if at := slices.Index(power, "--"); at >= 0 {
		power, checked = power[:at], power[at+1:]
	}
	if err := run(ctx, *out, *gates, power, checked); err != nil {
		fmt.Fprintln(os.Stderr, "evidence:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, gates int, power, checked []string) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	l := lab{ctx: ctx, out: out}
	if err := l.build(); err != nil {
		return err
	}
	e := new(evidence)
	err = l.all(power, checked, gates, e)
	return errors.Join(err, e.write(os.Stdout)) // what there is, if it was interrupted
}

// parse reads MODULE[//PACKAGE][=BENCH].
func parse(arg string) (module, error) {
	dir, bench, _ := strings.Cut(arg, "=")
	if bench == "" {
		bench = "."
	}
	dir, pattern, _ := strings.Cut(dir, "//")
	dir, err := filepath.Abs(dir)
	return module{filepath.Base(dir), dir, strings.TrimSuffix("./"+pattern, "/"), bench}, err
}

func (l lab) all(power, checked []string, gates int, e *evidence) error {
	var first module
	for i, arg := range slices.Concat(power, checked) {
		m, err := parse(arg)
		if err != nil {
			return err
		}
		if i == 0 {
			first = m
		}
		if err := l.module(m, i < len(power), e); err != nil {
			return err
		}
	}
	for i := range gates {
		r, err := l.compare(first, fmt.Sprintf("gate%02d", i+1), "--gate", "--seed", fmt.Sprint(100+i))
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
func (l lab) module(m module, power bool, e *evidence) error {
	var aa []*compare.Report
	for i := range checks {
		flags := []string{"--rounds", "10", "--seed", fmt.Sprint(i + 1), "--budget", "0"}
		r, err := l.compare(m, fmt.Sprintf("aa%d", i+1), flags...)
		if err != nil {
			return err
		}
		aa = append(aa, r)
	}
	e.checks(m.name, aa)
	if !power {
		return nil
	}
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
