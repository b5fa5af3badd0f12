// handoff: two threads that pass a token back and forth, through two pipes or
// through two queues.
//
//	handoff TRIPS pipe|queue
#include "futex.h"
#include <pthread.h>

static int trips;

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
	wake(w);
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
	await(&w);
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
		sum += take_from(&back); // of what came back
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
	open_gate();
	trips = argument(argc, argv, 1);
	if (argc > 2 && !strcmp(argv[2], "pipe")) {
		send_to = send_pipe, take_from = take_pipe;
		if (pipe(there.ends) || pipe(back.ends))
			fail("pipe");
	} else {
		send_to = send_queue, take_from = take_queue;
	}
	measure(job, cpu);
}
