package record

// A Status says how a run ended.
type Status string

const (
	Running     Status = "running"      // or killed
	Complete    Status = "complete"     // all rounds
	OutOfTime   Status = "out of time"  // fewer rounds than planned, the last perhaps a part of one
	Interrupted Status = "interrupted"  // the last round may be part of one
	FailedCells Status = "failed cells" // complete or out of time, but some cells failed
)
