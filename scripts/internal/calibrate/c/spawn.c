// spawn: so many threads that do nothing are started, one right after the
// other, and then joined; with 1, each is gone before the next is made. With
// gate, none ends before all are there.
//
//	spawn SPAN THREADS [gate]
#include "futex.h"
#include <pthread.h>

static int threads, gated;
static uint64_t sum; // of what the threads return
static atomic_int came, alive, peak;

// The gate is a queue without bound on which all threads but the last wait, and
// into which the last puts a value for each: what the Go side's tasks do with a
// queue of theirs (runners/internal/futex), which gives a value straight to the
// thread that has waited longest.
static struct {
	struct mutex mutex;
	int values;
	struct waiter *first, **last;
} gate;

static void put(void) {
	lock(&gate.mutex);
	struct waiter *w = gate.first;
	if (w) {
		if (!(gate.first = w->next))
			gate.last = &gate.first;
	} else {
		gate.values++;
	}
	unlock(&gate.mutex);
	if (w)
		wake(w);
}

static void get(void) {
	lock(&gate.mutex);
	if (gate.values > 0) {
		gate.values--;
		unlock(&gate.mutex);
		return;
	}
	struct waiter w = {0};
	*gate.last = &w;
	gate.last = &w.next;
	unlock(&gate.mutex);
	await(&w);
}

static void *one(void *arg) { return (char *)arg + 1; }

static void *at_gate(void *arg) {
	int now_alive = atomic_fetch_add(&alive, 1) + 1, most = atomic_load(&peak);
	while (now_alive > most && !atomic_compare_exchange_weak(&peak, &most, now_alive))
		;
	if (atomic_fetch_add(&came, 1) + 1 < threads)
		get();
	else
		for (int i = 1; i < threads; i++)
			put();
	atomic_fetch_sub(&alive, 1);
	return one(arg);
}

static int64_t job(void) {
	pthread_t *all = calloc(threads, sizeof *all);
	atomic_store(&came, 0);
	atomic_store(&peak, 0);
	for (int i = 0; i < threads; i++)
		if ((errno = pthread_create(&all[i], NULL, gated ? at_gate : one, NULL)))
			fail("pthread_create");
	for (int i = 0; i < threads; i++) {
		void *answer;
		pthread_join(all[i], &answer);
		sum += (uintptr_t)answer;
	}
	if (gated && atomic_load(&peak) != threads)
		wrong("the threads were not all there at once");
	free(all);
	return threads;
}

int main(int argc, char **argv) {
	limit();
	int64_t span = argument(argc, argv, 1);
	threads = argument(argc, argv, 2);
	gated = argc > 3 && !strcmp(argv[3], "gate");
	gate.last = &gate.first;
	measure(span, job, cpu, &sum);
}
