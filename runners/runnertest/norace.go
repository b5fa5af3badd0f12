//go:build !race

package runnertest

const slack = 1
