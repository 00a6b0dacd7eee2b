"""What recording and replaying cost. Each step leaves nothing running."""
import re
import subprocess
import sys
import time

from bench.arrivals import percentiles, streams
from bench.measures import LUA, THROUGHPUT, race, wrk
from bench.servers import BROWNOUT, capture, request_body, stop

REPLAY = "scenario: replay\nsource: {{replay: {path}, pace: {pace}}}\n"

GAPS = """scenario: gaps
pace: {{first-token: 20ms, between-tokens: 5ms..15ms}}
reply: {{tokens: {tokens}}}
"""

UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000}

# A question of its own for each recording, and so a key.
QUESTION = '{{"model":"gpt-4o-mini","messages":[{{"role":"user","content":"Question {}?"}}]}}'
ANSWER = ('{"id":"chatcmpl-bench","object":"chat.completion","created":1750000000,"model":'
          '"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":'
          '"A brownout is a drop in voltage: the lights are dim, but they are on.","refusal":null},'
          '"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":12,'
          '"completion_tokens":18,"total_tokens":30}}')
RECORDING = """---
brownout-recording: 1
id: "{number:016x}"
recorded: 2026-01-31T09:05:07.250000Z
provider: openai
dialect: openai
upstream: http://127.0.0.1:9000/openai/v1
recorder: a benchmark
failure: false
request:
  method: POST
  path: /v1/chat/completions
  headers:
    - content-type: application/json
  text: '{question}'
response:
  status: 200
  reason: OK
  at: 1ms
  headers:
    - content-type: application/json
    - content-length: "{length}"
  chunks:
    - at: 1ms
      text: '{answer}'
  ended: complete
  ended-at: 1ms
...
"""

# Goes through all questions in steps of a prime, so that no two neighbours follow each other.
SPREAD = """local number = 0
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer sk-bench"
request = function()
    number = (number + 7919) % {count}
    local body = [==[{before}]==] .. number .. [==[{after}]==]
    return wrk.format("POST", nil, nil, body)
end
"""


def recorded(bench, upstream, *bodies):
    """A file with the answers of an upstream to some requests."""
    target = bench.file("recorded.yaml", "")
    recorder = bench.recorder(f"http://127.0.0.1:{upstream.port}/openai/v1", target)
    for body in bodies:
        streams(recorder, body) if b'"stream": true' in body else capture(recorder, stream=False)
    stop(recorder.process)
    return target


def replay(bench, size):
    """Answers per second from recordings, and the same answers synthesised."""
    synthesis = bench.brownout(THROUGHPUT)
    target = recorded(bench, synthesis, request_body(stream=False), request_body(stream=True))
    servers = {"replay": bench.brownout(REPLAY.format(path=target, pace="none")),
               "synthesis": synthesis}
    figures = {}
    for kind in ("plain", "stream"):
        lua = bench.file("post.lua", LUA.format(body=request_body(kind == "stream").decode()))
        figures[kind] = race(bench, size, servers, lua, size.replay_connections)
    for server in servers.values():
        stop(server.process)
    return figures


def gaps(bench, size):
    """Microseconds by which the gaps of a replayed stream differ from those of its recording."""
    upstream = bench.brownout(GAPS.format(tokens=size.gap_tokens))
    body = request_body(stream=True)
    target = recorded(bench, upstream, body)
    stop(upstream.process)
    server = bench.brownout(REPLAY.format(path=target, pace="recorded"))
    times = [float(number) * UNITS[unit] for number, unit in re.findall(
        r"^    - at: ([\d.]+)(us|ms|s)$", target.read_text(), re.MULTILINE)]
    differences = []
    for events in streams(server, body, size.gap_streams, begin=0.013):
        arrived = [at / 1000 for at, _ in events]
        if len(arrived) != len(times):
            raise SystemExit(f"{len(times)} chunks were recorded, and {len(arrived)} came")
        differences += [abs(gap - other) for gap, other in zip(between(arrived), between(times))]
    stop(server.process)
    return {"streams": size.gap_streams, **percentiles(differences)}


def between(times):
    return [later - earlier for earlier, later in zip(times, times[1:])]


def proxy(bench, size):
    """Microseconds from the upstream's kernel to the client, of each chunk: direct, and through a
    recorder."""
    upstream = bench.stamped(size.stamps, size.stamp_gap)
    recorder = bench.recorder(upstream.url("/v1"), bench.folder / "stamps.yaml")
    late = {"direct": [], "recorder": []}
    for _ in range(size.rounds):
        for name, server in (("direct", upstream), ("recorder", recorder)):
            events, = streams(server, request_body(stream=True))
            late[name] += [(at - int(re.search(rb'"sent": (\d+)', event)[1])) / 1000
                           for at, event in events]
    stop(recorder.process)
    stop(upstream.process)
    return {name: percentiles(values) for name, values in late.items()}


def library(bench, size):
    """Stores of few and of many recordings: what it takes to open them, and to answer from them."""
    figures = {}
    servers = {}
    for count in (1_000, size.recordings):
        begin = time.monotonic()
        store = packed(bench, count)
        taken = time.monotonic() - begin
        begin = time.monotonic()
        server = bench.brownout(REPLAY.format(path=store, pace="none"))
        servers[count] = server
        figures[count] = {"packed s": taken, "opened s": time.monotonic() - begin,
                          "opened KB": server.resident_kilobytes(),
                          "store KB": store.stat().st_size // 1024, "rates": []}
    before, after = QUESTION.format("{}").split("{}")
    for _ in range(size.rounds):
        for count, server in servers.items():
            lua = bench.file("spread.lua", SPREAD.format(count=count, before=before, after=after))
            figures[count]["rates"].append(
                wrk(bench, server, lua, size.replay_connections, size.seconds))
    for count, server in servers.items():
        figures[count]["rate"] = sorted(figures[count].pop("rates"))[size.rounds // 2]
        figures[count]["loaded KB"] = server.resident_kilobytes()
        stop(server.process)
    return figures


def packed(bench, count):
    """A store of so many recordings, each of another request."""
    folder = bench.folder / f"recordings-{count}"
    folder.mkdir()
    with (folder / "all.yaml").open("w") as file:
        for number in range(count):
            file.write(RECORDING.format(number=number, question=QUESTION.format(number),
                                        answer=ANSWER, length=len(ANSWER)))
    store = bench.folder / f"recordings-{count}.store"
    command = [BROWNOUT, "recordings", "pack", folder / "all.yaml", "--to", store]
    subprocess.run(list(map(str, command)), check=True, stdout=sys.stderr, timeout=600)
    return store


STEPS = {"replay": replay, "gaps": gaps, "proxy": proxy, "library": library}
