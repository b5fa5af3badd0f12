// idle: what a thread that waits holds, over so many of them: their share of
// resident memory, of page tables, and the kernel's stack. It is counted as
// bench/meter does.
//
//	idle THREADS
#include "side.h"
#include <pthread.h>

#define KERNEL_STACK (16 << 10)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t over = PTHREAD_COND_INITIALIZER;
static int threads, waiting, ended;
static pthread_t *made;

// field is a number of a file of /proc/self, in its own unit.
static int64_t field(const char *file, const char *name) {
	FILE *f = fopen(file, "r");
	if (!f)
		not_runnable(file);
	char line[256];
	long long n = -1;
	while (fgets(line, sizeof line, f))
		if (!strncmp(line, name, strlen(name)))
			n = atoll(line + strlen(name));
	fclose(f);
	if (n < 0) {
		errno = ENOENT;
		not_runnable(name);
	}
	return n;
}

static int64_t footprint(void) {
	return (field("/proc/self/smaps_rollup", "Pss:") + field("/proc/self/status", "VmPTE:")) * 1024 +
	       field("/proc/self/status", "Threads:") * KERNEL_STACK;
}

static void *idle(void *arg) {
	(void)arg;
	pthread_mutex_lock(&mutex);
	waiting++;
	while (!ended)
		pthread_cond_wait(&over, &mutex);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

// job is done once a process: the C library keeps the stacks of threads that
// ended for those to come.
static int64_t job(void) {
	if (waiting)
		wrong("a process measures one job");
	int all = 0;
	int64_t before = footprint();
	for (int i = 0; i < threads; i++)
		if ((errno = pthread_create(&made[i], NULL, idle, NULL)))
			fail("pthread_create");
	while (!all) { // the last holds the mutex until it waits
		usleep(1000);
		pthread_mutex_lock(&mutex);
		all = waiting == threads;
		pthread_mutex_unlock(&mutex);
	}
	snprintf(also, sizeof also, "\t%.1f held-B/op", (double)(footprint() - before) / threads);
	return threads;
}

int main(int argc, char **argv) {
	open_gate();
	threads = argument(argc, argv, 1);
	made = calloc(threads, sizeof *made);
	memset(made, 1, threads * sizeof *made); // its own pages are none of the threads'
	footprint();                             // nor is what reading takes
	serve(job, cpu);
	pthread_mutex_lock(&mutex);
	ended = 1;
	pthread_cond_broadcast(&over);
	pthread_mutex_unlock(&mutex);
	for (int i = 0; i < waiting; i++)
		pthread_join(made[i], NULL);
}
