"""An echo client on CPython's asyncio, for comparison with the eventloop model.

usage: client.py asyncio|uvloop streams|protocol HOST:PORT TASKS TRIPS SECONDS

A job is nearly what the workload echo does: TASKS connections at once, each of
which sends a message of 64 B and reads it back, TRIPS times, then closes. Every
message differs and every answer is compared. The Go client draws its messages
at random and sums them up as well, some 30 ns a trip, which this one is spared.
After one job to warm up it
repeats the job for SECONDS and prints one JSON object: ops (round trips),
wall_ns and cpu_ns (user + system of this process).

streams is what one writes (asyncio.open_connection); protocol is the least
that asyncio asks of a connection (a Protocol with callbacks).
"""

import asyncio
import json
import struct
import sys
import time

SIZE = 64


def message(task, trip):
    return struct.pack("<QQ", task, trip) * (SIZE // 16)


async def stream(host, port, task, trips):
    reader, writer = await asyncio.open_connection(host, port)
    for trip in range(trips):
        sent = message(task, trip)
        writer.write(sent)
        if await reader.readexactly(SIZE) != sent:
            raise ValueError("what came back is not what was sent")
    writer.close()
    await writer.wait_closed()


class Echo(asyncio.Protocol):
    """One connection: sends, awaits all of the answer, sends the next."""

    def __init__(self, task, trips, done):
        self.task, self.trips, self.done = task, trips, done
        self.trip, self.got = 0, b""

    def connection_made(self, transport):
        self.transport = transport
        self.send()

    def send(self):
        self.sent = message(self.task, self.trip)
        self.transport.write(self.sent)

    def data_received(self, data):
        self.got += data
        if len(self.got) < SIZE:
            return
        if self.got != self.sent:
            self.done.set_exception(ValueError("what came back is not what was sent"))
            self.transport.close()
            return
        self.got = b""
        self.trip += 1
        if self.trip < self.trips:
            self.send()
        else:
            self.transport.close()

    def connection_lost(self, exc):
        if not self.done.done():
            if exc is None and self.trip == self.trips:
                self.done.set_result(None)
            else:
                self.done.set_exception(exc or ConnectionError("closed by the origin"))


async def protocol(host, port, task, trips):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    await loop.create_connection(lambda: Echo(task, trips, done), host, port)
    await done


async def measure(body, host, port, tasks, trips, seconds):
    async def job():
        await asyncio.gather(*(body(host, port, task, trips) for task in range(tasks)))

    await job()
    ops, wall, cpu = 0, time.perf_counter_ns(), time.process_time_ns()
    until = wall + int(seconds * 1e9)
    while time.perf_counter_ns() < until:
        await job()
        ops += tasks * trips
    return {
        "ops": ops,
        "wall_ns": time.perf_counter_ns() - wall,
        "cpu_ns": time.process_time_ns() - cpu,
    }


def main():
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    kind, style, address, tasks, trips, seconds = sys.argv[1:]
    if kind == "uvloop":
        import uvloop

        uvloop.install()
    host, port = address.rsplit(":", 1)
    body = {"streams": stream, "protocol": protocol}[style]
    print(json.dumps(asyncio.run(measure(body, host, int(port), int(tasks), int(trips), float(seconds)))))


main()
