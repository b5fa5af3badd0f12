package runners

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestModelsAreInOrderOfName(t *testing.T) {
	names := []string{}
	for _, m := range Models() {
		names = append(names, m.Name)
		assert.NotEmpty(t, m.Summary, m.Name)
		assert.NotEmpty(t, m.Honest, m.Name)
		assert.Equal(t, "go", m.World, m.Name)
	}
	assert.True(t, slices.IsSorted(names), "%v", names)
	for _, name := range []string{"sequential", "threads", "threadpool", "eventloop", "goroutines", "gopool"} {
		assert.Contains(t, names, name)
	}
}

func TestModelsIsACopy(t *testing.T) {
	Models()[0].Name = "changed"
	assert.NotEqual(t, "changed", Models()[0].Name)
}

func TestUsableModelsAreThoseOfPlainGo(t *testing.T) {
	for name, usable := range map[string]bool{
		"sequential": true, "goroutines": true, "gopool": true, "processes": true,
		"threads": false, "threadpool": false, "eventloop": false,
	} {
		m, _, err := Lookup(name, 2)
		require.NoError(t, err)
		assert.Equal(t, usable, m.Usable, name)
	}
}

func TestLookup(t *testing.T) {
	m, c, err := Lookup("gopool", 2)
	require.NoError(t, err)
	assert.Equal(t, "gopool", m.Name)
	assert.Equal(t, Config{Cores: 2, Option: 6}, c, "the default size is min(32, cores+4)")
	assert.Equal(t, 6, m.Offers(c, 100).Together)

	_, c, err = Lookup("gopool:64", 2)
	require.NoError(t, err)
	assert.Equal(t, Config{Cores: 2, Option: 64}, c)

	_, c, err = Lookup("goroutines", 2)
	require.NoError(t, err)
	assert.Equal(t, Config{Cores: 2}, c)
}

func TestLookupSaysWhatIsWrong(t *testing.T) {
	for value, says := range map[string][]string{
		"gorutines":            {`unknown model "gorutines"`, `did you mean "goroutines"?`, "gopool", "sequential"},
		"":                     {`unknown model ""`, "gopool"},
		"sequential:4":         {`"sequential:4" takes no option`, `write "sequential"`},
		"goroutines:4":         {`"goroutines:4"`, "want plain or wide"},
		"gopool:0":             {`"gopool:0"`, "goroutines, 1 or more"},
		"gopool:-1":            {`"gopool:-1"`, "goroutines, 1 or more"},
		"gopool:":              {`"gopool:"`, "goroutines, 1 or more"},
		"gopool:many":          {`"gopool:many"`, "goroutines, 1 or more"},
		"gopool:1.5":           {`"gopool:1.5"`, "goroutines, 1 or more"},
		"gopool:9999999999999": {"goroutines, 1 or more"},
	} {
		_, _, err := Lookup(value, 2)
		for _, part := range says {
			assert.ErrorContains(t, err, part, value)
		}
	}
}

func TestTheControlHasThePsOfThreads(t *testing.T) {
	threads, _, err := Lookup("threads", 2)
	require.NoError(t, err)
	procs := func(value string, tasks int) int {
		m, c, err := Lookup(value, 2)
		require.NoError(t, err)
		assert.Equal(t, value == "goroutines:wide", m.IsControl(value))
		return m.Procs(c, tasks)
	}
	for _, tasks := range []int{1, 10, 1000} {
		assert.Equal(t, 2, procs("goroutines", tasks))
		assert.Equal(t, 2, procs("goroutines:plain", tasks))
		assert.Equal(t, threads.Procs(Config{Cores: 2}, tasks), procs("goroutines:wide", tasks))
	}
}

func TestExecutorSizeIsThatOfThreadPoolExecutor(t *testing.T) {
	for cores, size := range map[int]int{1: 5, 2: 6, 28: 32, 64: 32} {
		assert.Equal(t, size, ExecutorSize(cores), "%d cores", cores)
	}
}

func TestRegisterRefuses(t *testing.T) {
	before := len(Models())
	sound := Model{Name: "sound", Summary: "x", Honest: "x", Offers: func(Config, int) Offers { return Offers{} }, New: func(Config) (Runner, error) { return nil, nil }}
	for why, spoil := range map[string]func(*Model){
		"registered twice":       func(m *Model) { m.Name = "goroutines" },
		`model name ""`:          func(m *Model) { m.Name = "" },
		`model name "two words"`: func(m *Model) { m.Name = "two words" },
		`model name "a/b"`:       func(m *Model) { m.Name = "a/b" },
		`model name "pool-2"`:    func(m *Model) { m.Name = "pool-2" }, // benchstat would read GOMAXPROCS
		`model name "pool:2"`:    func(m *Model) { m.Name = "pool:2" },
		"sound lacks":            func(m *Model) { m.New = nil },
		"and no option":          func(m *Model) { m.Control = "wide" },
		"control of model sound": func(m *Model) { m.Control, m.Option = "wide", PoolSize("threads", ExecutorSize) },
	} {
		m := sound
		spoil(&m)
		func() {
			defer func() { assert.Contains(t, recover(), why) }()
			Register(m)
		}()
	}
	assert.Len(t, Models(), before)
}

func TestUnknownNamesTheNearest(t *testing.T) {
	known := []string{"echo", "fetch", "files", "hash"}
	assert.EqualError(t, Unknown("workload", "ehco", known), `unknown workload "ehco": did you mean "echo"? There are echo, fetch, files, hash`)
	assert.EqualError(t, Unknown("workload", "file", known), `unknown workload "file": did you mean "files"? There are echo, fetch, files, hash`)
	far := Unknown("workload", "xyzzy", known).Error()
	assert.True(t, strings.HasSuffix(far, `unknown workload "xyzzy": there are echo, fetch, files, hash`), far)
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0},
		{"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"threads", "thread", 1},
	} {
		assert.Equal(t, c.want, EditDistance(c.a, c.b), "%q %q", c.a, c.b)
	}
}
