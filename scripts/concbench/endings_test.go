package main

import (
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAClosedTerminalInterruptsButNotUnderNohup(t *testing.T) {
	ignored := signal.Ignored(syscall.SIGHUP) // these tests may run under nohup themselves
	assert.Equal(t, !ignored, len(endings()) == 3)
	signal.Ignore(syscall.SIGHUP)
	if !ignored {
		defer signal.Reset(syscall.SIGHUP)
	}
	assert.NotContains(t, endings(), syscall.SIGHUP)
	assert.Contains(t, endings(), syscall.SIGTERM)
}
