// worker: a process that was forked answers questions over two pipes, one at a
// time.
//
//	worker TRIPS
#include "side.h"
#include <sys/wait.h>

// A question and its answer are about as long as what the model "processes"
// writes for a task of its own.
struct question {
	uint64_t number;
	char rest[24];
};

static int trips, ask[2], answer[2];
static pid_t worker;

static void work(void) {
	struct question q;
	close(ask[1]);
	close(tokens);
	close(answers);
	while (read(ask[0], &q, sizeof q) == sizeof q) {
		q.number++;
		if (write(answer[1], &q, sizeof q) != sizeof q)
			_exit(1);
	}
	_exit(0);
}

static int64_t job(void) {
	struct question q = {0};
	for (int i = 0; i < trips; i++) {
		q.number = i;
		if (write(ask[1], &q, sizeof q) != sizeof q)
			fail("write");
		if (read(answer[0], &q, sizeof q) != sizeof q)
			fail("read");
		sum += q.number;
	}
	return trips;
}

// both is the CPU time of this process and of its worker.
static int64_t both(void) {
	clockid_t clock;
	struct timespec ts;
	if (clock_getcpuclockid(worker, &clock) || clock_gettime(clock, &ts))
		wrong("the worker's CPU time cannot be read");
	return cpu() + ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int main(int argc, char **argv) {
	open_gate();
	trips = argument(argc, argv, 1);
	if (pipe(ask) || pipe(answer))
		fail("pipe");
	if ((worker = fork()) < 0)
		fail("fork");
	if (worker == 0)
		work();
	close(ask[0]);
	close(answer[1]);
	measure(job, both);
	close(ask[1]);
	waitpid(worker, NULL, 0);
}
