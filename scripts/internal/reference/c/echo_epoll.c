// echo_epoll: one thread, non-blocking sockets, readiness by edge-triggered
// epoll.
#include "echo.h"
#include <sys/epoll.h>

static int ep;

static void say(struct conn *c) {
	message(c->sent, c->i, c->trip);
	if (write(c->fd, c->sent, SIZE) != SIZE)
		fail("write");
}

// hear takes what there is, and reports whether the connection has ended.
static int hear(struct conn *c) {
	ssize_t n = read(c->fd, c->got + c->have, SIZE - c->have);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		fail("read");
	c->have += n;
	if (c->have < SIZE)
		return 0; // and an edge comes with the rest
	check(c);
	if (c->trip < trips) {
		say(c);
		return 0;
	}
	close(c->fd);
	return 1;
}

static void connected(struct conn *c) {
	int error = 0;
	socklen_t size = sizeof error;
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) || (errno = error))
		fail("connect");
	say(c);
}

static int64_t job(void) {
	struct conn *all = calloc(conns, sizeof *all);
	char *open = calloc(conns, 1);
	for (int i = 0; i < conns; i++) {
		all[i].i = i;
		all[i].fd = opened(SOCK_NONBLOCK);
		if (connect(all[i].fd, (struct sockaddr *)&origin, sizeof origin) && errno != EINPROGRESS)
			fail("connect");
		struct epoll_event e = {EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.u32 = i}};
		if (epoll_ctl(ep, EPOLL_CTL_ADD, all[i].fd, &e))
			fail("epoll_ctl");
	}
	for (int live = conns; live > 0;) {
		struct epoll_event events[256];
		int n = epoll_wait(ep, events, 256, -1);
		if (n < 0 && errno != EINTR)
			fail("epoll_wait");
		for (int k = 0; k < n; k++) {
			struct conn *c = &all[events[k].data.u32];
			if (!open[c->i]) {
				open[c->i] = 1;
				connected(c);
			} else if (events[k].events & ~EPOLLOUT) {
				live -= hear(c);
			}
		}
	}
	for (int i = 0; i < conns; i++)
		sum += key(all[i].crc, i);
	free(open);
	free(all);
	return (int64_t)conns * trips;
}

int main(int argc, char **argv) {
	setup(argc, argv);
	if ((ep = epoll_create1(EPOLL_CLOEXEC)) < 0)
		fail("epoll_create1");
	measure(job, cpu);
}
