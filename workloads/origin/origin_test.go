package origin_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/origin"
)

// parent makes this test binary a process that starts an origin, says where it
// is, and waits to be killed.
const parent = "ORIGIN_TEST_PARENT"

func TestMain(m *testing.M) {
	origin.Main()
	if os.Getenv(parent) != "" {
		p, err := origin.Start(origin.Options{})
		if err != nil {
			panic(err)
		}
		fmt.Println(p.Addr("probe"))
		select {}
	}
	os.Exit(m.Run())
}

func init() { workloads.Register(probe{}) }

// A probe is a workload whose server obeys commands, one a line.
type probe struct{}

// A self is what a server sees of its process.
type self struct {
	Procs, CPUs int
	Args        []string
	GOGC        string
}

func (probe) About() workloads.About {
	return workloads.About{Name: "probe", Kind: workloads.IO, Summary: "asks the origin", Unit: "a question",
		Quick: []workloads.Case{{Tasks: 1}}}
}
func (probe) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }
func (probe) Prepare(runners.Spec, int) (workloads.Work, error) {
	return workloads.Work{}, errors.New("not for running")
}
func (probe) Usage(address string) string { return "nc " + address + "\nand write: burn" }

func (probe) Serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			lines := bufio.NewScanner(c)
			for lines.Scan() {
				switch lines.Text() {
				case "self":
					json.NewEncoder(c).Encode(self{runtime.GOMAXPROCS(0), runtime.NumCPU(), os.Args[1:], os.Getenv("GOGC")})
				case "burn":
					fmt.Println("this is no answer") // must not reach the parent
					for start := time.Now(); time.Since(start) < 300*time.Millisecond; {
					}
					fmt.Fprintln(c, "burnt")
				case "panic":
					panic("told to")
				case "stop":
					l.Close()
				}
			}
		}()
	}
}

func start(t *testing.T, o origin.Options) *origin.Process {
	t.Helper()
	p, err := origin.Start(o)
	require.NoError(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(30*time.Second)))
	return c
}

func tell(t *testing.T, c net.Conn, command string) string {
	t.Helper()
	_, err := fmt.Fprintln(c, command)
	require.NoError(t, err)
	line, _ := bufio.NewReader(c).ReadString('\n')
	return line
}

// ended waits until the other side of c is gone.
func ended(t *testing.T, c net.Conn) {
	t.Helper()
	_, err := c.Read(make([]byte, 1))
	require.Error(t, err)
	var late net.Error
	require.False(t, errors.As(err, &late) && late.Timeout(), "the origin lives on")
}

func TestOriginIsAProcessOfItsOwnWithoutOurFlags(t *testing.T) {
	t.Setenv("GOGC", "50")
	p := start(t, origin.Options{Procs: 3, Workloads: []string{"probe"}})
	assert.NotEqual(t, os.Getpid(), p.PID())
	assert.Equal(t, 3, p.Procs())
	var s self
	require.NoError(t, json.Unmarshal([]byte(tell(t, dial(t, p.Addr("probe")), "self")), &s))
	assert.Equal(t, 3, s.Procs)
	assert.Empty(t, s.Args)
	assert.Empty(t, s.GOGC, "what is set for the model is not for the origin")
	assert.Empty(t, p.Addr("another"))
}

func TestUsageSeesTheCPUBurntInTheOrigin(t *testing.T) {
	p := start(t, origin.Options{})
	userBefore, systemBefore, err := p.Usage()
	require.NoError(t, err)
	began, spent := time.Now(), time.Duration(0)
	for spent < 30*time.Millisecond { // of 300 ms by the clock; on a busy machine the origin has less of a CPU
		require.Equal(t, "burnt\n", tell(t, dial(t, p.Addr("probe")), "burn"))
		user, system, err := p.Usage()
		require.NoError(t, err)
		spent = user + system - userBefore - systemBefore
		require.Less(t, time.Since(began), time.Minute, "%v spent", spent)
	}
	assert.Less(t, spent, time.Since(began)*time.Duration(runtime.NumCPU()+1))
}

func TestCloseEndsTheOrigin(t *testing.T) {
	p := start(t, origin.Options{})
	c := dial(t, p.Addr("probe"))
	select {
	case <-p.Done():
		require.Fail(t, "done before Close", p.Err())
	default:
	}
	require.NoError(t, p.Close())
	<-p.Done()
	assert.NoError(t, p.Err())
	ended(t, c)
	_, _, err := p.Usage()
	assert.Error(t, err)
	assert.NoError(t, p.Close(), "twice")
}

func TestADeathIsReportedWithItsLog(t *testing.T) {
	p := start(t, origin.Options{})
	ended(t, func() net.Conn { c := dial(t, p.Addr("probe")); fmt.Fprintln(c, "panic"); return c }())
	<-p.Done()
	assert.ErrorContains(t, p.Err(), "panic: told to")
	assert.ErrorContains(t, p.Err(), "exit status 2")
	_, _, err := p.Usage()
	assert.ErrorContains(t, err, "panic: told to")
	assert.Error(t, p.Close())
}

func TestAServerThatEndsEndsTheOrigin(t *testing.T) {
	p := start(t, origin.Options{})
	fmt.Fprintln(dial(t, p.Addr("probe")), "stop")
	<-p.Done()
	assert.ErrorContains(t, p.Err(), "the server of probe ended")
}

func TestKillingTheOriginIsReported(t *testing.T) {
	p := start(t, origin.Options{})
	killed, err := os.FindProcess(p.PID())
	require.NoError(t, err)
	require.NoError(t, killed.Kill())
	<-p.Done()
	assert.Error(t, p.Err())
}

func TestTheOriginEndsWithAParentThatIsKilled(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parent+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cmd.Process.Kill()
	}
	require.NoError(t, err)
	c := dial(t, address[:len(address)-1])
	require.NoError(t, cmd.Process.Kill())
	_, err = io.Copy(io.Discard, out)
	require.NoError(t, err)
	require.Error(t, cmd.Wait(), "killed")
	ended(t, c)
}

func TestWhatCannotStartIsSaid(t *testing.T) {
	_, err := origin.Start(origin.Options{Workloads: []string{"prob"}})
	assert.ErrorContains(t, err, `"probe"`)
	_, err = origin.Start(origin.Options{Procs: -1})
	assert.Error(t, err)
	_, err = origin.Start(origin.Options{CPUs: []int{1000}})
	assert.ErrorContains(t, err, "CPUs")
	t.Setenv("CONCBENCH_ORIGIN", "{}")
	_, err = origin.Start(origin.Options{})
	assert.ErrorContains(t, err, "origin.Main", "an origin that starts origins would never end")
}
