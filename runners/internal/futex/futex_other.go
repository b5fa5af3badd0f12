//go:build !linux

package futex

import (
	"errors"
	"sync/atomic"
	"time"
)

var errUnsupported = errors.New("needs Linux futex")

// Supported says why there are no futexes here, if there are none.
func Supported() error { return errUnsupported }

func wait(*atomic.Uint32, uint32, time.Duration) bool { panic(errUnsupported) }

func wake(*atomic.Uint32, int) { panic(errUnsupported) }
