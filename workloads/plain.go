package workloads

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"github.com/concbench/concbench/runners"
)

// A Function is a workload of a function that knows nothing of concbench.
type Function struct {
	f     func(context.Context) error
	name  string
	tasks []int
}

// Plain makes a workload of a function that there is already; a task is a call
// of it:
//
//	func init() { workloads.Register(workloads.Plain(resize)) }
//
// The workload is named as the function is; a function literal is named by As.
// The function may wait and compute as it likes, for every model runs it through
// Task.Block: as a call that holds its thread. So the models differ in how many
// calls they have at once, and where; what an event loop could do with it were it
// written for one, it does not tell. The context ends when the job is cancelled.
//
// Note: what the function produces is not known here, and so not verified. Only
// its error is, and that it is called once a task: it had better return an error
// where its result is wrong.
func Plain(f func(context.Context) error) Function {
	return Function{f, nameOf(f), []int{20}}
}

// As is the workload under another name.
func (f Function) As(name string) Function {
	f.name = name
	return f
}

// Tasks is the workload with these numbers of calls as its jobs, instead of 20.
func (f Function) Tasks(n ...int) Function {
	f.tasks = slices.Clone(n)
	return f
}

var _ Workload = Function{}

// About describes the workload. It panics where it has no name: a mistake in
// the program.
func (f Function) About() About {
	if f.name == "" {
		panic(`workloads: Plain does not know how to name a function literal: write Plain(f).As("name")`)
	}
	var cases []Case
	for _, n := range f.tasks {
		cases = append(cases, Case{Tasks: n})
	}
	return About{
		Name:    f.name,
		Kind:    Mixed,
		Summary: "calls the function " + f.name + ", which knows nothing of the models",
		Unit:    "a call, which holds its thread",
		Quick:   cases,
	}
}

// Needs asks for nothing: what the function needs is not known.
func (Function) Needs(Params, int) runners.Needs { return runners.Needs{} }

// Prepare makes the job: a task's sum is its number, from 1.
func (f Function) Prepare(_ runners.Spec, tasks int) (Work, error) {
	body := func(t runners.Task, i int) (uint64, error) {
		ctx := t.Context()
		var err error
		t.Block(func() { err = f.f(ctx) })
		return uint64(i + 1), err
	}
	return Work{Make: func(runners.Sync) runners.Body { return body }, Sum: uint64(tasks) * uint64(tasks+1) / 2}, nil
}

// nameOf returns the name of a function or method, without its package, and ""
// for a function literal.
func nameOf(f func(context.Context) error) string {
	full := runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
	full = strings.ReplaceAll(full, "[...]", "") // what it is an instance of
	name := full[strings.LastIndexAny(full, "./")+1:]
	name, method := strings.CutSuffix(name, "-fm")
	literal := strings.TrimLeftFunc(strings.TrimPrefix(name, "func"), unicode.IsDigit) == ""
	if literal && !method {
		return ""
	}
	return name
}
