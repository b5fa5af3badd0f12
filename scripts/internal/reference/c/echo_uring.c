// echo_uring: one thread, completions by io_uring (io_uring_enter(2)), by raw
// system calls. A round trip is one send and one receive, put in the queue
// together and submitted with those of all other connections that can go on.
#include "echo.h"
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef IORING_SETUP_SINGLE_ISSUER
#define IORING_SETUP_SINGLE_ISSUER (1U << 12)
#endif
#ifndef IORING_SETUP_DEFER_TASKRUN
#define IORING_SETUP_DEFER_TASKRUN (1U << 13)
#endif
#ifndef IORING_RECVSEND_POLL_FIRST
#define IORING_RECVSEND_POLL_FIRST (1U << 0)
#endif

enum { CONNECT, SEND, RECEIVE, KINDS }; // in user_data, beside the connection

static int ring;
static unsigned queued; // and not yet submitted
static struct io_uring_sqe *sqes;
static struct io_uring_cqe *cqes;
static unsigned *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
static unsigned sq_entries;

static void *map(size_t size, off_t what) {
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, what);
	if (p == MAP_FAILED)
		fail("mmap");
	return p;
}

static void make_ring(void) {
	struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CLAMP};
	if ((ring = syscall(SYS_io_uring_setup, 4 * conns, &p)) < 0)
		not_runnable("io_uring_setup with SINGLE_ISSUER and DEFER_TASKRUN");
	char *sq = map(p.sq_off.array + p.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
	char *cq = map(p.cq_off.cqes + p.cq_entries * sizeof *cqes, IORING_OFF_CQ_RING);
	sqes = map(p.sq_entries * sizeof *sqes, IORING_OFF_SQES);
	sq_tail = (unsigned *)(sq + p.sq_off.tail);
	sq_mask = (unsigned *)(sq + p.sq_off.ring_mask);
	sq_array = (unsigned *)(sq + p.sq_off.array);
	cq_head = (unsigned *)(cq + p.cq_off.head);
	cq_tail = (unsigned *)(cq + p.cq_off.tail);
	cq_mask = (unsigned *)(cq + p.cq_off.ring_mask);
	cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	sq_entries = p.sq_entries;
}

// enter submits what is queued, and waits for so many completions.
static void enter(unsigned want) {
	int n = syscall(SYS_io_uring_enter, ring, queued, want, IORING_ENTER_GETEVENTS, NULL, 0);
	if (n < 0 && errno != EINTR)
		fail("io_uring_enter");
	if (n > 0)
		queued -= n;
}

static struct io_uring_sqe *queue(struct conn *c, int kind, int opcode) {
	while (queued == sq_entries)
		enter(0);
	unsigned at = *sq_tail & *sq_mask;
	struct io_uring_sqe *e = &sqes[at];
	memset(e, 0, sizeof *e);
	e->opcode = opcode;
	e->fd = c->fd;
	e->user_data = (uint64_t)c->i * KINDS + kind;
	sq_array[at] = at;
	__atomic_store_n(sq_tail, *sq_tail + 1, __ATOMIC_RELEASE);
	queued++;
	return e;
}

static void receive(struct conn *c) {
	struct io_uring_sqe *e = queue(c, RECEIVE, IORING_OP_RECV);
	e->addr = (uintptr_t)(c->got + c->have);
	e->len = SIZE - c->have;
	e->ioprio = IORING_RECVSEND_POLL_FIRST; // nothing can be there yet
}

static void say(struct conn *c) {
	message(c->sent, c->i, c->trip);
	struct io_uring_sqe *e = queue(c, SEND, IORING_OP_SEND);
	e->addr = (uintptr_t)c->sent;
	e->len = SIZE;
	receive(c);
}

// complete takes a completion in, and reports whether the connection has ended.
static int complete(struct conn *c, int kind, int got) {
	if (got < 0) {
		errno = -got;
		fail("io_uring");
	}
	switch (kind) {
	case CONNECT:
		say(c);
		return 0;
	case SEND:
		if (got != SIZE)
			wrong("a message was sent in parts");
		return 0;
	}
	if (got == 0)
		wrong("the origin closed the connection");
	c->have += got;
	if (c->have < SIZE) {
		receive(c);
		return 0;
	}
	check(c);
	if (c->trip < trips) {
		say(c);
		return 0;
	}
	close(c->fd);
	return 1;
}

static int64_t job(void) {
	struct conn *all = calloc(conns, sizeof *all);
	for (int i = 0; i < conns; i++) {
		all[i].i = i;
		all[i].fd = opened(0);
		struct io_uring_sqe *e = queue(&all[i], CONNECT, IORING_OP_CONNECT);
		e->addr = (uintptr_t)&origin;
		e->off = sizeof origin;
	}
	for (int live = conns; live > 0;) {
		enter(1);
		unsigned head = *cq_head, tail = __atomic_load_n(cq_tail, __ATOMIC_ACQUIRE);
		for (; head != tail; head++) {
			struct io_uring_cqe e = cqes[head & *cq_mask];
			__atomic_store_n(cq_head, head + 1, __ATOMIC_RELEASE);
			live -= complete(&all[e.user_data / KINDS], e.user_data % KINDS, e.res);
		}
	}
	for (int i = 0; i < conns; i++)
		sum += key(all[i].crc, i);
	free(all);
	return (int64_t)conns * trips;
}

int main(int argc, char **argv) {
	setup(argc, argv);
	make_ring();
	measure(job, cpu);
}
