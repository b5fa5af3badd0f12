package results

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAMachineDiffersByWhatMatters(t *testing.T) {
	e := Env{OS: "linux", Kernel: "6", CPU: "x", CPUs: 4, Cores: 2, Before: Moment{Load1: 3}}
	other := e
	other.Before.Load1 = 0
	assert.Empty(t, e.Differs(other))
	other.Cores, other.Kernel = 4, "7"
	assert.Equal(t, "kernel: 6, now 7; CPUs for the run: 2, now 4", e.Differs(other))
}

func TestWarningsOfAKindAreJoinedToOne(t *testing.T) {
	a, b := Warning{Kind: "load", Text: "3"}, Warning{Kind: "governor"}
	assert.Equal(t, []Warning{a, b}, Join([]Warning{a}, []Warning{{Kind: "load", Text: "4"}, b}))
}
