//go:build unix && !linux

package gate

import "syscall"

func dieWithParent(*syscall.SysProcAttr) {} // the end of its tokens tells it
