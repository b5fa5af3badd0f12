package uring

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// The child is this binary, in a sandbox that answers one system call with
// EPERM. It prints what New says there.
const inSandbox = "CONCBENCH_TEST_SANDBOX"

func TestMain(m *testing.M) {
	call, err := strconv.Atoi(os.Getenv(inSandbox))
	if err != nil {
		os.Exit(m.Run())
	}
	if err := forbid(call); err != nil {
		fmt.Println("no sandbox:", err)
		return
	}
	_, err = New(Config{Entries: 4, Completions: 8})
	fmt.Println(err)
}

// forbid has the kernel refuse a system call to this thread (seccomp(2)).
func forbid(call int) error {
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the call's number
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: uint32(call), Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}

func TestInARealSandbox(t *testing.T) {
	r, err := New(Config{Entries: 4, Completions: 8})
	if err != nil {
		t.Skip("not runnable:", err)
	}
	r.Close()
	for name, call := range map[string]int{
		"io_uring_setup":    unix.SYS_IO_URING_SETUP,
		"io_uring_register": unix.SYS_IO_URING_REGISTER,
		"io_uring_enter":    unix.SYS_IO_URING_ENTER,
	} {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), fmt.Sprintf("%s=%d", inSandbox, call))
		said, err := child.CombinedOutput()
		require.NoError(t, err, "%s", said)
		if len(said) > 10 && string(said[:10]) == "no sandbox" {
			t.Skipf("not runnable: %s", said)
		}
		assert.Contains(t, string(said), name)
		assert.Contains(t, string(said), "sandbox forbids")
		assert.Contains(t, string(said), "a seccomp profile that allows")
	}
}
