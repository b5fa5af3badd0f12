package compare

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPlanComesBackAsSaved(t *testing.T) {
	dir := t.TempDir()
	p := plan("BenchmarkA", "BenchmarkB/x=1")
	p.Seed, p.Started, p.Layouts, p.Budget = 1<<63, time.Unix(1e9, 0).UTC(), []int{1, 2, 3, 4}, time.Minute
	p.Isolate, p.Serial, p.Cycles = "package", true, 8
	p.Packages[0].Config = []string{"goos: linux", "Unit score better=higher"}
	p.Profiles = []Profile{{pkgPath, "BenchmarkA", "profiles/a.txt"}}
	require.NoError(t, SavePlan(dir, p))
	got, err := LoadPlan(dir)
	require.NoError(t, err)
	assert.Equal(t, p, got)
}

func TestPlanThatCannotBeReadSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	_, err := LoadPlan(dir)
	assert.ErrorContains(t, err, "concbench compare")
	assert.ErrorIs(t, err, os.ErrNotExist)
	for want, change := range map[string]func(*Plan){
		"version 3, and this concbench reads version 2": func(p *Plan) { p.Version = 3 },
		"not judged any more":                           func(p *Plan) { p.Version = 1 },
		`kind "race"`:                                   func(p *Plan) { p.Kind = "race" },
		"threshold":                                     func(p *Plan) { p.Threshold = 0 },
		"alpha":                                         func(p *Plan) { p.Alpha = 1 },
		"rounds":                                        func(p *Plan) { p.Rounds = 0 },
	} {
		p := plan()
		change(p)
		require.NoError(t, SavePlan(dir, p))
		_, err := LoadPlan(dir)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "compare anew")
		assert.ErrorContains(t, err, PlanFile)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, PlanFile), []byte("{"), 0o644))
	_, err = LoadPlan(dir)
	assert.ErrorContains(t, err, "restore the file")
}

func FuzzPlan(f *testing.F) {
	f.Add([]byte(`{"version":2,"kind":"compare","threshold":0.05,"alpha":0.05,"rounds":24,"metrics":["ns/op"],"benchmarks":[{"package":"x","name":"BenchmarkA"}]}`))
	f.Add([]byte(`{"version":2,"kind":"aa","threshold":1,"alpha":0.5,"rounds":1}`))
	f.Add([]byte(`{"version":1,"slices":3}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parsePlan(data)
		if err != nil {
			assert.Nil(t, p)
			return
		}
		assert.NoError(t, p.check())
		assert.Zero(t, Judge(p, nil).Measured(), "what no round says is not measured")
	})
}
