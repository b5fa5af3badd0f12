package runners_test

import (
	"testing"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/runners/runnertest"
)

// Every model that is registered keeps the contract, the one that a test of
// this package adds (see addmodel_test.go) included.
func TestConform(t *testing.T) {
	for _, m := range runners.Models() {
		t.Run(m.Name, func(t *testing.T) { runnertest.Conform(t, m) })
	}
}
