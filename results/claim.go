package results

// A Claim is a piece of folklore about concurrency models, and what settles it.
type Claim struct {
	ID   string
	Says string

	// Opinion is why no measurement can settle it; "" where one can.
	Opinion string

	// World, if not "", is the runtime that the claim is about, where that is not
	// the one that this suite measures.
	World string

	// Built says that the claim holds by the way the model is built: what is
	// tested is the model.
	Built bool

	// Cores is how many cores it takes to say anything.
	Cores int

	Tests []Test // which must all come out as claimed
}

// A Test compares what was measured of two sets of models, each of one with each
// of the other, in every job that it is about; or looks at one set alone.
type Test struct {
	// Jobs are patterns of the jobs: "echo/tasks=100" is every job of echo with
	// that level in its name, "echo/!load" every one without a load in it. The
	// jobs of a test that is over a sweep are those of the sweep.
	Jobs []string

	// Unit is the metric, as in bench.txt.
	Unit string

	Of, Than []string // models; no Than where Says looks at Of alone

	// ThanJob, if not "", is the pattern of the one job, of another kind than
	// Jobs, in which Than is measured; without Than each of Of is compared with
	// itself there.
	ThanJob string

	Says Relation
}

// A Relation is what a test claims.
type Relation string

const (
	Less    Relation = "less than"         // by more than the margin
	More    Relation = "more than"         // by more than the margin
	NoLess  Relation = "no less than"      // to the margin
	NoMore  Relation = "no more than"      // to the margin
	Zero    Relation = "is zero"           // in every round
	Some    Relation = "is above zero"     // in some round
	Slope   Relation = "grows less than"   // a task adds less, by more than the margin
	Farther Relation = "goes farther than" // the sweep's last point that is measured, or within its limit, is a later one
	Turns   Relation = "has a knee"        // the sweep's last point is worse than its best, by more than the margin
)

// margin is the part by which figures may differ and still be held to be the
// same.
const margin = 0.05

var (
	inALoop   = []string{"eventloop"}
	onThreads = []string{"threads"}
	pooled    = []string{"threads", "threadpool"}
	waiting   = []string{"echo/!load", "fetch/!load", "scrape", "download"}
	computing = []string{"hash/!call", "matrix", "image"}
	allOthers = []string{"sequential", "threads", "threadpool", "gil", "eventloop", "hybrid", "multiloop", "uring", "goroutines", "gopool", "errgroup", "ants", "pond"}
)

