package usage_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners/usage"
)

// busy makes this test binary a process that burns CPU.
const busy = "USAGE_TEST_BUSY"

func TestMain(m *testing.M) {
	if os.Getenv(busy) != "" {
		burn()
		return
	}
	os.Exit(m.Run())
}

// atLeast is what burn burns.
const atLeast = 50 * time.Millisecond

// burn computes until the process has used so much CPU.
func burn() {
	for {
		u, err := usage.Self()
		if err != nil || u.User+u.System >= atLeast {
			return
		}
	}
}

func TestWhatThisProcessBurnsIsRead(t *testing.T) {
	before, err := usage.Self()
	require.NoError(t, err)
	for {
		now, err := usage.Self()
		require.NoError(t, err)
		if spent := now.Sub(before); spent.User+spent.System >= atLeast {
			assert.Equal(t, now, before.Add(spent))
			return
		}
	}
}

func TestWhatAnEndedProcessBurntIsRead(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), busy+"=1")
	require.NoError(t, cmd.Run())
	u := usage.Of(cmd.ProcessState)
	assert.GreaterOrEqual(t, u.User+u.System, atLeast)
}
