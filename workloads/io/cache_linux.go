package io

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/workloads"
)

// inMemory are file systems that have no disk below, by their magic numbers
// (statfs(2)).
var inMemory = map[int64]string{
	unix.TMPFS_MAGIC:     "tmpfs",
	unix.RAMFS_MAGIC:     "ramfs",
	unix.HUGETLBFS_MAGIC: "hugetlbfs",
}

// places are where temporary files may be, the usual first; /var/tmp outlives a
// restart (hier(7)), and so is seldom in memory.
func places() []string { return []string{os.TempDir(), "/var/tmp", "."} }

// onDisk returns the first of the directories that is on a disk. If none is,
// and there must be one, it says so.
func onDisk(dirs []string, must bool) (string, error) {
	var none []string
	for _, dir := range dirs {
		var fs unix.Statfs_t
		if unix.Statfs(dir, &fs) != nil || unix.Access(dir, unix.W_OK) != nil {
			continue
		}
		if kind, is := inMemory[int64(fs.Type)]; is {
			none = append(none, dir+" is "+kind)
			continue
		}
		return dir, nil
	}
	if must {
		return "", workloads.NotRunnable("a cold page cache needs a disk, and none of the places for temporary files is on one (" + strings.Join(none, ", ") + "): set TMPDIR to one that is")
	}
	return dirs[0], nil
}

// flush brings the files to the disk, since dirty pages cannot be evicted. All
// are begun before any is waited for.
func flush(names []string) error {
	for _, name := range names {
		if err := withFile(name, func(f *os.File) error {
			return unix.SyncFileRange(int(f.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WRITE)
		}); err != nil {
			break // not on every file system; what follows is
		}
	}
	for _, name := range names {
		if err := withFile(name, (*os.File).Sync); err != nil {
			return err
		}
	}
	return nil
}

// patience is how long the kernel may take to let go of a file's pages that it
// still has work with.
const patience = time.Second

// cool evicts the files from the page cache and returns when none of their
// pages is in it.
func (j *filesJob) cool() error {
	for _, name := range j.names {
		for start := time.Now(); ; {
			err := withFile(name, func(f *os.File) error { return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) })
			if err != nil {
				return workloads.NotRunnable("no eviction from the page cache: " + err.Error())
			}
			left, err := j.resident(name)
			if err != nil {
				return err
			}
			if left == 0 {
				break
			}
			if time.Since(start) > patience {
				return workloads.NotRunnable(fmt.Sprintf("the kernel keeps %d pages of a file in its page cache when asked to evict them", left))
			}
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}

// warm returns when every page of the files is in the page cache.
func (j *filesJob) warm() error {
	for _, name := range j.names {
		there, err := j.resident(name)
		if err == nil && there < j.pages() {
			if err = withFile(name, func(f *os.File) error { _, err := io.Copy(io.Discard, f); return err }); err == nil {
				there, err = j.resident(name)
			}
		}
		if err != nil {
			return err
		}
		if there < j.pages() {
			return workloads.NotRunnable(fmt.Sprintf("the page cache holds %d of the %d pages of a file just read: too little memory?", there, j.pages()))
		}
	}
	return nil
}

// pages is the size of a file.
func (j *filesJob) pages() int { return (j.size + os.Getpagesize() - 1) / os.Getpagesize() }

// resident returns how many pages of a file are in the page cache (mincore(2);
// of a file that is not ours it would say that all are).
//
// Note: cachestat(2) would need no mapping, but counts nothing on overlayfs.
func (j *filesJob) resident(name string) (pages int, err error) {
	err = withFile(name, func(f *os.File) error {
		mapped, err := unix.Mmap(int(f.Fd()), 0, j.size, unix.PROT_READ, unix.MAP_SHARED)
		if err != nil {
			return err
		}
		defer unix.Munmap(mapped)
		in := make([]byte, j.pages())
		if err := mincore(mapped, in); err != nil {
			return err
		}
		for _, b := range in {
			pages += int(b & 1)
		}
		return nil
	})
	if err != nil {
		return 0, workloads.NotRunnable("no look into the page cache: " + err.Error())
	}
	return pages, nil
}

func withFile(name string, do func(*os.File) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return do(f)
}

func mincore(mapped, in []byte) error {
	_, _, errno := unix.Syscall(unix.SYS_MINCORE, uintptr(unsafe.Pointer(&mapped[0])), uintptr(len(mapped)), uintptr(unsafe.Pointer(&in[0])))
	if errno != 0 {
		return errno
	}
	return nil
}
