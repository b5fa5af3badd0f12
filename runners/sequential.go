package runners

func init() {
	Register(Model{
		Name:    "sequential",
		Summary: "one task after another",
		Honest:  "the baseline: one goroutine that lives as long as the runner runs all tasks, in order",
		Usable:  true,
		Quick:   true,
		Offers: func(Config, int) Offers {
			return Offers{Together: 1, SharedMemory: true, Listener: true, OwnWorker: true}
		},
		// A pool of one claims the tasks in order, and replaces a worker that dies.
		New: func(Config) (Runner, error) { return newPool(1), nil },
	})
}
