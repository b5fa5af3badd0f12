// Package record is what a run leaves behind: the schema of its files, and
// reading and writing them. It judges nothing and measures nothing, so that who
// measures and who judges share one type for each fact.
//
//	rounds.jsonl  a Round a line, in the order in which they were measured
//	bench.txt     a line for each process, in Go's benchmark format
package record

// RoundsFile is the journal in the folder of a run.
const RoundsFile = "rounds.jsonl"

// A Warning is a reason to distrust a measurement.
type Warning struct {
	Kind string `json:"kind"` // a word: governor, steal, load, cores, …
	Text string `json:"text"` // what is so, with the figure
	Do   string `json:"do"`   // what to do about it
}
