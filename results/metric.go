package results

// A Metric is a quantity by which the models of a row are judged. Less is
// better in all of them. There is one contest a metric, and none across them.
type Metric struct {
	Name   string
	Title  string // of a table
	Unit   string // in bench.txt
	Format func(float64) string

	// PerTask says that it is told for one task, where Unit is for a job.
	PerTask bool

	// Served says that it depends on how fast the origin answers.
	Served bool
}

var (
	Time      = Metric{Name: "time", Title: "Time for the job, all its tasks", Unit: "ns/op", Format: Duration, Served: true}
	CPU       = Metric{Name: "CPU", Title: "CPU per task, user and system", Unit: "cpu-ns/op", Format: Duration, PerTask: true}
	Footprint = Metric{Name: "memory", Title: "Memory at the job's peak, kernel's share included", Unit: "footprint-B", Format: Bytes}
)

// Metrics are those by which the models of every row are judged, but for the
// time of one that is paced.
var Metrics = []Metric{Time, CPU, Footprint}

// Other units that the reports show.
const (
	tasksPerSecond = "tasks/s"
	originBusy     = "origin-busy"
)
