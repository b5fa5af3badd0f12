package workloads

import "github.com/concbench/concbench/runners"

// ServeWorker runs tasks of the registered workloads and does not return if this
// process was started as a worker; else it returns at once. See
// runners.ServeWorker; bench.Main calls it.
func ServeWorker() { runners.ServeWorker(Rebuild) }

// Rebuild prepares a job again, in a worker process.
func Rebuild(s runners.Spec, tasks int) (make func(runners.Sync) runners.Body, close func() error, err error) {
	w, err := Lookup(s.Workload)
	if err != nil {
		return nil, nil, err
	}
	work, err := w.Prepare(s, tasks)
	return work.Make, work.Close, err
}
