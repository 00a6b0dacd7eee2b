"""What is measured. Each step starts its servers, returns figures, and leaves nothing running."""
import dataclasses
import json
import re
import statistics
import subprocess
import time

from bench.servers import BROWNOUT, capture, request_body, stop, wait_for_ready

THROUGHPUT = """scenario: throughput
reply: {tokens: 24}
rules:
  - name: streams
    when: {stream: true}
    reply: {tokens: 100}
"""

# The same answers behind a limit, an access list and fifty rules, each of which looks at the
# request another way and none of which fires.
CONDITIONS = ('{{provider: openai, model: "gpt-{0}*"}}', '{{header: {{x-team: "search-{0}*"}}}}',
              '{{user-text: "*weather in {0}*"}}', '{{body: {{/user: "tester-{0}"}}}}',
              '{{key: "sk-{0}*", stream: false}}')
IN_FORCE = THROUGHPUT + "".join(
    f"  - {{name: rule {number}, when: {CONDITIONS[number % 5].format(number)}, "
    "chance: 50%, fault: overloaded}\n" for number in range(50)) + """
access:
  allow: [127.0.0.0/8]
  deny: [""" + ", ".join(f"10.{block}.0.0/16" for block in range(50)) + """]
limits:
  - {name: tier, per: [key, model], requests: 900000000/min, input-tokens: 900000000/min}
"""

PACED = """scenario: paced
pace: {{first-token: 50ms, between-tokens: {between}ms}}
reply: {{tokens: {tokens}}}
"""

HANGING = """scenario: hanging
rules:
  - name: hang
    when: {stream: true}
    fault: {hang: forever, at: headers}
"""

LUA = """wrk.method = "POST"
wrk.body = [==[{body}]==]
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer sk-bench"
"""

GREETING = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
FIRST_TOKEN_MS = 50
# The event that opens a stream with the role comes before the first token.
LEADING_EVENTS = 1


@dataclasses.dataclass(frozen=True)
class Size:
    """How much is measured."""
    rounds: int
    seconds: int
    connections: tuple
    # Streams, milliseconds between tokens, tokens.
    paces: tuple
    held: int
    starts: int
    # Recordings and replay: connections of load; streams and tokens whose gaps are held against
    # the recording; chunks of one stream and microseconds between them; recordings of a store.
    replay_connections: int
    gap_streams: int
    gap_tokens: int
    stamps: int
    stamp_gap: int
    recordings: int


FULL = Size(rounds=5, seconds=2, connections=(16, 32, 64),
            paces=((1, 50, 100), (100, 50, 100), (1000, 50, 100), (5000, 50, 100),
                   (5000, 20, 100)),
            held=10_000, starts=15, replay_connections=32, gap_streams=50, gap_tokens=200,
            stamps=3000, stamp_gap=1000, recordings=100_000)
SMOKE = Size(rounds=5, seconds=1, connections=(32,),
             paces=((1, 50, 20), (100, 50, 20), (1000, 50, 20), (5000, 20, 50)),
             held=10_000, starts=5, replay_connections=32, gap_streams=20, gap_tokens=100,
             stamps=2000, stamp_gap=1000, recordings=100_000)


