// What every C reference begins and ends with. Each takes as its first
// argument for how many nanoseconds at least it is to measure, and prints one
// line of JSON.
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

static inline void fail(const char *what) {
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void wrong(const char *what) {
	fprintf(stderr, "%s\n", what);
	exit(1);
}

// not_runnable says why this machine cannot run the program at all.
static inline void not_runnable(const char *what) {
	printf("{\"not_runnable\":\"%s: %s\"}\n", what, strerror(errno));
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
	if (n < 1) {
		fprintf(stderr, "argument %d: want a number, 1 or more\n", i);
		exit(2);
	}
	return n;
}

// limit ends a program that hangs, whatever became of who started it.
static inline void limit(void) { alarm(120); }

// measure does a job once to warm up, then until the time is over, and reports
// what all of them took. A job returns how many operations it did.
static inline void measure(int64_t span, int64_t (*job)(void), int64_t (*used)(void), uint64_t *sum) {
	job();
	int64_t ops = 0, begin = now(), before = used(), wall;
	do {
		*sum = 0;
		ops += job();
		wall = now() - begin;
	} while (wall < span);
	printf("{\"ops\":%lld,\"wall_ns\":%lld,\"cpu_ns\":%lld,\"sum\":\"%llx\"}\n", (long long)ops, (long long)wall,
	       (long long)(used() - before), (unsigned long long)*sum);
}
