package uring

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// newRing makes a ring that is enabled, and its thread the test's own.
func newRing(t *testing.T, c Config) *Ring {
	t.Helper()
	r, err := New(c)
	if err != nil {
		t.Skip("not runnable:", err)
	}
	runtime.LockOSThread()
	require.NoError(t, r.Enable())
	t.Cleanup(func() {
		assert.NoError(t, r.Close())
		runtime.UnlockOSThread()
	})
	return r
}

// overModes runs a test on a ring of every mode that the kernel has.
func overModes(t *testing.T, c Config, test func(t *testing.T, r *Ring)) {
	for c.Newest = Deferred; c.Newest <= Interrupting; c.Newest++ {
		r := newRing(t, c)
		if r.Mode() == c.Newest {
			test(t, r)
		}
	}
}

// all takes n completions, waiting for as many as are not there.
func all(t *testing.T, r *Ring, n int) []CQE {
	t.Helper()
	var got []CQE
	for len(got) < n {
		if c, ok := r.Take(); ok {
			got = append(got, c)
			continue
		}
		require.NoError(t, r.Enter(true))
	}
	_, ok := r.Take()
	assert.False(t, ok)
	return got
}

func TestTheKernelsStructuresHaveTheirSizes(t *testing.T) {
	assert.EqualValues(t, 64, unsafe.Sizeof(SQE{}))
	assert.EqualValues(t, 16, unsafe.Sizeof(CQE{}))
	assert.EqualValues(t, 120, unsafe.Sizeof(params{}))
	assert.EqualValues(t, 16+256*8, unsafe.Sizeof(probe{}))
}

func TestBothQueuesWrapAround(t *testing.T) {
	overModes(t, Config{Entries: 8, Completions: 16}, func(t *testing.T, r *Ring) {
		next := uint64(0)
		for batch := range 100 {
			n := 1 + batch%8
			for range n {
				next++
				*r.Next() = SQE{Op: OpNop, UserData: next}
			}
			assert.Equal(t, n, r.Queued())
			assert.True(t, r.Pending())
			before := r.Enters()
			require.NoError(t, r.Enter(true))
			assert.Equal(t, before+1, r.Enters(), "one call for all")
			assert.Zero(t, r.Queued())
			for i, c := range all(t, r, n) {
				assert.Equal(t, CQE{UserData: next - uint64(n-1-i)}, c)
			}
			assert.False(t, r.Pending())
		}
	})
}

func TestAFullSubmissionQueueSaysSo(t *testing.T) {
	r := newRing(t, Config{Entries: 4, Completions: 8})
	for range 4 {
		*r.Next() = SQE{Op: OpNop}
	}
	assert.Nil(t, r.Next())
	require.NoError(t, r.Enter(false))
	assert.NotNil(t, r.Next())
	assert.Equal(t, 1, r.Queued())
}

func TestCompletionsForWhichThereIsNoRoomAreKept(t *testing.T) {
	overModes(t, Config{Entries: 4, Completions: 8}, func(t *testing.T, r *Ring) {
		const n = 1000
		seen := map[uint64]bool{}
		take := func(c CQE) {
			assert.False(t, seen[c.UserData])
			seen[c.UserData] = true
		}
		for i := range n {
			e := r.Next()
			for ; e == nil; e = r.Next() {
				require.NoError(t, r.Enter(false))
				if r.Queued() > 0 { // the kernel takes no more
					c, ok := r.Take()
					require.True(t, ok)
					take(c)
				}
			}
			*e = SQE{Op: OpNop, UserData: uint64(i)}
		}
		for _, c := range all(t, r, n-len(seen)) {
			take(c)
		}
		assert.Len(t, seen, n)
	})
}

func TestAFailureIsACompletion(t *testing.T) {
	r := newRing(t, Config{Entries: 4, Completions: 8})
	*r.Next() = SQE{Op: OpClose, FD: -1, UserData: 1}
	*r.Next() = SQE{Op: 255, UserData: 2}
	*r.Next() = SQE{Op: OpNop, UserData: 3}
	got := map[uint64]int32{}
	for _, c := range all(t, r, 3) {
		got[c.UserData] = c.Res
	}
	assert.Equal(t, map[uint64]int32{1: -int32(unix.EBADF), 2: -int32(unix.EINVAL), 3: 0}, got)
}

