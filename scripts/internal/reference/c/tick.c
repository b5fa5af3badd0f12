// tick: a thread that ticks each millisecond, beside threads that compute. Its
// value is the 99th percentile of how late a tick is: a relative sleep of 1 ms
// is late by what it took beyond that.
//
//	tick HOGS TICKS
#include "side.h"
#include <pthread.h>

static atomic_int stop;
static _Atomic uint64_t sink;
static int hogs, ticks;
static int64_t *late;

// step is about 100 µs of computing: the same loop as in the Go side's.
static uint64_t step(uint64_t x) {
	for (int i = 0; i < 60000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	return x;
}

static void *hog(void *arg) {
	uint64_t x = 88172645463325252 + (uintptr_t)arg;
	while (!atomic_load(&stop))
		x = step(x);
	atomic_fetch_add(&sink, x);
	return NULL;
}

static int ascending(const void *a, const void *b) {
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void *tick(void *arg) {
	(void)arg;
	struct timespec ms = {0, 1000000};
	for (int i = 0; i < ticks; i++) {
		int64_t start = now();
		clock_nanosleep(CLOCK_MONOTONIC, 0, &ms, NULL);
		late[i] = now() - start - 1000000;
	}
	atomic_store(&stop, 1);
	return NULL;
}

static int64_t job(void) {
	pthread_t *threads = calloc(hogs + 1, sizeof *threads);
	atomic_store(&stop, 0);
	for (int i = 0; i < hogs; i++)
		if ((errno = pthread_create(&threads[i], NULL, hog, (void *)(uintptr_t)i)))
			fail("pthread_create");
	if ((errno = pthread_create(&threads[hogs], NULL, tick, NULL)))
		fail("pthread_create");
	for (int i = 0; i <= hogs; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	qsort(late, ticks, sizeof *late, ascending);
	snprintf(also, sizeof also, "\t%lld p99-lag-ns", (long long)late[ticks * 99 / 100]);
	return ticks;
}

int main(int argc, char **argv) {
	open_gate();
	hogs = argument(argc, argv, 1);
	ticks = argument(argc, argv, 2);
	late = calloc(ticks, sizeof *late);
	serve(job, cpu);
}
