// What threads meet at, over futex(2) alone: as in runners/internal/futex.
#include "side.h"
#include <linux/futex.h>
#include <sys/syscall.h>

static inline void wait_on(atomic_int *word, int old) { syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0); }
static inline void wake_one(atomic_int *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0); }

// A mutex is the third of U. Drepper, "Futexes Are Tricky" (2011).
struct mutex {
	atomic_int state; // 0 free, 1 held, 2 held and awaited
};

static inline void lock(struct mutex *m) {
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

static inline void unlock(struct mutex *m) {
	if (atomic_exchange(&m->state, 0) == 2)
		wake_one(&m->state);
}

// A waiter is a thread at the empty end of a queue.
struct waiter {
	atomic_int state; // 0 new, 1 asleep or about to be, 2 woken
	uint64_t value;
	struct waiter *next;
};

// await returns once wake was called, before or after.
static inline void await(struct waiter *w) {
	int state = 0;
	if (atomic_compare_exchange_strong(&w->state, &state, 1))
		while (atomic_load(&w->state) == 1)
			wait_on(&w->state, 1);
}

// wake is called once.
static inline void wake(struct waiter *w) {
	if (atomic_exchange(&w->state, 2) == 1)
		wake_one(&w->state);
}
