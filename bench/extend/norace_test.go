//go:build !race

package extend

const underRace = false
