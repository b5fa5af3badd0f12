package workloads

import (
	"math"
	"time"
)

// longest is how long a job may take: a cell runs several of them, in each of
// many rounds.
const longest = 2 * time.Second

// Together is how many tasks must wait at once for a job to end in time when
// each of them waits so long: what to put into Needs. A model that runs fewer
// is not for the job.
func Together(tasks int, wait time.Duration) int {
	return min(tasks, int(math.Ceil(float64(tasks)*float64(wait)/float64(longest))))
}
