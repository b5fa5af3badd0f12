// echo_pthread: a thread per connection, blocking calls.
#include "echo.h"
#include <pthread.h>

static void *client(void *arg) {
	struct conn *c = arg;
	c->fd = opened(0);
	if (connect(c->fd, (struct sockaddr *)&origin, sizeof origin))
		fail("connect");
	while (c->trip < trips) {
		message(c->sent, c->i, c->trip);
		if (write(c->fd, c->sent, SIZE) != SIZE)
			fail("write");
		while (c->have < SIZE) {
			ssize_t n = read(c->fd, c->got + c->have, SIZE - c->have);
			if (n <= 0)
				fail("read");
			c->have += n;
		}
		check(c);
	}
	close(c->fd);
	return NULL;
}

static int64_t job(void) {
	struct conn *all = calloc(conns, sizeof *all);
	pthread_t *threads = calloc(conns, sizeof *threads);
	for (int i = 0; i < conns; i++) {
		all[i].i = i;
		if ((errno = pthread_create(&threads[i], NULL, client, &all[i])))
			fail("pthread_create");
	}
	for (int i = 0; i < conns; i++) {
		pthread_join(threads[i], NULL);
		sum += key(all[i].crc, i);
	}
	free(threads);
	free(all);
	return (int64_t)conns * trips;
}

int main(int argc, char **argv) {
	setup(argc, argv);
	measure(job, cpu);
}
