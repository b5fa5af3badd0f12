package workloads

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

// A described workload is one by its description only.
type described struct{ a About }

func (d described) About() About                          { return d.a }
func (described) Needs(Params, int) runners.Needs         { return runners.Needs{} }
func (described) Prepare(runners.Spec, int) (Work, error) { return Work{}, nil }

// fresh is an empty registry until the test ends.
func fresh(t *testing.T) {
	t.Helper()
	before := workloads
	workloads = nil
	t.Cleanup(func() { workloads = before })
}

func tea(change func(*About)) described {
	a := about
	change(&a)
	return described{a}
}

func TestWorkloadsAreListedByNameAndFound(t *testing.T) {
	fresh(t)
	for _, name := range []string{"tea", "coffee", "water"} {
		Register(tea(func(a *About) { a.Name = name }))
	}
	var names []string
	for _, w := range All() {
		names = append(names, w.About().Name)
	}
	assert.Equal(t, []string{"coffee", "tea", "water"}, names)
	w, err := Lookup("tea")
	require.NoError(t, err)
	assert.Equal(t, "tea", w.About().Name)
	_, err = Lookup("cofee")
	assert.ErrorContains(t, err, "coffee, tea, water")
}

func TestRegisterRefusesADescriptionThatIsNotSound(t *testing.T) {
	fresh(t)
	Register(tea(func(*About) {}))
	with := func(p Param) func(*About) {
		return func(a *About) { a.Name, a.Params = "other", []Param{p, {Name: "cups", Default: "1", Doc: "any"}} }
	}
	for says, change := range map[string]func(*About){
		"registered twice":    func(*About) {},
		"workload name":       func(a *About) { a.Name = "a/b" },
		"kind":                func(a *About) { a.Name, a.Kind = "other", "Net" },
		"lacks":               func(a *About) { a.Name, a.Unit = "other", "" },
		"a case of 0 tasks":   func(a *About) { a.Name, a.Full = "other", []Case{{}} },
		"unknown parameter":   func(a *About) { a.Name, a.Full = "other", []Case{{Tasks: 1, Params: Params{"milk": "1"}}} },
		"default":             with(Param{Name: "n", Default: "0", Doc: "1 to 2", Check: Whole(1, 2)}),
		"is taken":            with(Param{Name: "model", Default: "1", Doc: "any"}),
		"two parameters":      with(Param{Name: "cups", Default: "1", Doc: "any"}),
		"lacks Doc":           with(Param{Name: "n", Default: "1"}),
		`parameter name "n/"`: with(Param{Name: "n/", Default: "1", Doc: "any"}),
	} {
		func() {
			defer func() { assert.Contains(t, fmt.Sprint(recover()), says) }()
			Register(tea(change))
		}()
	}
	assert.Len(t, All(), 1)
}

func TestNotRunnableIsFoundUnderAWrapping(t *testing.T) {
	err := fmt.Errorf("prepare: %w", NotRunnable("no disk"))
	var not NotRunnable
	require.True(t, errors.As(err, &not))
	assert.EqualError(t, not, "not runnable: no disk")
}
