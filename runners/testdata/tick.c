// tick: a thread that ticks each millisecond, beside threads that compute.
//
//	tick HOGS TICKS
//
// prints how late the ticks were, as JSON in nanoseconds: a tick is a relative
// sleep of 1 ms, and late by what it took beyond that. tick_test.go does the
// same with the model "threads".
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static atomic_int stop;
static _Atomic uint64_t sink;

// step is about 100 µs of computing: the same loop as in tick_test.go.
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

static int64_t now(void) {
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int ascending(const void *a, const void *b) {
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

struct ticker {
	int ticks;
	int64_t *late;
};

static void *tick(void *arg) {
	struct ticker *t = arg;
	struct timespec ms = {0, 1000000};
	for (int i = 0; i < t->ticks; i++) {
		int64_t start = now();
		clock_nanosleep(CLOCK_MONOTONIC, 0, &ms, NULL);
		t->late[i] = now() - start - 1000000;
	}
	atomic_store(&stop, 1);
	return NULL;
}

int main(int argc, char **argv) {
	if (argc != 3)
		return 2;
	int hogs = atoi(argv[1]);
	struct ticker t = {.ticks = atoi(argv[2])};
	if (hogs < 0 || t.ticks < 1)
		return 2;
	t.late = calloc(t.ticks, sizeof *t.late);
	pthread_t *threads = calloc(hogs + 1, sizeof *threads);
	for (int i = 0; i < hogs; i++)
		if (pthread_create(&threads[i], NULL, hog, (void *)(uintptr_t)i))
			return 1;
	if (pthread_create(&threads[hogs], NULL, tick, &t))
		return 1;
	for (int i = 0; i <= hogs; i++)
		pthread_join(threads[i], NULL);
	qsort(t.late, t.ticks, sizeof *t.late, ascending);
	printf("{\"p50\":%lld,\"p99\":%lld,\"max\":%lld}\n",
	       (long long)t.late[t.ticks / 2], (long long)t.late[t.ticks * 99 / 100], (long long)t.late[t.ticks - 1]);
	return 0;
}
