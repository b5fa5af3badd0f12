// spawn: so many threads that do nothing are started, one right after the
// other, and then joined; with 1, each is gone before the next is made.
//
//	spawn SPAN THREADS
#include "side.h"
#include <pthread.h>

static int threads;
static uint64_t sum; // of what the threads return

static void *one(void *arg) { return (char *)arg + 1; }

static int64_t job(void) {
	pthread_t *all = calloc(threads, sizeof *all);
	for (int i = 0; i < threads; i++)
		if ((errno = pthread_create(&all[i], NULL, one, NULL)))
			fail("pthread_create");
	for (int i = 0; i < threads; i++) {
		void *answer;
		pthread_join(all[i], &answer);
		sum += (uintptr_t)answer;
	}
	free(all);
	return threads;
}

int main(int argc, char **argv) {
	limit();
	int64_t span = argument(argc, argv, 1);
	threads = argument(argc, argv, 2);
	measure(span, job, cpu, &sum);
}