func TestWhatNobodyWantsToKnowIsSkipped(t *testing.T) {
	r := newRing(t, Config{Entries: 4, Completions: 8})
	if !r.Skips() {
		t.Skip("not runnable: Linux 5.17 or newer is needed")
	}
	*r.Next() = SQE{Op: OpNop, Flags: SkipSuccess, UserData: 1}
	*r.Next() = SQE{Op: OpClose, Flags: SkipSuccess, FD: -1, UserData: 2}
	assert.Equal(t, []CQE{{UserData: 2, Res: -int32(unix.EBADF)}}, all(t, r, 1))
}

func TestAClosedRingIsGone(t *testing.T) {
	r, err := New(Config{Entries: 4, Completions: 8})
	if err != nil {
		t.Skip("not runnable:", err)
	}
	name := fmt.Sprintf("/proc/self/fd/%d", r.fd)
	is, err := os.Readlink(name)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	now, _ := os.Readlink(name) // nothing, or something else
	assert.NotEqual(t, is, now)
}

// refusing has a system call fail as long as the test lasts.
func refusing(t *testing.T, errno unix.Errno) {
	kernel := setup
	setup = func(uint32, *params) (int, unix.Errno) { return -1, errno }
	t.Cleanup(func() { setup = kernel })
}

func TestARefusalSaysWhatWouldAllowIt(t *testing.T) {
	kernel := sysctl
	defer func() { sysctl = kernel }()
	for _, refusal := range []struct {
		errno    unix.Errno
		disabled string // the sysctl; "" if the kernel has none
		says     []string
	}{
		{unix.ENOSYS, "", []string{"no io_uring", "Linux 5.13", "seccomp", "io_uring_enter"}},
		{unix.EPERM, "1", []string{"kernel.io_uring_disabled is 1", "io_uring_group", "sysctl -w kernel.io_uring_disabled=0"}},
		{unix.EPERM, "2", []string{"kernel.io_uring_disabled is 2", "sysctl -w kernel.io_uring_disabled=0"}},
		{unix.EPERM, "0", []string{"sandbox", "seccomp"}},
		{unix.EPERM, "", []string{"sandbox", "seccomp"}},
		{unix.EACCES, "", []string{"sandbox", "seccomp"}},
		{unix.EMFILE, "", []string{"io_uring_setup: too many open files"}},
		{unix.EINVAL, "", []string{"io_uring_setup"}},
	} {
		refusing(t, refusal.errno)
		sysctl = filepath.Join(t.TempDir(), "io_uring_disabled")
		if refusal.disabled != "" {
			require.NoError(t, os.WriteFile(sysctl, []byte(refusal.disabled+"\n"), 0o600))
		}
		_, err := New(Config{Entries: 4, Completions: 8})
		require.ErrorIs(t, err, refusal.errno)
		for _, says := range refusal.says {
			assert.ErrorContains(t, err, says)
		}
	}
}

func TestAKernelThatIsTooOldIsRefused(t *testing.T) {
	c := Config{Entries: 4, Completions: 8}
	if r, err := New(c); err != nil {
		t.Skip("not runnable:", err)
	} else {
		r.Close()
	}
	c.Ops = []Op{OpNop, 250}
	_, err := New(c)
	assert.ErrorContains(t, err, "lacks operation 250")

	modern := setup
	defer func() { setup = modern }()
	tries := 0
	setup = func(entries uint32, p *params) (int, unix.Errno) {
		if tries++; p.flags&(setupDeferTaskrun|setupCoopTaskrun) != 0 {
			return -1, unix.EINVAL
		}
		fd, errno := modern(entries, p)
		p.features &^= featureRsrcTags
		return fd, errno
	}
	_, err = New(c)
	assert.ErrorContains(t, err, "too old")
	assert.Equal(t, 3, tries, "newer modes were tried first")
}

func TestASandboxThatForbidsTheOtherCallsIsNoticed(t *testing.T) {
	if r, err := New(Config{Entries: 4, Completions: 8}); err != nil {
		t.Skip("not runnable:", err)
	} else {
		r.Close()
	}
	kernel := register
	defer func() { register = kernel }()
	register = func(int, uintptr, unsafe.Pointer, uintptr) (int, unix.Errno) { return -1, unix.EPERM }
	_, err := New(Config{Entries: 4, Completions: 8})
	assert.ErrorIs(t, err, unix.EPERM)
	assert.ErrorContains(t, err, "io_uring_register")
}
