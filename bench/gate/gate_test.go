package gate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/record"
)

// role makes this test binary a process with a gate.
const role = "GATE_TEST_ROLE"

func TestMain(m *testing.M) {
	if how := os.Getenv(role); how != "" {
		serve(how)
		return
	}
	os.Exit(m.Run())
}

// serve is what a process does in each role.
func serve(how string) {
	pipe, _ := os.Readlink("/proc/self/fd/" + strings.Split(os.Getenv(gate.Env), ",")[0])
	arm, err := gate.Inherited()
	if err != nil || arm == nil {
		fmt.Println("no gate:", err)
		os.Exit(3)
	}
	if os.Getenv(gate.Env) != "" {
		fmt.Println("the gate is named twice")
		os.Exit(3)
	}
	switch how {
	case "fails before":
		arm.Fail(errors.New("two\nlines"))
		arm.Wait()
		return
	case "hangs before":
		time.Sleep(time.Minute)
	case "again": // itself, which is not to have the gate
		out, err := exec.Command("/bin/sh", "-c", "ls -l /proc/self/fd").CombinedOutput()
		fmt.Println("inherited:", err, strings.Contains(string(out), pipe), strings.Contains(string(out), "/dev/null"))
	}
	arm.Ready("BenchmarkX/a")
	for n := arm.Wait(); n > 0; n = arm.Wait() {
		fmt.Print("what it prints")
		s := record.Sample{N: n, Timed: time.Millisecond, GCs: 2, Values: map[string]float64{"ns/op": 1.5, "own-figure": -2}}
		switch how {
		case "twice":
			arm.Sample(s)
		case "dies":
			panic("for a reason")
		case "hangs":
			time.Sleep(time.Minute)
		case "fails":
			arm.Fail(errors.New("it is broken"))
			continue
		case "skips":
			arm.Skip(errors.New("not today"))
			continue
		}
		arm.Sample(s)
		if how == "twice" {
			time.Sleep(100 * time.Millisecond)
		}
	}
	fmt.Println("clean end")
}

func start(t *testing.T, how string) *gate.Process {
	t.Helper()
	if err := gate.Supported(); err != nil {
		t.Skip(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), role+"="+how)
	p, err := gate.Start(cmd, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

const limit = 20 * time.Second // thousands of times what anything takes here

func readied(t *testing.T, how string) *gate.Process {
	t.Helper()
	p := start(t, how)
	name, err := p.Ready(context.Background(), limit)
	require.NoError(t, err)
	require.Equal(t, "BenchmarkX/a", name)
	return p
}

func TestSamplesComeThroughTheGate(t *testing.T) {
	p := readied(t, "works")
	for _, n := range []int{1, 1000} {
		s, err := p.Sample(context.Background(), n, limit)
		require.NoError(t, err)
		assert.Equal(t, record.Sample{N: n, Timed: time.Millisecond, GCs: 2, Values: map[string]float64{"ns/op": 1.5, "own-figure": -2}}, s)
	}
	require.NoError(t, p.End(limit))
	assert.Contains(t, string(p.Output()), "clean end", "what was to be cleaned up at the end, was")
}

func TestAFailureIsABenchmarksOwn(t *testing.T) {
	p := start(t, "fails before")
	_, err := p.Ready(context.Background(), limit)
	assert.Equal(t, gate.Failed("two\nlines"), err)

	p = readied(t, "fails")
	for range 2 {
		_, err = p.Sample(context.Background(), 1, limit)
		assert.Equal(t, gate.Failed("it is broken"), err)
	}
	p = readied(t, "skips")
	_, err = p.Sample(context.Background(), 1, limit)
	assert.Equal(t, gate.Skipped("not today"), err)
}

func TestADeathSaysWhy(t *testing.T) {
	p := readied(t, "dies")
	_, err := p.Sample(context.Background(), 1, limit)
	require.ErrorIs(t, err, gate.ErrEnded)
	assert.ErrorContains(t, err, "panic: for a reason")
	_, err = p.Sample(context.Background(), 1, limit)
	assert.ErrorIs(t, err, gate.ErrEnded, "and again")
}

func TestAHangIsEndedAndShowsItsStacks(t *testing.T) {
	p := start(t, "hangs before")
	_, err := p.Ready(context.Background(), time.Second)
	assert.ErrorContains(t, err, "exceeded its time limit of 1s")
	assert.Contains(t, string(p.Output()), "goroutine 1")

	p = readied(t, "hangs")
	_, err = p.Sample(context.Background(), 1, time.Second)
	assert.ErrorContains(t, err, "exceeded its time limit of 1s")
	assert.Contains(t, string(p.Output()), "time.Sleep")
}

func TestTwoAnswersToOneTokenBreakTheProtocol(t *testing.T) {
	p := readied(t, "twice")
	_, err := p.Sample(context.Background(), 1, limit)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err = p.Sample(context.Background(), 1, limit)
		return err != nil
	}, limit, time.Millisecond)
	var broken gate.Broken
	require.ErrorAs(t, err, &broken)
	assert.ErrorContains(t, err, "out of turn")
}

func TestAChildDoesNotInheritTheGate(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("no /proc")
	}
	p := readied(t, "again")
	require.NoError(t, p.End(limit))
	assert.Contains(t, string(p.Output()), "inherited: <nil> false true")
}

func TestWithoutAGateThereIsNone(t *testing.T) {
	arm, err := gate.Inherited()
	assert.NoError(t, err)
	assert.Nil(t, arm)
	t.Setenv(gate.Env, "nonsense")
	_, err = gate.Inherited()
	assert.ErrorContains(t, err, "want two descriptors")
}
