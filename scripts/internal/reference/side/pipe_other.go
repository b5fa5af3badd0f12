//go:build !linux

package main

import "errors"

func newPipe() (way, error) { return nil, errors.New("needs Linux: pipes that block a thread") }