def wrk(bench, server, lua, connections, seconds):
    """Requests per second; any answer that is not a success is an error of ours."""
    output = bench.load(["wrk", "-t1", "-c", connections, "-d", f"{seconds}s", "-s", lua,
                         server.url()])
    trouble = re.search(r"Non-2xx.*|Socket errors.*", output)
    if trouble:
        raise SystemExit(f"{server.url()}: {trouble.group()}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))


def race(bench, size, servers, lua, connections):
    """The median rate of each server, measured in turns."""
    rates = {name: [] for name in servers}
    for _ in range(size.rounds):
        for name, server in servers.items():
            rates[name].append(wrk(bench, server, lua, connections, size.seconds))
    return {name: statistics.median(values) for name, values in rates.items()}


def throughput(bench, size):
    """Plain answers and whole streams per second, by connections."""
    brownout = bench.brownout(THROUGHPUT)
    unjournalled = bench.brownout(THROUGHPUT, journal=False)
    in_force = bench.brownout(IN_FORCE)
    plain, stream = capture(brownout, stream=False), capture(brownout, stream=True)
    nginx = bench.nginx(len(plain.partition(b"\r\n\r\n")[2]))
    bare = bench.bare_nio(plain, stream, "/json")
    bare_stream = bench.bare_nio(plain, stream, "/stream")
    shared = {"brownout": brownout, "brownout, no journal": unjournalled}
    plain_servers = {"brownout, in force": in_force, **shared, "bare nio": bare, "nginx": nginx}
    figures = {"plain": {}, "stream": {}, "events a stream": stream.count(b"\ndata:")}
    for kind, servers in (("plain", plain_servers),
                          ("stream", {**shared, "bare nio": bare_stream})):
        body = request_body(kind == "stream").decode()
        lua = bench.file("post.lua", LUA.format(body=body))
        for connections in size.connections:
            figures[kind][connections] = race(bench, size, servers, lua, connections)
    for server in (brownout, unjournalled, in_force, nginx, bare, bare_stream):
        stop(server.process)
    return figures


def pace_client(bench, server, streams, between, tokens):
    body = bench.file("body", request_body(stream=True))
    return json.loads(bench.load([
        bench.tools / "bench-load", "pace", "--port", server.port, "--path", server.path,
        "--body", body, "--streams", streams, "--tokens", tokens, "--skip", LEADING_EVENTS,
        "--first-us", FIRST_TOKEN_MS * 1000, "--between-us", between * 1000]))


def pacing(bench, size):
    """Lateness of tokens in microseconds, of brownout and of a bare NIO server."""
    figures = []
    for streams, between, tokens in size.paces:
        server = bench.brownout(PACED.format(between=between, tokens=tokens))
        sample = capture(server, stream=True)
        bare = bench.bare_nio(GREETING, sample, "/paced", (FIRST_TOKEN_MS * 1000, between * 1000))
        figures.append({
            "streams": streams, "tokens a second": 1000 // between,
            "brownout": pace_client(bench, server, streams, between, tokens),
            "bare nio": pace_client(bench, bare, streams, between, tokens)})
        stop(server.process)
        stop(bare.process)
    return figures


def memory(bench, size):
    """Resident kilobytes of each connection that hangs after its headers, and of each idle one."""
    return held(bench, size, "hold") | {"idle KB each": held(bench, size, "idle")["KB each"]}


def held(bench, size, command):
    server = bench.brownout(HANGING)
    for _ in range(200):
        capture(server, stream=False)
    before = server.resident_kilobytes()
    client = bench.start(
        [bench.tools / "bench-load", command, "--port", server.port, "--path", server.path,
         "--body", bench.file("body", request_body(stream=True)), "--connections", size.held],
        bench.load_core, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    held = json.loads(client.stdout.readline())["held"]
    grown = server.resident_kilobytes() - before
    stop(client)
    stop(server.process)
    return {"connections": held, "wanted": size.held, "KB each": grown / max(held, 1),
            "KB before": before}


def start_up(bench, size):
    """Milliseconds from the start of the process until both ports accept."""
    scenario = bench.file("scenario.yaml", "scenario: start\n")
    times = [start_once(bench, scenario, number) for number in range(size.starts)]
    return {"median": statistics.median(times), "max": max(times)}


def start_once(bench, scenario, number):
    ready = bench.folder / f"start-{number}.json"
    begin = time.monotonic()
    process = bench.start(
        [BROWNOUT, "serve", scenario, "--port", "0", "--control-port", "0", "--ready-file", ready,
         "--log-level", "quiet", "--journal", bench.folder / f"start-{number}.sqlite"],
        bench.server_core, stdout=subprocess.DEVNULL)
    wait_for_ready(ready, process)
    taken = (time.monotonic() - begin) * 1000
    stop(process)
    return taken


STEPS = {"start-up": start_up, "throughput": throughput, "pacing": pacing, "memory": memory}
