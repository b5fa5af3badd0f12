package uring

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel's side of linux/io_uring.h, as far as it is used.

// params is struct io_uring_params.
type params struct {
	sqEntries, cqEntries uint32
	flags                uint32
	_                    [2]uint32
	features             uint32
	_                    [4]uint32
	sq                   struct { // struct io_sqring_offsets
		head, tail, _, _, flags, _, array, _ uint32
		_                                    uint64
	}
	cq struct { // struct io_cqring_offsets
		head, tail, _, _, _, entries, _, _ uint32
		_                                  uint64
	}
}

// probe is struct io_uring_probe.
type probe struct {
	_   [4]uint32
	ops [256]struct {
		_     uint16
		flags uint16
		_     uint32
	}
}

const (
	setupCQSize       = 1 << 3
	setupDisabled     = 1 << 6
	setupSubmitAll    = 1 << 7
	setupCoopTaskrun  = 1 << 8
	setupTaskrunFlag  = 1 << 9
	setupSingleIssuer = 1 << 12
	setupDeferTaskrun = 1 << 13

	featureSingleMmap   = 1 << 0
	featureNoDrop       = 1 << 1 // completions for which there is no room are kept
	featureSubmitStable = 1 << 2 // what an SQE points to, buffers excepted, is read in Enter
	featureFastPoll     = 1 << 5 // sockets need no thread of the kernel
	featureRsrcTags     = 1 << 10
	featureSkip         = 1 << 11

	flagOverflow = 1 << 1 // of the submission queue: completions wait for room
	flagTaskrun  = 1 << 2 // and operations for Enter

	enterGetEvents = 1 << 0

	registerProbe  = 8
	registerEnable = 12

	offsetRings = 0
	offsetSQEs  = 0x10000000

	opSupported = 1 << 0
)

// modes are what a Mode asks of io_uring_setup(2).
var modes = [...]uint32{
	Deferred:     setupSingleIssuer | setupDeferTaskrun | setupTaskrunFlag | setupSubmitAll,
	Cooperative:  setupCoopTaskrun | setupTaskrunFlag | setupSubmitAll,
	Interrupting: 0,
}

// needed are the features to do without which is not worth the code. The last
// came with Linux 5.13, as PollMulti did.
const needed = featureSingleMmap | featureNoDrop | featureSubmitStable | featureFastPoll | featureRsrcTags

// Variables, so that a test can be the kernel that refuses.
var (
	setup = func(entries uint32, p *params) (int, unix.Errno) {
		fd, _, errno := unix.Syscall(unix.SYS_IO_URING_SETUP, uintptr(entries), uintptr(unsafe.Pointer(p)), 0)
		return int(fd), errno
	}
	register = func(fd int, what uintptr, arg unsafe.Pointer, n uintptr) (int, unix.Errno) {
		v, _, errno := unix.Syscall6(unix.SYS_IO_URING_REGISTER, uintptr(fd), what, uintptr(arg), n, 0, 0)
		return int(v), errno
	}
)
