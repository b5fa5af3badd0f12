package bench

import (
	"runtime"
	"sync"
)

// Cores is the number of CPUs that this process may use: its affinity and its
// cgroup's quota as they were at the first call, whatever GOMAXPROCS says. A
// quota counts as at least 2, as the Go runtime has it.
var Cores = sync.OnceValue(func() int {
	was := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(was)
	runtime.SetDefaultGOMAXPROCS()
	return runtime.GOMAXPROCS(0)
})