// Claims are the folklore to be judged, each with the cells that can settle it.
var Claims = []Claim{
	{ID: "wait-overlap", Built: true, Says: "On one thread, N waits take as long as the longest, not the sum",
		Tests: []Test{{Jobs: []string{"timer"}, Unit: "ns/op", Of: inALoop, Than: []string{"sequential"}, Says: Less}}},
	{ID: "io-async-wins", Says: "For I/O-bound work the event loop is faster than threads",
		Tests: []Test{{Jobs: waiting, Unit: "ns/op", Of: inALoop, Than: pooled, Says: Less}}},
	{ID: "io-threads-win", Says: "Multithreading does better with many I/O-bound operations",
		Tests: []Test{{Jobs: waiting, Unit: "ns/op", Of: onThreads, Than: inALoop, Says: Less}}},
	{ID: "threads-beat-sync", Says: "For I/O, threads beat doing one thing after another",
		Tests: []Test{{Jobs: []string{"fetch/!load", "files"}, Unit: "ns/op", Of: onThreads, Than: []string{"sequential"}, Says: Less}}},
	{ID: "cpu-threads-scale", Cores: 4, Says: "Threads run CPU work in parallel on several cores",
		Tests: []Test{{Jobs: computing, Unit: "ns/op", Of: onThreads, Than: []string{"sequential"}, Says: Less}}},
	{ID: "cpu-gil", Built: true, Says: "Under a GIL, threads gain nothing on CPU work",
		Tests: []Test{{Jobs: computing, Unit: "ns/op", Of: []string{"gil"}, Than: []string{"sequential"}, Says: NoLess}}},
	{ID: "cpu-async-poor", Built: true, Says: "An event loop gains nothing on CPU work",
		Tests: []Test{{Jobs: computing, Unit: "ns/op", Of: inALoop, Than: []string{"sequential"}, Says: NoLess}}},
	{ID: "cpu-processes", Cores: 4, Says: "CPU work needs processes",
		Tests: []Test{{Jobs: computing, Unit: "ns/op", Of: []string{"processes"}, Than: allOthers, Says: Less}}},
	{ID: "native-releases", Built: true, Cores: 4, Says: "Native code that lets go of the GIL makes threads scale",
		Tests: []Test{
			{Jobs: []string{"hash/call=block"}, Unit: "ns/op", Of: []string{"gil"}, Than: []string{"sequential"}, Says: Less},
			{Jobs: []string{"hash/call=block"}, Unit: "ns/op", Of: []string{"gil"}, Than: onThreads, Says: NoMore}}},
	{ID: "async-scales", Says: "One thread can carry a huge number of tasks; async scales furthest",
		Tests: []Test{{Jobs: []string{"idle", "timer", "echo/!load"}, Unit: "sweep", Of: inALoop, Than: []string{"threads", "goroutines"}, Says: Farther}}},
	{ID: "mem-threads", Says: "Memory grows more per thread than per coroutine",
		Tests: []Test{{Jobs: []string{"idle"}, Unit: "footprint-B", Of: []string{"eventloop", "goroutines"}, Than: onThreads, Says: Slope}}},
	{ID: "switch-cost", Says: "A kernel context switch costs more than a user-level one",
		Tests: []Test{
			{Jobs: []string{"handoff"}, Unit: "ns/op", Of: []string{"eventloop", "goroutines"}, Than: onThreads, Says: Less},
			{Jobs: []string{"spawn"}, Unit: "ns/op", Of: []string{"eventloop", "goroutines"}, Than: onThreads, Says: Less}}},
	{ID: "spawn-cost", Says: "Creating threads is what makes them slow",
		Tests: []Test{{Jobs: []string{"spawn"}, Unit: "ns/op", Of: onThreads, Than: []string{"threadpool"}, Says: More}}},
	{ID: "too-many", Says: "Too many threads lose speed; the best count varies with the work",
		Tests: []Test{{Jobs: []string{"oversubscribe"}, Unit: "work-ns", Of: onThreads, Says: Turns}}},
	{ID: "sharing-costs", Says: "Sharing memory between threads costs contention; async avoids it",
		Tests: []Test{
			{Jobs: []string{"counter/sync=mutex", "counter/sync=atomic"}, Unit: "ns/op", Of: []string{"threads", "goroutines"}, ThanJob: "counter/sync=own", Says: More},
			{Jobs: []string{"counter/sync=none/yield=never"}, Unit: "ns/op", Of: inALoop, ThanJob: "counter/sync=own", Says: NoMore}}},
	{ID: "races", Says: "Unsynchronised sharing loses updates on threads and cannot on an event loop",
		Tests: []Test{
			{Jobs: []string{"counter/sync=none"}, Unit: "lost/op", Of: []string{"threads", "goroutines"}, Says: Some},
			{Jobs: []string{"counter/sync=none"}, Unit: "lost/op", Of: inALoop, Says: Zero}}},
	{ID: "no-locks", Says: "An event loop needs no locks",
		Tests: []Test{{Jobs: []string{"counter/sync=none"}, Unit: "lost/op", Of: inALoop, Says: Zero}}},
	{ID: "block-stalls", Built: true, Says: "A blocking call blocks its own thread; in an event loop it stalls every task",
		Tests: []Test{{Jobs: []string{"blocking"}, Unit: "others-p99-ns", Of: inALoop, Than: onThreads, Says: More}}},
	{ID: "executor-helps", Says: "Handing blocking calls to an executor restores the loop",
		Tests: []Test{{Jobs: []string{"blocking"}, Unit: "others-p99-ns", Of: []string{"hybrid"}, Than: inALoop, Says: Less}}},
	{ID: "hybrid-best", Says: "Combining both gets the benefits of both",
		Tests: []Test{
			{Jobs: []string{"api", "mix"}, Unit: "ns/op", Of: []string{"hybrid"}, Than: []string{"eventloop", "threadpool"}, Says: Less},
			{Jobs: []string{"blocking"}, Unit: "others-p99-ns", Of: []string{"hybrid"}, Than: []string{"eventloop", "threadpool"}, Says: Less}}},
	{ID: "ui-responsive", Says: "Background threads keep a program responsive during long work",
		Tests: []Test{{Jobs: []string{"heartbeat"}, Unit: "lag-p99-ns", Of: onThreads, Than: inALoop, Says: Less}}},
	{ID: "preempt", Says: "Preemptive scheduling shares out CPU; cooperative lets one hog starve the rest",
		Tests: []Test{
			{Jobs: []string{"heartbeat"}, Unit: "lag-p99-ns", Of: []string{"threads", "goroutines"}, Than: inALoop, Says: Less}}},
	{ID: "files-threads", Says: "For reading files threads win, since asynchronous file I/O is poorly supported",
		Tests: []Test{{Jobs: []string{"files"}, Unit: "ns/op", Of: []string{"threadpool"}, Than: []string{"eventloop", "hybrid", "uring"}, Says: Less}}},
	{ID: "files-async", Says: "Async suits heavy file work",
		Tests: []Test{{Jobs: []string{"files"}, Unit: "ns/op", Of: []string{"eventloop", "hybrid", "uring"}, Than: []string{"threadpool"}, Says: Less}}},
	{ID: "scrape-async", Says: "For scraping with thousands of connections async wins",
		Tests: []Test{{Jobs: []string{"scrape/tasks=1000"}, Unit: "ns/op", Of: inALoop, Than: pooled, Says: Less}}},
	{ID: "chat-async", Says: "A chat server scales better on an event loop",
		Tests: []Test{{Jobs: []string{"chat"}, Unit: "delivery-p99-ns", Of: inALoop, Than: onThreads, Says: Farther}}},
	{ID: "db-async", Says: "Fetching from a database suits async",
		Tests: []Test{query("point"), query("write")}},
	{ID: "crunch-processes", Cores: 4, Says: "For data crunching use processes",
		Tests: []Test{{Jobs: []string{"classify", "matrix"}, Unit: "ns/op", Of: []string{"processes"}, Than: allOthers, Says: Less}}},
	{ID: "errors-contained", Says: "An error in one async task leaves the others alone; in threads it may spread",
		Tests: []Test{
			// That the other tasks complete is verified in every op.
			{Jobs: []string{"faults/fault=error/share=50"}, Unit: "ns/op", Of: inALoop, ThanJob: "faults/fault=none", Says: NoMore},
			{Jobs: []string{"faults/fault=error/share=50"}, Unit: "ns/op", Of: onThreads, ThanJob: "faults/fault=none", Says: More},
			{Jobs: []string{"faults/fault=cancel"}, Unit: "cancel-ns", Of: inALoop, Than: onThreads, Says: Less}}},
	{ID: "uvloop-faster", World: "cpython", Says: "uvloop is a faster event loop than asyncio's own"},
	{ID: "async-lean", Says: "Async needs less CPU for the same I/O",
		Tests: []Test{{Jobs: []string{"echo/!load", "fetch/!load"}, Unit: "cpu-ns/op", Of: inALoop, Than: pooled, Says: Less}}},
	{ID: "easier-threads, easier-async", Says: "Threads are simpler; async is simpler", Opinion: "whose reader is to find it simple?"},
	{ID: "debug-threads, debug-async", Says: "Threads are harder to debug; async is harder to debug", Opinion: "whose bug, and with what tools?"},
}

// query compares an event loop that speaks the database's protocol itself with
// threads that call a blocking driver.
func query(op string) Test {
	return Test{Jobs: []string{"query/db=postgres/op=" + op}, Unit: "ns/op", Of: inALoop, Than: pooled, ThanJob: "query/db=blocking/op=" + op, Says: Less}
}

// OverSweeps says whether the test is about sweeps, not about jobs one by one.
func (t Test) OverSweeps() bool { return t.Says == Slope || t.Says == Farther || t.Says == Turns }

// Words says what the test claims.
func (t Test) Words() string {
	text := join(t.Of) + " " + string(t.Says)
	if len(t.Than) > 0 {
		text += " " + join(t.Than)
	}
	if t.ThanJob != "" {
		if len(t.Than) == 0 {
			text += " the same"
		}
		text += " in " + t.ThanJob
	}
	return text
}
