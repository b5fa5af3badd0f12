package reexec_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners/reexec"
)

// again makes this test binary a process that was started once more.
const again = "REEXEC_TEST_AGAIN"

func TestMain(m *testing.M) {
	if how := os.Getenv(again); how != "" {
		out := reexec.Main()
		fmt.Fprintf(out, "%d arguments", len(os.Args)-1)
		fmt.Println("printed")
		if how == "fail" {
			os.Exit(3)
		}
		return
	}
	os.Exit(m.Run())
}

func TestTheBinaryStartsWithoutOurArguments(t *testing.T) {
	cmd, log, err := reexec.Command(os.Environ(), again, "succeed")
	require.NoError(t, err)
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Equal(t, "0 arguments", string(out), "and what it prints is apart")
	assert.Equal(t, "printed\n", log.String())
	assert.EqualError(t, reexec.Ended(nil, log), "it ended: exit status 0; its last words:\nprinted\n")
}

func TestHowAProcessEndedIsSaid(t *testing.T) {
	cmd, log, err := reexec.Command(os.Environ(), again, "fail")
	require.NoError(t, err)
	err = reexec.Ended(cmd.Run(), log)
	assert.ErrorContains(t, err, "exit status 3")
	assert.ErrorContains(t, err, "printed")
	assert.EqualError(t, reexec.Ended(nil, new(reexec.Tail)), "it ended: exit status 0, and said nothing")
}

func TestATailKeepsTheFirstAndTheLastOfWhatIsWritten(t *testing.T) {
	var tail reexec.Tail
	for i := range 5000 {
		fmt.Fprintf(&tail, "line %d\n", i)
	}
	kept := tail.String()
	assert.Less(t, len(kept), 13_000)
	assert.True(t, strings.HasPrefix(kept, "line 0\nline 1\n"))
	assert.True(t, strings.HasSuffix(kept, "line 4998\nline 4999\n"))
	assert.Equal(t, 1, strings.Count(kept, "\n…\n"))

	var once reexec.Tail
	fmt.Fprint(&once, "first", strings.Repeat("x", 1<<20), "last")
	assert.True(t, strings.HasPrefix(once.String(), "firstxxx"))
	assert.True(t, strings.HasSuffix(once.String(), "xxxlast"))
	assert.Less(t, len(once.String()), 13_000)
}

func TestATailKeepsAllOfALittle(t *testing.T) {
	for _, size := range []int{0, 1, 4 << 10, 4<<10 + 1, 12 << 10} {
		var tail reexec.Tail
		said := strings.Repeat("0123456789abcdef", size/16+1)[:size]
		for _, c := range []byte(said) {
			tail.Write([]byte{c})
		}
		assert.Equal(t, said, tail.String())
	}
}
