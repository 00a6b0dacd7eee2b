"""How requests come in: over HTTP/2, byte by byte, and to more than one event loop."""
import json
import re
import statistics
import subprocess

from bench.measures import THROUGHPUT, LUA, race
from bench.servers import capture, request_body, stop

CONNECTIONS = 32
STREAMS = 4


def h2load(bench, server, seconds, protocol):
    """Answers a second, each of which has to be a success."""
    body = bench.file("body", request_body(stream=False))
    output = bench.load([
        "h2load", "-t1", "-c", CONNECTIONS, "-m", STREAMS if protocol == "h2" else 1, "-D",
        seconds, *(["--h1"] if protocol == "h1" else []), "-d", body, "-H",
        "content-type: application/json", "-H", "authorization: Bearer sk-bench", server.url()])
    counts = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", output)
    if not counts or any(int(count) for count in counts.groups()[1:]):
        raise SystemExit(f"{server.url()}: not all answers are successes\n{output}")
    return float(re.search(r"([\d.]+) req/s", output).group(1))


def http2(bench, size):
    """Plain answers a second by protocol, asked by the same client."""
    server = bench.brownout(THROUGHPUT, options=["--h2"])
    rates = {"h1": [], "h2": []}
    for _ in range(size.rounds):
        for protocol, values in rates.items():
            values.append(h2load(bench, server, size.seconds, protocol))
    stop(server.process)
    return {protocol: statistics.median(values) for protocol, values in rates.items()}


def trickle(bench, size):
    """Answers a second to requests that come one byte a read, and of bare NIO."""
    ours = bench.brownout(THROUGHPUT)
    answer = capture(ours)
    bare = bench.bare_nio(answer, answer, "/json")
    body = bench.file("body", request_body(stream=False))
    rates = {"brownout": [], "bare nio": []}
    for _ in range(size.rounds):
        for name, server in (("brownout", ours), ("bare nio", bare)):
            output = bench.load([
                bench.tools / "bench-load", "trickle", "--port", server.port, "--path",
                server.path, "--body", body, "--connections", CONNECTIONS, "--us",
                size.seconds * 1_000_000])
            rates[name].append(json.loads(output)["answers"] / size.seconds)
    for server in (ours, bare):
        stop(server.process)
    return {name: statistics.median(values) for name, values in rates.items()}


def loops(bench, size):
    """Plain answers a second of one and of two event loops, both of which have both cores, with
    the load beside them."""
    lua = bench.file("post.lua", LUA.format(body=request_body(False).decode()))
    servers = {count: bench.brownout(THROUGHPUT, threads=count) for count in (1, 2)}
    for server in servers.values():
        subprocess.run(["taskset", "-a", "-p", "-c", f"{bench.server_core},{bench.load_core}",
                        str(server.process.pid)], check=True, stdout=subprocess.DEVNULL)
    rates = race(bench, size, servers, lua, CONNECTIONS)
    for server in servers.values():
        stop(server.process)
    return rates


def show(results):
    http, slow, loop = (results[name] for name in STEPS)
    print(f"\nOver HTTP/2 {http['h2']:,.0f} plain answers/s, {http['h2'] / http['h1']:.2f} of "
          f"HTTP/1.1 under the same client")
    print(f"Byte by byte {slow['brownout']:,.0f} plain answers/s, "
          f"{slow['brownout'] / slow['bare nio']:.2f} of bare NIO")
    print(f"Two loops {loop[2]:,.0f} plain answers/s, {loop[2] / loop[1]:.2f} of one, the load on "
          f"the same cores")


STEPS = {"http2": http2, "byte by byte": trickle, "loops": loops}
