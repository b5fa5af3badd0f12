// What every C reference begins and ends with: it measures when it is its turn,
// and is quiet else. Package bench/gate has the protocol. Started by hand, it
// reads tokens ("run 10", "end") from its standard input.
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int tokens = STDIN_FILENO, answers = STDOUT_FILENO;
static uint64_t sum;  // checksum of a job's work; 0: it has none
static char also[64]; // further figures of the last job, each after a tab

// open_gate finds the gate that this process was started with.
static inline void open_gate(void) {
	const char *gate = getenv("CONCBENCH_GATE");
	if (gate && sscanf(gate, "%d,%d", &tokens, &answers) != 2)
		exit(2);
}

// wrong says why there are no figures; fail, with the system's reason.
static inline void wrong(const char *what) {
	dprintf(answers, "failed \"%s\"\n", what);
	exit(1);
}

static inline void fail(const char *what) {
	dprintf(answers, "failed \"%s: %s\"\n", what, strerror(errno));
	exit(1);
}

// not_runnable says why this machine cannot run the program at all.
static inline void not_runnable(const char *what) {
	dprintf(answers, "skipped \"%s: %s\"\n", what, strerror(errno));
	exit(0);
}

static inline int64_t now(void) {
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

// cpu is the CPU time of this process so far, of threads that ended too.
static inline int64_t cpu(void) {
	struct rusage u;
	if (getrusage(RUSAGE_SELF, &u))
		fail("getrusage");
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000LL + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000LL;
}

// argument is a number of the command line, 1 or more.
static inline int64_t argument(int argc, char **argv, int i) {
	int64_t n = i < argc ? atoll(argv[i]) : 0;
	if (n < 1)
		wrong("an argument is missing: want numbers, 1 or more");
	return n;
}

// token waits for one, and returns the number of jobs that it asks for, 0 for
// the end.
static inline int64_t token(void) {
	static FILE *in;
	char line[64];
	long long n;
	if (!in && !(in = fdopen(tokens, "r")))
		fail("fdopen");
	return fgets(line, sizeof line, in) && sscanf(line, "run %lld", &n) == 1 ? n : 0;
}

// serve answers each token with a sample of as many jobs. A job returns how many
// operations it did.
static inline void serve(int64_t (*job)(void), int64_t (*used)(void)) {
	dprintf(answers, "ready %s\n", program_invocation_short_name);
	for (int64_t n; (n = token()) > 0;) {
		int64_t ops = 0, before = used(), begin = now();
		for (int64_t i = 0; i < n; i++) {
			sum = 0;
			ops += job();
		}
		int64_t timed = now() - begin, cpu = used() - before;
		if (sum) // as a number that a double holds exactly
			snprintf(also, sizeof also, "\t%llu checksum", (unsigned long long)(sum & ((1ULL << 53) - 1)));
		dprintf(answers, "sample %lld 0 %lld\t%.9g ns/op\t%.9g cpu-ns/op%s\n", (long long)n, (long long)timed,
		        (double)timed / ops, (double)cpu / ops, also);
	}
}

// measure does a job to warm up, and serves.
static inline void measure(int64_t (*job)(void), int64_t (*used)(void)) {
	job();
	serve(job, used);
}
