package runs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// What becomes of a job when the process of one of its models does not measure,
// in a cycle or before it is ready: the model is named, and the job goes on
// without it.
func TestAnArmThatDoesNotMeasureLeavesItsJobToTheOthers(t *testing.T) {
	gated(t)
	for _, tc := range []struct {
		does, says, log string
		timeout         time.Duration
	}{
		{"die", "exit status 3: farewell", "farewell", time.Minute},
		{"hang", "exceeded its time limit of 5s", "goroutine ", 5 * time.Second},
		{"fail", "4 of 4 tasks failed: task 0: will not", "will not", time.Minute},
	} {
		for from, when := range map[int]string{1: "early", 2: "turn"} {
			t.Run(fmt.Sprintf("%s in round %d, %s", tc.does, from, when), func(t *testing.T) {
				o := quickly("moody", "nop")
				o.Models = append(o.Models, "gopool")
				o.Rounds, o.Cycles, o.Timeout = from+1, 1, tc.timeout
				all, run, dir := inMood(t, o, "sequential "+tc.does+" "+when, from)
				assert.Equal(t, results.FailedCells, run.Status)
				moody := all[fmt.Sprintf(job, "moody")]
				require.Len(t, moody, from+1)
				failed := moody[from-1].Of("sequential")
				require.NotNil(t, failed)
				assert.Contains(t, failed.Failed, tc.says)
				log, err := os.ReadFile(filepath.Join(dir, failed.Log))
				require.NoError(t, err)
				assert.Contains(t, string(log), tc.log)
				for i, r := range moody {
					assert.Equal(t, i+1, r.Round)
					for _, model := range []string{"goroutines", "gopool"} {
						assert.Len(t, r.Of(model).Cycles, 1, "round %d", r.Round)
					}
					if r.Round > from {
						assert.Nil(t, r.Of("sequential"), "it is not measured again")
					}
					if from == 2 {
						assert.Empty(t, r.Serial, "the others take turns")
					}
				}
				assert.Len(t, all[fmt.Sprintf(job, "nop")], from+1, "nothing else is lost")
				data, err := results.Open(dir)
				require.NoError(t, err)
				for _, s := range data.Rows[0].Time.Standings {
					assert.Equal(t, s.Model.Name == "sequential", s.State == results.Failed, s.Model.Name)
				}
				done, err := Finished(dir, &run)
				require.NoError(t, err)
				assert.True(t, done)
			})
		}
	}
}

func TestAModelThatMeasuresOnlyAloneIsMeasuredAlone(t *testing.T) {
	gated(t)
	all, run, dir := inMood(t, quickly("moody"), "sequential die turn", 1)
	assert.Equal(t, results.Complete, run.Status)
	moody := all[fmt.Sprintf(job, "moody")]
	require.Len(t, moody, 2)
	for _, r := range moody {
		assert.Contains(t, r.Serial, "sequential failed beside the others")
		for _, a := range r.Arms {
			assert.Empty(t, a.Failed)
			assert.NotEmpty(t, a.Cycles)
		}
	}
	data, err := results.Open(dir)
	require.NoError(t, err)
	assert.True(t, slices.ContainsFunc(data.Warnings, func(w results.Warning) bool {
		return w.Kind == "serial" && strings.Contains(w.Text, "farewell")
	}), "the report says so: %v", data.Warnings)
}

func TestAModelThatIsNotRunnableLeavesItsJobToTheOthers(t *testing.T) {
	gated(t)
	for _, from := range []int{1, 2} {
		t.Run(fmt.Sprintf("from round %d on", from), func(t *testing.T) {
			o := quickly("moody")
			o.Models = append(o.Models, "gopool")
			all, run, dir := inMood(t, o, "sequential unfit early", from)
			assert.Equal(t, results.Complete, run.Status, "that is no failure")
			moody := all[fmt.Sprintf(job, "moody")]
			require.Len(t, moody, 2)
			assert.Equal(t, "no moon tonight", moody[from-1].Of("sequential").NotRun)
			for _, r := range moody {
				assert.Empty(t, r.Serial)
				assert.NotEmpty(t, r.Of("goroutines").Cycles)
			}
			data, err := results.Open(dir)
			require.NoError(t, err)
			for _, c := range data.Rows[0].Cells {
				assert.Equal(t, c.Model == "sequential", c.NotRunnable == "no moon tonight", c.Model)
			}
		})
	}
}

// inMood runs the plan for o, in which a model of moody is in such a mood from a
// round on.
func inMood(t *testing.T, o Options, mood string, from int) (map[string][]record.Round, results.Run, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mood")
	t.Setenv(moodFile, file)
	t.Setenv(traceFile, file+".trace")
	get := func() { assert.NoError(t, os.WriteFile(file, []byte(mood), 0o666)) }
	if from == 1 {
		get()
	}
	dir := newRunFolder(t)
	s := in(t, dir)
	s.Show = listening{quiet(), func(r record.Round) {
		if r.Block == fmt.Sprintf(job, "moody") && r.Round == from-1 {
			get()
		}
	}}
	run, err := quickPlan(t, o).Run(t.Context(), s)
	require.NoError(t, err)
	return counted(t, dir), run, dir
}
