package runners_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

// TestParent is a part of TestWorkersEndWithAParentThatIsKilled.
func TestParent(t *testing.T) {
	if os.Getenv("PROCESSES_TEST_PARENT") == "" {
		t.Skip("a part of another test")
	}
	r := processesOf(t, 2)
	go r.Run(t.Context(), runners.Job{Spec: runners.Spec{Workload: "hour"}, Tasks: 1})
	for _, pid := range r.(runners.Parent).PIDs() {
		fmt.Println("worker", pid)
	}
	fmt.Println("all")
	select {}
}

func processesOf(t *testing.T, size int) runners.Runner {
	m, _, err := runners.Lookup("processes", size)
	require.NoError(t, err)
	r, err := m.New(runners.Config{Cores: size, Option: int64(size)})
	require.NoError(t, err)
	return r
}

// running says whether there is such a process, and no zombie.
func running(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z")
}

func TestWorkersEndWithAParentThatIsKilled(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	parent := exec.Command(self, "-test.run=^TestParent$")
	parent.Env = append(os.Environ(), "PROCESSES_TEST_PARENT=1")
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	var workers []int
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "all" {
		if number, is := strings.CutPrefix(lines.Text(), "worker "); is {
			pid, err := strconv.Atoi(number)
			require.NoError(t, err)
			workers = append(workers, pid)
		}
	}
	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait(), "killed")
	require.Len(t, workers, 2)
	for _, pid := range workers {
		assert.Eventually(t, func() bool { return !running(pid) }, 30*time.Second, 5*time.Millisecond)
	}
}

// The program is calm, and a worker inherits that from the thread that starts it;
// but its tasks sleep.
func TestWorkersArePunctual(t *testing.T) {
	r := processesOf(t, 2)
	defer r.Close()
	for round := range 2 {
		if round > 0 { // of those that come in place of others too
			victim, err := os.FindProcess(r.(runners.Parent).PIDs()[0])
			require.NoError(t, err)
			require.NoError(t, victim.Kill())
		}
		_, err := r.Run(t.Context(), runners.Job{Spec: runners.Spec{Workload: "nap"}, Tasks: 20})
		require.NoError(t, err)
		_, err = r.(runners.Parent).Usage() // when all are up
		require.NoError(t, err)
		for _, pid := range r.(runners.Parent).PIDs() {
			for _, slack := range slacks(t, pid) {
				assert.LessOrEqual(t, slack, 50_000)
			}
		}
	}
}

// slacks reads the timer slack of each thread of a process, in nanoseconds.
func slacks(t *testing.T, pid int) (ns []int) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	require.NoError(t, err)
	for _, thread := range threads {
		text, err := os.ReadFile("/proc/" + thread.Name() + "/timerslack_ns")
		if os.IsPermission(err) {
			t.Skip("not runnable: reading another thread's timer slack needs CAP_SYS_NICE")
		}
		if err != nil {
			continue // it has ended since
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(text)))
		require.NoError(t, err)
		ns = append(ns, n)
	}
	require.NotEmpty(t, ns)
	return ns
}

// A model's size may be swept.
func TestAnyNumberOfProcesses(t *testing.T) {
	for _, size := range []int{1, 9} {
		r := processesOf(t, size)
		o, err := r.Run(t.Context(), runners.Job{Spec: runners.Spec{Workload: "sum"}, Tasks: 500})
		require.NoError(t, err)
		assert.Equal(t, 500, o.Done)
		assert.Len(t, r.(runners.Parent).PIDs(), size)
		require.NoError(t, r.Close())
	}
}
