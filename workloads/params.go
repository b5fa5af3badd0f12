package workloads

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/concbench/concbench/runners"
)

// A Param is a parameter of a workload.
type Param struct {
	Name    string
	Default string
	Doc     string             // with the unit and what is allowed
	Check   func(string) error // what is wrong with a value; nil: nothing can be
}

// Params are parameters by name.
type Params map[string]string

// Int returns a parameter that a Whole check has let pass.
func (p Params) Int(name string) int {
	n, err := strconv.Atoi(p[name])
	if err != nil {
		panic(fmt.Sprintf("parameter %s=%q was not checked: %v", name, p[name], err))
	}
	return n
}

// Duration returns a parameter that a Span check has let pass.
func (p Params) Duration(name string) time.Duration {
	d, err := time.ParseDuration(p[name])
	if err != nil {
		panic(fmt.Sprintf("parameter %s=%q was not checked: %v", name, p[name], err))
	}
	return d
}

// Whole checks for a whole number from least to most.
func Whole(least, most int) func(string) error {
	return func(s string) error {
		// "+7" and "07" would be other names for the same job.
		if n, err := strconv.Atoi(s); err != nil || n < least || n > most || strconv.Itoa(n) != s {
			return fmt.Errorf("want a whole number from %d to %d", least, most)
		}
		return nil
	}
}

// Span checks for a duration from least to most.
func Span(least, most time.Duration) func(string) error {
	return func(s string) error {
		if d, err := time.ParseDuration(s); err != nil || d < least || d > most {
			return fmt.Errorf("want a duration from %v to %v, such as 500us or 1.5ms", least, most)
		}
		return nil
	}
}

// OneOf checks for one of the values.
func OneOf(values ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(values, s) {
			return fmt.Errorf("want one of %s", strings.Join(values, ", "))
		}
		return nil
	}
}

// Fill returns the given parameters and the defaults of the others. The error
// names the parameter that is unknown or has a value that is not allowed.
func (a About) Fill(given Params) (Params, error) {
	full := Params{}
	for _, p := range a.Params {
		full[p.Name] = p.Default
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if len(a.Params) == 0 {
			return nil, fmt.Errorf("workload %s has no parameters: %s is none", a.Name, name)
		}
		i := slices.IndexFunc(a.Params, func(p Param) bool { return p.Name == name })
		if i < 0 {
			known := make([]string, len(a.Params))
			for i, p := range a.Params {
				known[i] = p.Name
			}
			return nil, runners.Unknown("parameter of workload "+a.Name, name, known)
		}
		value := given[name]
		if err := word(value); err != nil {
			return nil, fmt.Errorf("workload %s: %s=%q: %w", a.Name, name, value, err)
		}
		if check := a.Params[i].Check; check != nil {
			if err := check(value); err != nil {
				return nil, fmt.Errorf("workload %s: %s=%q: %w", a.Name, name, value, err)
			}
		}
		full[name] = value
	}
	return full, nil
}

// word checks that a benchmark's name can hold a value, and give it back.
func word(value string) error {
	odd := func(r rune) bool { return r == '/' || unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if value == "" || strings.ContainsFunc(value, odd) {
		return errors.New("want one word, without a slash")
	}
	if at := strings.LastIndexByte(value, '-'); at >= 0 {
		if _, err := strconv.ParseUint(value[at+1:], 10, 64); err == nil {
			return fmt.Errorf("the -%s at its end would be taken for a number of CPUs", value[at+1:])
		}
	}
	return nil
}
