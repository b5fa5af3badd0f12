package workflows

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lint returns what actionlint finds in a workflow. It is given no shellcheck
// or pyflakes: they may not be installed.
func lint(t *testing.T, name string, text []byte) []*actionlint.Error {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	require.NoError(t, err)
	found, err := linter.Lint(name, text, nil)
	require.NoError(t, err)
	return found
}

// workflows returns the text of every workflow of this repository.
func workflows(t *testing.T) map[string][]byte {
	texts := map[string][]byte{}
	for _, pattern := range []string{"*.y*ml", "../../.github/workflows/*.y*ml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, f := range files {
			texts[f], err = os.ReadFile(f)
			require.NoError(t, err)
		}
	}
	return texts
}

func TestActionlintFindsNothing(t *testing.T) {
	for name, text := range workflows(t) {
		for _, e := range lint(t, name, text) {
			t.Error(e)
		}
	}
}

func TestActionlintFindsWhatIsWrong(t *testing.T) {
	for name, text := range map[string]string{
		"a key that is none":     "on: pull_request\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - rum: go test ./...\n",
		"a context that is none": "on: pull_request\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ runer.temp }}\n",
		"an input that is none":  "on: pull_request\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n        with: {depth: 2}\n",
	} {
		assert.NotEmpty(t, lint(t, "broken.yml", []byte(text)), name)
	}
}

func TestWorkflowsMayOnlyReadAndUseOnlyGitHubsActions(t *testing.T) {
	for name, text := range workflows(t) {
		w, errs := actionlint.Parse(text)
		require.Empty(t, errs, name)
		require.NotNil(t, w.Permissions, name)
		assert.Nil(t, w.Permissions.All, name)
		for scope, p := range w.Permissions.Scopes {
			assert.Equal(t, "contents read", scope+" "+p.Value.Value, name)
		}
		for id, job := range w.Jobs {
			assert.Nil(t, job.Permissions, "%s: %s", name, id)
			assert.NotNil(t, job.TimeoutMinutes, "%s: %s", name, id)
			for _, step := range job.Steps {
				if use, ok := step.Exec.(*actionlint.ExecAction); ok {
					assert.Regexp(t, `^actions/`, use.Uses.Value, name)
				}
			}
		}
	}
}

// A pipe after concbench would replace its exit code by the last command's.
func TestTheExitCodeOfTheComparisonGates(t *testing.T) {
	for name, text := range workflows(t) {
		w, errs := actionlint.Parse(text)
		require.Empty(t, errs, name)
		compares := 0
		for _, job := range w.Jobs {
			for _, step := range job.Steps {
				run, ok := step.Exec.(*actionlint.ExecRun)
				if !ok || step.Name == nil || step.Name.Value != "Compare" {
					continue
				}
				compares++
				assert.NotRegexp(t, `\||;|\n.|&&`, run.Run.Value, name)
				assert.Regexp(t, `concbench"? compare .*>> "\$GITHUB_STEP_SUMMARY"`, run.Run.Value, name)
				assert.Nil(t, step.ContinueOnError, name)
			}
		}
		assert.Equal(t, 1, compares, name)
	}
}

// setup-go with go-version-file sets GOTOOLCHAIN=local, with which what needs a
// newer Go than the user's module cannot be installed.
func TestConcbenchIsInstalledWithTheGoItNeeds(t *testing.T) {
	w, errs := actionlint.Parse(workflows(t)["compare.yml"])
	require.Empty(t, errs)
	installs := 0
	for _, step := range w.Jobs["compare"].Steps {
		if run, ok := step.Exec.(*actionlint.ExecRun); ok && strings.Contains(run.Run.Value, "go install ") {
			installs++
			require.NotNil(t, step.Env)
			require.Contains(t, step.Env.Vars, "gotoolchain") // actionlint has names in lower case
			assert.Equal(t, "auto", step.Env.Vars["gotoolchain"].Value.Value)
		}
	}
	assert.Equal(t, 1, installs)
}
