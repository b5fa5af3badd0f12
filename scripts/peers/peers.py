#!/usr/bin/env python3
"""Compare echo under the eventloop model with CPython's asyncio and uvloop.

usage: scripts/peers/peers.py [--rounds 20] [--tasks 100] [--trips 100] [--seconds 0.5] [--seed 1]

All are clients of one origin (concbench origin), each in a fresh process, all
of a round right after each other in an order drawn anew. Prints a table: the
median over the rounds of each peer's figures, and of its ratios to eventloop
in the same round with their quartiles. uvloop needs Debian's python3-uvloop,
or uvloop from PyPI; without it only asyncio is compared.
"""

import argparse
import importlib.util
import json
import os
import platform
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BASE = "eventloop"


def build(folder):
    """Compiles the command and the Go client, as cells are: without cgo."""
    env = dict(os.environ, CGO_ENABLED="0")
    for name, package in (("concbench", "./scripts/concbench"), ("side", "./scripts/internal/reference/side")):
        subprocess.run(["go", "build", "-trimpath", "-o", os.path.join(folder, name), package], cwd=ROOT, env=env, check=True)


def start_origin(folder):
    """Starts the servers and returns the process and the address of echo's."""
    origin = subprocess.Popen([os.path.join(folder, "concbench"), "origin"], stdout=subprocess.PIPE, text=True)
    for line in origin.stdout:
        found = re.match(r"echo\s+(127\.0\.0\.1:\d+)", line)
        if found:
            return origin, found.group(1)
    raise SystemExit("concbench origin ended without naming the address of echo")


def peers(folder, address, args):
    """The command of each peer, by its name."""
    port = address.rsplit(":", 1)[1]
    numbers = [str(args.tasks), str(args.trips)]
    commands = {
        model: [os.path.join(folder, "side"), "echo", model, port, "1", *numbers]
        for model in (BASE, "goroutines")
    }
    loops = ["asyncio"]
    if importlib.util.find_spec("uvloop"):
        loops.append("uvloop")
    else:
        print("uvloop is left out: it is not installed (Debian: python3-uvloop)", file=sys.stderr)
    for loop in loops:
        for style in ("streams", "protocol"):
            commands[f"{loop}, {style}"] = [
                sys.executable, os.path.join(HERE, "client.py"), loop, style, address, *numbers, str(args.seconds)]
    return commands


def measure_side(command, seconds):
    """Has the Go client, which does a job whenever it is told to, do jobs for so many seconds."""
    times, costs = [], []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as side:
        line = side.stdout.readline()
        while line.startswith(("ready ", "sample ")) and sum(times) < seconds * 1e9:
            side.stdin.write("run 1\n")
            line = side.stdout.readline()
            if found := re.match(r"sample 1 \d+ (\d+)\t.*?(\S+) cpu-ns/op.*?\t(\S+) ns/op", line):
                times.append(int(found[1]))
                costs.append((float(found[2]), float(found[3])))
        side.stdin.close()
    if side.returncode != 0 or not line.startswith("sample "):
        raise SystemExit(f"{' '.join(command)}\n{line}")
    return 1e9 / statistics.mean(time for _, time in costs), statistics.mean(cpu for cpu, _ in costs) / 1e3


def measure(command, seconds):
    """Runs one client: round trips a second, and CPU in µs a round trip."""
    if os.path.basename(command[0]) == "side":
        return measure_side(command, seconds)
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    r = json.loads(done.stdout)
    return r["ops"] / r["wall_ns"] * 1e9, r["cpu_ns"] / r["ops"] / 1e3


def spread(values):
    if len(values) < 2:
        return f"{values[0]:.2f}"
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:.2f} [{low:.2f}, {high:.2f}]"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--trips", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if min(args.rounds, args.tasks, args.trips) < 1 or args.seconds <= 0:
        parser.error("rounds, tasks and trips are 1 or more, seconds more than 0")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the origin is ended
    draw = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        origin, address = start_origin(folder)
        try:
            commands = peers(folder, address, args)
            rates = {name: [] for name in commands}
            costs = {name: [] for name in commands}
            for n in range(args.rounds):
                order = list(commands)
                draw.shuffle(order)
                for name in order:
                    rate, cost = measure(commands[name], args.seconds)
                    rates[name].append(rate)
                    costs[name].append(cost)
                print(f"round {n + 1} of {args.rounds}", file=sys.stderr)
        finally:
            origin.terminate()
            origin.wait()
    print(f"echo, {args.tasks} connections x 64 B, {args.rounds} rounds, CPython {platform.python_version()}, seed {args.seed}\n")
    print("| client | round trips/s | ÷ eventloop | CPU a round trip | ÷ eventloop |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name in commands:
        rate = [a / b for a, b in zip(rates[name], rates[BASE])]
        cost = [a / b for a, b in zip(costs[name], costs[BASE])]
        print(f"| {name} | {statistics.median(rates[name]) / 1e3:.0f}k | {spread(rate)} "
              f"| {statistics.median(costs[name]):.1f} µs | {spread(cost)} |")


main()
