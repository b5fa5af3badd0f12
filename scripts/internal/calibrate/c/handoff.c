// handoff: two threads that pass a token back and forth, through two pipes or
// through two queues.
//
//	handoff SPAN TRIPS pipe|queue
#include "side.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>

static int trips;
static uint64_t sum; // of what came back

static void wait_on(atomic_int *word, int old) { syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0); }
static void wake_one(atomic_int *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0); }

// A mutex is the third of U. Drepper, "Futexes Are Tricky" (2011).
struct mutex {
	atomic_int state; // 0 free, 1 held, 2 held and awaited
};

static void lock(struct mutex *m) {
	int state = 0;
	if (atomic_compare_exchange_strong(&m->state, &state, 1))
		return;
	if (state != 2)
		state = atomic_exchange(&m->state, 2);
	while (state != 0) {
		wait_on(&m->state, 2);
		state = atomic_exchange(&m->state, 2);
	}
}

static void unlock(struct mutex *m) {
	if (atomic_exchange(&m->state, 0) == 2)
		wake_one(&m->state);
}

// A waiter is a thread at the empty end of a queue.
struct waiter {
	atomic_int state; // 0 new, 1 asleep or about to be, 2 woken
	uint64_t value;
};

// A queue has one place. A value goes straight to the thread that waits for it,
// which finds it at hand when it wakes and needs no lock: as in
// runners/internal/futex.
struct queue {
	struct mutex mutex;
	int full;
	uint64_t value;
	struct waiter *getter;
};

static void put(struct queue *q, uint64_t value) {
	lock(&q->mutex);
	struct waiter *w = q->getter;
	if (!w) {
		if (q->full)
			wrong("a second value: the token was doubled");
		q->full = 1;
		q->value = value;
		unlock(&q->mutex);
		return;
	}
	q->getter = NULL;
	unlock(&q->mutex);
	w->value = value;
	if (atomic_exchange(&w->state, 2) == 1)
		wake_one(&w->state);
}

static uint64_t get(struct queue *q) {
	lock(&q->mutex);
	if (q->full) {
		uint64_t value = q->value;
		q->full = 0;
		unlock(&q->mutex);
		return value;
	}
	struct waiter w = {0};
	q->getter = &w;
	unlock(&q->mutex);
	int state = 0;
	if (atomic_compare_exchange_strong(&w.state, &state, 1))
		while (atomic_load(&w.state) == 1)
			wait_on(&w.state, 1);
	return w.value;
}

// A way leads from one thread to the other.
struct way {
	struct queue queue;
	int ends[2]; // of a pipe
};

static struct way there, back;
static void (*send_to)(struct way *, uint64_t);
static uint64_t (*take_from)(struct way *);

static void send_queue(struct way *w, uint64_t value) { put(&w->queue, value); }
static uint64_t take_queue(struct way *w) { return get(&w->queue); }

static void send_pipe(struct way *w, uint64_t value) {
	if (write(w->ends[1], &value, sizeof value) != sizeof value)
		fail("write");
}

static uint64_t take_pipe(struct way *w) {
	uint64_t value;
	if (read(w->ends[0], &value, sizeof value) != sizeof value)
		fail("read");
	return value;
}

static void *echo(void *arg) {
	(void)arg;
	for (int i = 0; i < trips; i++)
		send_to(&back, take_from(&there) + 1);
	return NULL;
}

static void *ask(void *arg) {
	(void)arg;
	for (int i = 0; i < trips; i++) {
		send_to(&there, i);
		sum += take_from(&back);
	}
	return NULL;
}

static int64_t job(void) {
	pthread_t a, b;
	if ((errno = pthread_create(&a, NULL, ask, NULL)) || (errno = pthread_create(&b, NULL, echo, NULL)))
		fail("pthread_create");
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return trips;
}

int main(int argc, char **argv) {
	limit();
	int64_t span = argument(argc, argv, 1);
	trips = argument(argc, argv, 2);
	if (argc > 3 && !strcmp(argv[3], "pipe")) {
		send_to = send_pipe, take_from = take_pipe;
		if (pipe(there.ends) || pipe(back.ends))
			fail("pipe");
	} else {
		send_to = send_queue, take_from = take_queue;
	}
	measure(span, job, cpu, &sum);
}
