//go:build !linux

package gil

import "errors"

// ReadFile is never called where kernel threads are not supported.
func (*Lock) ReadFile(string, []byte) (int, error) { return 0, errors.ErrUnsupported }
