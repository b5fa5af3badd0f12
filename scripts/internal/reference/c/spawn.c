// spawn: so many threads that do nothing. With join, each is gone before the next
// is made. With gate, they are started, one right after the other, none ends
// before all are there, and then they are joined.
//
//	spawn THREADS join|gate
#include "futex.h"
#include <pthread.h>

static int threads;
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

static pthread_t start(void *(*body)(void *)) {
	pthread_t made;
	if ((errno = pthread_create(&made, NULL, body, NULL)))
		fail("pthread_create");
	return made;
}

// join counts a thread that has ended.
static void join(pthread_t made) {
	void *answer;
	pthread_join(made, &answer);
	sum += (uintptr_t)answer;
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

static int64_t one_by_one(void) {
	for (int i = 0; i < threads; i++)
		join(start(one));
	return threads;
}

static int64_t at_once(void) {
	pthread_t *all = calloc(threads, sizeof *all);
	atomic_store(&came, 0);
	atomic_store(&peak, 0);
	for (int i = 0; i < threads; i++)
		all[i] = start(at_gate);
	for (int i = 0; i < threads; i++)
		join(all[i]);
	if (atomic_load(&peak) != threads)
		wrong("the threads were not all there at once");
	free(all);
	return threads;
}

int main(int argc, char **argv) {
	open_gate();
	threads = argument(argc, argv, 1);
	gate.last = &gate.first;
	measure(argc > 2 && !strcmp(argv[2], "gate") ? at_once : one_by_one, cpu);
}
