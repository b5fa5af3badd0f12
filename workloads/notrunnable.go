package workloads

// NotRunnable is the error of a job that this machine cannot run, and says
// why: no failure of the workload, nor of a model. Prepare and Before return
// it; errors.As finds it under a wrapping.
type NotRunnable string

func (why NotRunnable) Error() string { return "not runnable: " + string(why) }
