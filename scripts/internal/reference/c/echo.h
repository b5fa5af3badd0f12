// The work of the workload echo: what a connection sends, and the checksum of
// what comes back. It is the same as in workloads/io/echo.go and
// workloads/internal/data, so that the checksums of both sides agree.
#include "side.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define SIZE 64 // of a message, in bytes

static struct sockaddr_in origin;
static int conns, trips;
static uint64_t seed;

static inline uint64_t mix(uint64_t z) {
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

#define GOLDEN 0x9e3779b97f4a7c15

static inline uint64_t key(uint64_t seed, uint64_t n) { return mix(seed + GOLDEN * (n + 1)); }

// message makes what a connection sends on a trip.
static inline void message(char *p, int i, int trip) {
	uint64_t z = key(key(seed, i), trip);
	for (int at = 0; at < SIZE; at += 8) {
		uint64_t word = mix(z += GOLDEN);
		memcpy(p + at, &word, 8); // in the order of a little-endian machine
	}
}

// crc32c is the checksum that processors have an instruction for.
#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static inline uint32_t crc32c(uint32_t crc, const char *p) {
	uint64_t c = ~crc;
	for (int at = 0; at < SIZE; at += 8) {
		uint64_t word;
		memcpy(&word, p + at, 8);
		c = __builtin_ia32_crc32di(c, word);
	}
	return ~(uint32_t)c;
}
#elif defined(__aarch64__)
__attribute__((target("+crc"))) static inline uint32_t crc32c(uint32_t crc, const char *p) {
	uint32_t c = ~crc;
	for (int at = 0; at < SIZE; at += 8) {
		uint64_t word;
		memcpy(&word, p + at, 8);
		__asm__("crc32cx %w0, %w0, %x1" : "+r"(c) : "r"(word));
	}
	return ~c;
}
#else
static inline uint32_t crc32c(uint32_t crc, const char *p) {
	uint32_t c = ~crc;
	for (int at = 0; at < SIZE; at++) {
		c ^= (unsigned char)p[at];
		for (int bit = 0; bit < 8; bit++)
			c = c >> 1 ^ (c & 1 ? 0x82f63b78 : 0);
	}
	return ~c;
}
#endif

// A conn is one connection and what it is about.
struct conn {
	int fd, i, trip, have;
	uint32_t crc;
	char sent[SIZE], got[SIZE];
};

// check takes an answer in.
static inline void check(struct conn *c) {
	if (memcmp(c->got, c->sent, SIZE))
		wrong("what came back is not what was sent");
	c->crc = crc32c(c->crc, c->got);
	c->trip++;
	c->have = 0;
}

// opened makes a socket; connecting it is the client's own way.
static inline int opened(int flags) {
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, IPPROTO_TCP), one = 1;
	if (fd < 0)
		fail("socket");
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one))
		fail("setsockopt");
	return fd;
}

// setup reads the arguments: PORT SEED CONNS TRIPS.
static inline void setup(int argc, char **argv) {
	open_gate();
	origin.sin_family = AF_INET;
	origin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	origin.sin_port = htons(argument(argc, argv, 1));
	seed = argument(argc, argv, 2);
	conns = argument(argc, argv, 3);
	trips = argument(argc, argv, 4);
}
