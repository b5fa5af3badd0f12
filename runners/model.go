package runners

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Model describes a concurrency model. A model is one file of this package:
// a literal like this one, given to Register by the file's init, and a Runner.
type Model struct {
	Name    string
	Summary string // what it is, in one line
	Honest  string // what makes it a faithful example of its kind, in one line
	World   string // the runtime it lives in; "" means "go"

	// Usable says that a Go program can simply do it so. A model that is not
	// usable is a reference: it stands for another runtime's way.
	Usable bool

	// Quick says that the quick profile has the model: it has to find its
	// verdicts within minutes, and each model more takes rounds from all.
	Quick bool

	// Option, if not nil, is the number that may stand behind the model's name:
	// "threadpool:64".
	Option *Option

	// Control, if not "", is a value of the option with which the model is no
	// contender, but a control: it has one thing in common with others that
	// they differ in from what it usually is. The full profile has it for work of
	// which that thing may decide (workloads.About.Allocates).
	Control string

	// Unsupported, if not nil, says why the model cannot run here.
	Unsupported func() error

	// Offers says what the model gives a job of that many tasks.
	Offers func(c Config, tasks int) Offers

	// Procs, if not nil, is the GOMAXPROCS under which the model is true to its
	// kind; nil means the number of cores.
	Procs func(c Config, tasks int) int

	New func(Config) (Runner, error)
}

// An Option is a model's one number, or one of a few words that stand for one.
type Option struct {
	Name    string // "size"
	Doc     string // with the unit and what is allowed
	Default func(cores int) int64
	Parse   func(string) (int64, error)
	Format  func(int64) string // back again; nil: as a decimal number
}

// Text is a value as it stands behind the model's name.
func (o *Option) Text(value int64) string {
	if o.Format == nil {
		return strconv.FormatInt(value, 10)
	}
	return o.Format(value)
}

// A Config is what a Runner is made from.
type Config struct {
	Cores  int   // CPUs that this process may use
	Option int64 // the model's Option, in the Option's unit
}

// Offers is what a model gives; Needs is what a workload asks for. They are
// compared in one place, bench.Runnable.
type Offers struct {
	Together     int  // tasks in flight at once, at most; 0: any number
	Children     bool // long-lived children, beside their parent
	SharedMemory bool // between the tasks
	Listener     bool
	Killable     bool // a worker that can be killed by a signal
	OwnWorker    bool // a task in flight has a worker of its own, and is alone lost with it
	OwnThread    bool // a task has one kernel thread from beginning to end, and no other task has it meanwhile
	Threads      int  // kernel threads that the model makes for the job
	Files        int  // descriptors that the model holds for itself
	Memory       int  // bytes that the model holds for itself, at the least; 0: not known
	TaskBytes    int  // memory that a task in flight takes, roughly and at the least; 0: not known
}

// Needs is what a workload asks of a model.
type Needs struct {
	Together     int  // tasks that wait for each other, and so must be in flight at once
	Children     bool // long-lived children
	ChildrenEach int  // children that a task has at once: where tasks are threads, so are they
	SharedMemory bool
	Listener     bool
	Killable     bool
	OwnWorker    bool // whose end is no other task's
	OwnThread    bool // a kernel thread
	OneCPU       bool // the job binds the process to one: the model is made for one core
	Files        int  // descriptors that a task in flight holds
}

// PoolSize is the option of a model with a fixed number of workers.
func PoolSize(unit string, def func(cores int) int) *Option {
	return &Option{
		Name:    "size",
		Doc:     "number of " + unit + ", 1 or more",
		Default: func(cores int) int64 { return int64(def(cores)) },
		Parse: func(s string) (int64, error) {
			n, err := strconv.ParseInt(s, 10, 32)
			if err != nil || n < 1 {
				return 0, fmt.Errorf("size %q: want a number of %s, 1 or more", s, unit)
			}
			return n, nil
		},
	}
}

// Interval is the option of a model with a length of time, which Option and
// Config hold in nanoseconds.
func Interval(what string, def, least, most time.Duration) *Option {
	allowed := fmt.Sprintf("%v to %v", least, most)
	return &Option{
		Name:    "interval",
		Doc:     what + ", with its unit, " + allowed,
		Default: func(int) int64 { return int64(def) },
		Parse: func(s string) (int64, error) {
			d, err := time.ParseDuration(s)
			if err != nil || d < least || d > most {
				return 0, fmt.Errorf("interval %q: want a length of time with its unit, %s", s, allowed)
			}
			return int64(d), nil
		},
		Format: func(d int64) string { return time.Duration(d).String() },
	}
}

// ExecutorSize is the default size of ThreadPoolExecutor since Python 3.8,
// which adds 4 to the cores for the sake of I/O, up to 32
// (https://docs.python.org/3/library/concurrent.futures.html).
func ExecutorSize(cores int) int { return min(32, cores+4) }

var models []Model

// Register makes a model known. It panics when the name is taken or the
// description lacks something: both are mistakes in the program.
func Register(m Model) {
	switch {
	case m.Name == "" || strings.ContainsAny(m.Name, "/:=- \t"):
		panic(fmt.Sprintf("runners: model name %q", m.Name))
	case m.Summary == "" || m.Honest == "" || m.Offers == nil || m.New == nil:
		panic("runners: model " + m.Name + " lacks Summary, Honest, Offers or New")
	case m.Control != "":
		if m.Option == nil {
			panic("runners: model " + m.Name + " has a control, and no option")
		}
		if _, err := m.Option.Parse(m.Control); err != nil {
			panic("runners: control of model " + m.Name + ": " + err.Error())
		}
	}
	at, taken := slices.BinarySearchFunc(models, m.Name, func(m Model, name string) int { return strings.Compare(m.Name, name) })
	if taken {
		panic("runners: model " + m.Name + " registered twice")
	}
	if m.World == "" {
		m.World = "go"
	}
	models = slices.Insert(models, at, m)
}

// Models returns all models, in order of name.
func Models() []Model { return slices.Clone(models) }

// IsControl says whether a value such as "goroutines:wide" names a control.
func (m Model) IsControl(value string) bool { return m.Control != "" && value == m.Name+":"+m.Control }

// Lookup finds the model that a value such as "threadpool:64" names, and the
// Config it asks for. The error names the models there are and the nearest.
func Lookup(value string, cores int) (Model, Config, error) {
	name, option, given := strings.Cut(value, ":")
	i := slices.IndexFunc(models, func(m Model) bool { return m.Name == name })
	if i < 0 {
		names := make([]string, len(models))
		for i, m := range models {
			names[i] = m.Name
		}
		return Model{}, Config{}, Unknown("model", name, names)
	}
	m, c := models[i], Config{Cores: cores}
	if !given {
		if m.Option != nil {
			c.Option = m.Option.Default(cores)
		}
		return m, c, nil
	}
	if m.Option == nil {
		return Model{}, Config{}, fmt.Errorf("model %q takes no option: write %q", value, name)
	}
	n, err := m.Option.Parse(option)
	if err != nil {
		return Model{}, Config{}, fmt.Errorf("model %q: %w", value, err)
	}
	c.Option = n
	return m, c, nil
}
