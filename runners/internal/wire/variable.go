package wire

// variable is the environment variable that makes a process a worker.
const variable = "CONCBENCH_WORKER"

// FilesEach is how many descriptors a worker costs the program: its ends of the
// three pipes, that of the worker's standard error, and the one that stands for
// the process.
const FilesEach = 5
