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
		"version 2, and this concbench reads version 1": func(p *Plan) { p.Version = 2 },
		`kind "race"`: func(p *Plan) { p.Kind = "race" },
		"threshold":   func(p *Plan) { p.Threshold = 0 },
		"alpha":       func(p *Plan) { p.Alpha = 1 },
		"rounds":      func(p *Plan) { p.Screen = -1 },
	} {
		p := plan()
		change(p)
		require.NoError(t, SavePlan(dir, p))
		_, err := LoadPlan(dir)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "measure again")
		assert.ErrorContains(t, err, PlanFile)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, PlanFile), []byte("{"), 0o644))
	_, err = LoadPlan(dir)
	assert.ErrorContains(t, err, "restore the file")
}

func FuzzPlan(f *testing.F) {
	f.Add([]byte(`{"version":1,"kind":"compare","threshold":0.05,"alpha":0.05,"screen":3,"confirm":24,"metrics":["ns/op"],"benchmarks":[{"package":"x","name":"BenchmarkA"}]}`))
	f.Add([]byte(`{"version":1,"kind":"aa","threshold":1,"alpha":0.5}`))
	f.Add([]byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parsePlan(data)
		if err != nil {
			assert.Nil(t, p)
			return
		}
		assert.NoError(t, p.check())
		assert.Zero(t, Judge(p, nil).Measured(), "what no pair says is not measured")
	})
}
