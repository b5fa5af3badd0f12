package runnertest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/runners"
)

// What a model does not offer is skipped, with the reason.
func TestLack(t *testing.T) {
	all := runners.Needs{Together: 2, Children: true, Listener: true, Killable: true, OwnThread: true}
	assert.Empty(t, lack(runners.Offers{Together: 2, Children: true, Listener: true, Killable: true, OwnThread: true}, all))
	assert.Empty(t, lack(runners.Offers{}, runners.Needs{Together: 2}), "without a limit any number runs together")
	for _, c := range []struct {
		needs runners.Needs
		says  string
	}{
		{runners.Needs{Together: 2}, "2 tasks together needed, 1 offered"},
		{runners.Needs{Children: true}, "children"},
		{runners.Needs{Listener: true}, "listener"},
		{runners.Needs{Killable: true}, "killed"},
		{runners.Needs{OwnThread: true}, "thread"},
	} {
		assert.Contains(t, lack(runners.Offers{Together: 1}, c.needs), c.says)
	}
}

// Both suites hold the parts of the contract that both can see.
func TestEachPromiseIsMadeOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range apartChecks() {
		assert.False(t, seen[c.promise], c.promise)
		seen[c.promise] = true
	}
}
