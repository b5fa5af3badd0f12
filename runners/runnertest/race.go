//go:build race

package runnertest

// slack is by how much the race detector may slow things down.
const slack = 5
