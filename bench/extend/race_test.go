//go:build race

package extend

const underRace = true
