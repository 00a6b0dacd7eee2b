"""Client → recorder → a brownout that fails → replay from the file: nothing differs."""
import concurrent.futures
import json
import re
import socket
import time

import pytest

from http2 import Client
from kit import KEY, Server, brownout
from wire import BODIES, PATHS, ask, chunks_of

# What goes wrong upstream, by the word in the prompt.
FAULTS = {
    "reset": "{cut: reset, at: event 3}",
    "fin": "{cut: fin, at: event 3}",
    "clean": "{cut: clean, at: event 3}",
    "byte": "{cut: reset, at: byte 100}",
    "early": "{cut: fin, at: headers}",
    "none": "{cut: reset, at: start}",
    "quiet": "no-answer",
    "limited": "{cause: rate-limited, retry-after: 1s}",
    "overloaded": "overloaded",
    "gateway": "bad-gateway",
    "event": "{cause: overloaded, at: event 2}",
    "html": "html-with-200",
    "comments": "comments",
    "bytes": "one-byte-chunks",
    "grouped": "grouped-events",
    "packed": "gzip-unasked",
    "crlf": "crlf",
    "closed": "close-delimited",
    "behind": "fin-after-answer",
    "empty": "empty-body",
    # The reason phrase of a status that everybody knows would be the standard's.
    "raw": "{raw: {status: 299, headers: {X-Odd: \"a  b\", Content-Type: text/plain}, body: tea}}",
}
RULES = "".join(
    f"  - {{name: {word}, when: {{user-text: \"*{word}*\"}}, fault: {fault}}}\n"
    for word, fault in FAULTS.items())
UPSTREAM = ("scenario: upstream\ncreated: seeded\n"
            f"pace: {{first-token: 20ms, between-tokens: 2ms}}\nrules:\n{RULES}")
WORDS = ["hello", *FAULTS]


def replaying(file, **keys):
    source = {"replay": str(file), **keys}
    return f"scenario: replaying\nsource: {json.dumps(source)}\n"


def undated(answer):
    """An answer without the time it was given at."""
    data, ending = answer
    data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", b"then", data)
    return re.sub(rb"(?mi)^date: [^\r]*", b"date: then", data), ending


def raw(server, provider, text, **options):
    return server.raw(PATHS[provider], BODIES[provider](text, **options), 20)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_every_byte_and_end_is_the_upstreams_and_then_the_recordings(serve, record, provider):
    direct, upstream = serve(UPSTREAM), serve(UPSTREAM)
    recorder = record(upstream)
    recorded = {}
    for word in WORDS:
        for stream in [False, True]:
            passed = raw(recorder, provider, word, stream=stream)
            recorded[word, stream] = passed
            assert undated(passed) == undated(raw(direct, provider, word, stream=stream)), (
                word, stream)
    recorder.stop()
    assert KEY.encode() not in recorder.file.read_bytes()
    replay = serve(replaying(recorder.file))
    for (word, stream), passed in recorded.items():
        assert raw(replay, provider, word, stream=stream) == passed, (word, stream)


def outcome(client, text, **options):
    """What an SDK makes of an answer: items or an answer, and the error."""
    try:
        if options.get("stream"):
            streamed = client.stream(text)
            return ([item.model_dump() for item in streamed.items],
                    type(streamed.error).__name__, str(streamed.error))
        return client.ask(text).model_dump(), None, None
    except Exception as error:  # Any class may come; it has to be the same one.
        headers = getattr(getattr(error, "response", None), "headers", {})
        kept = {name: headers.get(name) for name in ["retry-after", "request-id", "x-request-id"]}
        return kept, type(error).__name__, str(error)


@pytest.mark.parametrize("stream", [False, True])
def test_the_sdks_see_the_same(serve, record, connect, provider, stream):
    upstream = serve(UPSTREAM)
    recorder = record(upstream)
    words = [word for word in WORDS if word not in ("html", "raw")]
    client = connect(provider, recorder, max_retries=0)
    seen = {word: outcome(client, word, stream=stream) for word in words}
    recorder.stop()
    replay = serve(replaying(recorder.file))
    client = connect(provider, replay, max_retries=0)
    for word in words:
        assert outcome(client, word, stream=stream) == seen[word], word


def test_a_retry_gets_the_answer_that_followed(serve, record, connect, provider):
    upstream = serve(
        "scenario: flaky\nrules:\n  - {name: a, attempts: 1, "
        "fault: {cause: rate-limited, retry-after: {ms: 20ms}}}\n")
    recorder = record(upstream)
    client = connect(provider, recorder, max_retries=2)
    said = client.text(client.ask("again"))
    recorder.stop()
    replay = serve(replaying(recorder.file))
    client = connect(provider, replay, max_retries=2)
    assert client.text(client.ask("again")) == said
    assert [row["status"] for row in replay.journal()] == [429, 200]


def arrivals(server, provider, body):
    """When each byte of an answer came, in seconds since the first."""
    data = json.dumps(body).encode()
    head = (f"POST {PATHS[provider]} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
            f"anthropic-version: 2023-06-01\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n").encode()
    times = []
    with socket.create_connection((server.address.hostname, server.address.port)) as connection:
        connection.sendall(head + data)
        answer = b""
        while not answer.endswith(b"\r\n0\r\n\r\n"):
            piece = connection.recv(65536)
            times += [time.monotonic()] * len(piece)
            assert piece
            answer += piece
    return [at - times[0] for at in times]


@pytest.mark.serial
def test_gaps_are_kept(serve, record):
    upstream = serve("scenario: paced\npace: {first-token: 30ms, between-tokens: 8ms..12ms}\n"
                     "reply: {tokens: 100}\n")
    recorder = record(upstream)
    body = BODIES["openai"]("go", stream=True)
    recorded = arrivals(recorder, "openai", body)
    recorder.stop()
    replay = serve(replaying(recorder.file))
    replayed = arrivals(replay, "openai", body)
    assert len(replayed) == len(recorded)
    late = sorted(abs(one - other) for one, other in zip(recorded, replayed))
    # The benchmark measures the 99th of a hundred; a test's machine may be busy.
    assert late[len(late) // 2] < 0.02, late[-1]
    rows = replay.journal()
    assert rows[0]["source"] == "recording"


# Matching and misses


def test_a_miss_says_what_is_nearest_and_the_run_has_failed(serve, record, connect, provider):
    upstream = serve("scenario: up\n")
    recorder = record(upstream)
    client = connect(provider, recorder)
    client.ask("what is the weather in Paris")
    client.ask("what is the capital of Spain")
    recorder.stop()
    replay = serve(replaying(recorder.file))
    replay.exit_code = 1
    client = connect(provider, replay, max_retries=0)
    with pytest.raises(client.errors.NotFoundError) as caught:
        client.ask("what is the weather in Rome")
    assert "/messages/0/content" in str(caught.value)
    assert "Paris" in str(caught.value) and "Rome" in str(caught.value)
    replay.stop()
    assert "1 request found no recording" in replay.log.read_text()
    row = replay.journal()[0]
    explained = replay.explain(row["id"]).stdout
    assert "weather in Paris" in explained and "weather in Rome" in explained


@pytest.mark.parametrize("on_miss", ["synthesise", "upstream"])
def test_a_miss_can_be_answered_otherwise(serve, record, connect, provider, on_miss):
    upstream = serve("scenario: up\nreply: {text: from upstream}\n")
    recorder = record(upstream)
    client = connect(provider, recorder)
    client.ask("one")
    recorder.stop()
    keys = {"on-miss": on_miss}
    if on_miss == "upstream":
        keys["upstream"] = {"openai": f"{upstream.data}/openai/v1",
                            "anthropic": f"{upstream.data}/anthropic"}
    client = connect(provider, serve(replaying(recorder.file, **keys)))
    said = client.text(client.ask("two"))
    assert (said == "from upstream") == (on_miss == "upstream")


def test_order_says_what_comes_behind_the_last(serve, record, connect, provider):
    upstream = serve(
        "scenario: up\nrules:\n  - name: a\n    sequence: {by: arrival, steps: "
        "[{reply: {text: one}}, {reply: {text: two}}], then: {reply: {text: other}}}\n")
    recorder = record(upstream)
    client = connect(provider, recorder)
    assert [client.text(client.ask("x")) for _ in range(2)] == ["one", "two"]
    recorder.stop()
    for order, expected in [("repeat-last", ["one", "two", "two", "two"]),
                            ("cycle", ["one", "two", "one", "two"])]:
        client = connect(provider, serve(replaying(recorder.file, order=order)))
        assert [client.text(client.ask("x")) for _ in range(4)] == expected
    replay = serve(replaying(recorder.file, order="sequence"))
    replay.exit_code = 1
    client = connect(provider, replay, max_retries=0)
    assert [client.text(client.ask("x")) for _ in range(2)] == ["one", "two"]
    with pytest.raises(client.errors.NotFoundError, match="given"):
        client.ask("x")


def test_a_match_can_be_loosened(serve, record, connect, provider):
    upstream = serve("scenario: up\n")
    recorder = record(upstream)
    client = connect(provider, recorder)
    said = client.text(client.ask("same", max_tokens=50))
    recorder.stop()
    match = {"on": ["provider", "endpoint", "last-user-message"]}
    client = connect(provider, serve(replaying(recorder.file, match=match)))
    assert client.text(client.ask("same", max_tokens=60)) == said
    dropping = serve(replaying(recorder.file, match={"drop": ["/max_tokens"]}))
    client = connect(provider, dropping)
    assert client.text(client.ask("same", max_tokens=60)) == said


def test_a_stream_answers_a_plain_request_and_the_reverse(serve, record, connect, provider):
    upstream = serve("scenario: up\n")
    recorder = record(upstream)
    client = connect(provider, recorder)
    plain = client.text(client.ask("plain"))
    streamed = client.stream("streamed")
    assert streamed.error is None
    recorder.stop()
    replay = serve(replaying(recorder.file))
    client = connect(provider, replay)
    again = client.stream("plain")
    assert again.error is None
    assert said(again.items, provider) == plain
    assert client.text(client.ask("streamed")) == said(streamed.items, provider)
    notes = [row["note"] for row in replay.journal()]
    assert "given as a stream" in notes[0] and "given as a plain answer" in notes[1]


def said(items, provider):
    """The text of a stream."""
    if provider == "openai":
        return "".join(item.choices[0].delta.content or "" for item in items if item.choices)
    return "".join(item.delta.text for item in items
                   if item.type == "content_block_delta" and item.delta.type == "text_delta")


# Faults over recordings and over live traffic


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("fault", "ending"), [
    ("{cut: reset, at: event 1}", "reset"), ("{cut: fin, at: byte 40}", "fin"),
    ("{cut: reset, at: 50%}", "reset"), ("overloaded", "complete"), ("comments", None),
])
def test_faults_lie_over_recordings_and_over_live_answers(
        serve, record, provider, fault, ending, stream):
    upstream = serve("scenario: up\nreply: {tokens: 20}\n")
    recorder = record(upstream)
    ask(recorder, provider, "faulty", stream=stream)
    recorder.stop()
    rules = f"rules:\n  - {{name: a, fault: {fault}}}\n"
    live = serve(f"scenario: live\nsource: {{upstream: {{openai: \"{upstream.data}/openai/v1\", "
                 f"anthropic: \"{upstream.data}/anthropic\"}}}}\n" + rules)
    replay = serve(replaying(recorder.file) + rules)
    for server in [live, replay]:
        answer = ask(server, provider, "faulty", stream=stream)
        if fault == "{cut: reset, at: event 1}" and not stream:
            # The one event of a plain answer is its body, so the client has all of it.
            assert answer.ending == "complete"
        elif ending:
            assert answer.ending == ending
        elif stream:
            assert answer.body.count(b": keep-alive") == len(answer.events)
        if fault == "{cut: reset, at: event 1}" and stream:
            assert len(answer.body.split(b"\n\n")) == 2
        if "byte 40" in fault:
            assert len(answer.body) == 40
        injected = server.journal()[0]["injected"]
        assert injected == (ending is not None or stream)


@pytest.mark.parametrize(("fault", "ending"), [
    ("{cut: reset, at: event 2}", "reset"), ("{stall: 50ms, at: event 1}", "complete")])
def test_a_fault_lies_over_the_answer_and_not_over_the_recording(
        serve, record, provider, fault, ending):
    upstream = serve("scenario: up\nreply: {tokens: 20}\n")
    scenario = upstream.journal_file.parent / "faults.yaml"
    scenario.write_text(f"scenario: faults\nrules:\n  - {{name: a, fault: {fault}}}\n")
    recorder = record(upstream, "--scenario", str(scenario))
    seen = ask(recorder, provider, "hi", stream=True)
    assert seen.ending == ending
    recorder.stop()
    whole = ask(serve(replaying(recorder.file, pace="none")), provider, "hi", stream=True)
    assert whole.ending == "complete"
    assert whole.body.startswith(seen.body)
    assert (len(whole.events) > len(seen.events)) == (ending == "reset")


def test_a_client_that_leaves_ends_the_upstreams_answer(serve, record):
    upstream = serve("scenario: slow\npace: {between-tokens: 200ms}\nreply: {tokens: 100}\n")
    recorder = record(upstream)
    data = json.dumps(BODIES["openai"]("go", stream=True)).encode()
    with socket.create_connection((recorder.address.hostname, recorder.address.port)) as leaving:
        leaving.sendall(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
        assert leaving.recv(1000)
    rows = upstream.journal_when(1)
    assert rows[0]["ending"] == "client-left"
    recorder.stop()
    assert "ended: client-left" in recorder.file.read_text()


def test_recordings_are_listed_and_checked(serve, record, provider):
    recorder = record(serve("scenario: up\n"))
    ask(recorder, provider, "hello", stream=True)
    recorder.stop()
    listed = brownout("recordings", "list", recorder.file, "--json")
    assert listed.returncode == 0, listed.stderr
    assert brownout("recordings", "check", recorder.file).returncode == 0


def test_a_recorder_that_is_killed_says_what_was_lost(serve, tmp_path):
    upstream = serve("scenario: up\nrules:\n  - {name: slow, when: {user-text: slow}, "
                     "fault: {stall: 30s, at: event 2}}\n")
    target = tmp_path / "kept.yaml"
    options = ["--to", str(target), "--upstream", f"openai={upstream.data}/openai/v1"]
    folder = tmp_path / "killed"
    folder.mkdir()
    recorder = Server(None, folder, *options, command="record")
    assert ask(recorder, "openai", "kept", stream=True).ending == "complete"
    data = json.dumps(BODIES["openai"]("slow", stream=True)).encode()
    with socket.create_connection((recorder.address.hostname, recorder.address.port)) as waiting:
        waiting.sendall(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
        assert waiting.recv(1000)
        wait_until(lambda: target.exists() and "ended: complete" in target.read_text())
        # The note of what is in progress is written by another thread than the answer is.
        notes = tmp_path / "kept.yaml.inflight"
        wait_until(lambda: [line[0] for line in notes.read_text().splitlines()].count("+")
                   > [line[0] for line in notes.read_text().splitlines()].count("-"))
        recorder.process.kill()
        recorder.process.wait()
    folder = tmp_path / "again"
    folder.mkdir()
    again = Server(None, folder, *options, command="record")
    assert ask(again, "openai", "kept too").ending == "complete"
    again.stop()
    assert re.search(r"lost .* \(POST /v1/chat/completions\)", again.log.read_text())
    listed = brownout("recordings", "list", target, "--json")
    assert len(listed.stdout.splitlines()) == 2


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_missing_is_recorded(serve, record, provider):
    upstream = serve("scenario: up\n")
    recorder = record(upstream)
    ask(recorder, provider, "old")
    recorder.stop()
    base = {"openai": f"{upstream.data}/openai/v1", "anthropic": f"{upstream.data}/anthropic"}
    text = replaying(recorder.file, **{"on-miss": "upstream", "upstream": base})
    scenario = recorder.file.parent / "missing.yaml"
    scenario.write_text(text)
    second = record(upstream, "--scenario", str(scenario))
    ask(second, provider, "old")
    ask(second, provider, "new")
    second.stop()
    assert second.file.read_text().count("brownout-recording:") == 1
    assert "content: new" in second.file.read_text()


def test_recordings_stop_answering_when_they_are_told_to(serve, record, provider):
    recorder = record(serve("scenario: up\n"))
    for text in ["one", "two", "three"]:
        ask(recorder, provider, text)
    recorder.stop()
    replay = serve(replaying(recorder.file))
    replay.exit_code = 1
    # Recordings stand in the order in which their upstreams' answers ended.
    found = []
    for hits, text in enumerate(["one", "two"], start=1):
        assert ask(replay, provider, text).status == 200
        status, listed = replay.command("GET", "/recordings")
        assert status == 200
        assert listed["libraries"][0]["count"] == 3 and listed["libraries"][0]["hits"] == hits
        found += [one for one in listed["recordings"]
                  if one["hits"] and one["id"] not in [other["id"] for other in found]]
    key, identity = found[0]["key"], found[1]["id"]
    status, answer = replay.command("POST", "/recordings/invalidate", {"key": key})
    assert (status, answer) == (200, {"invalidated": 1})
    assert ask(replay, provider, "one").status == 404
    assert replay.command("POST", "/recordings/invalidate", {"pattern": identity})[1] == {
        "invalidated": 1}
    assert ask(replay, provider, "three").status == 200
    assert replay.command("POST", "/recordings/invalidate", {"all": True})[1] == {"invalidated": 1}
    assert ask(replay, provider, "three").status == 404
    assert replay.command("POST", "/recordings/invalidate", {"pattern": "x", "all": True})[0] == 400


def test_an_expired_recording_is_passed_over_and_named(serve, record, provider):
    recorder = record(serve("scenario: up\n"))
    ask(recorder, provider, "old")
    recorder.stop()
    text = re.sub(r"(?m)^recorded: .*$", "recorded: 2020-01-01T00:00:00.000000Z",
                  recorder.file.read_text())
    recorder.file.write_text(text)
    replay = serve(replaying(recorder.file, ttl="30d"))
    replay.exit_code = 1
    answer = ask(replay, provider, "old")
    assert answer.status == 404 and b"expired" in answer.body
    replay.stop()
    assert "1 of them expired" in replay.log.read_text()
    kept = serve(replaying(recorder.file, ttl=[{"model": "other*", "for": "1h"}]))
    assert ask(kept, provider, "old").status == 200


def test_fresh_ids_and_times(serve, record, provider):
    recorder = record(serve("scenario: up\n"))
    recorded = ask(recorder, provider, "hi").json
    recorder.stop()
    replay = serve(replaying(recorder.file, ids="fresh", created="now"))
    answer = ask(replay, provider, "hi")
    assert answer.json["id"] != recorded["id"]
    assert len(answer.json["id"]) == len(recorded["id"])
    if provider == "openai":
        assert abs(answer.json["created"] - time.time()) < 60
    assert {**answer.json, "id": 0, "created": 0} == {**recorded, "id": 0, "created": 0}
    name = "x-request-id" if provider == "openai" else "request-id"
    replay.stop()
    assert replay.explain(answer.headers[name]).returncode == 0


def test_over_http2_the_same_is_replayed(serve, record):
    recorder = record(serve("scenario: up\n"))
    recorded = ask(recorder, "openai", "hi", stream=True)
    recorder.stop()
    replay = serve(replaying(recorder.file), "--h2")
    with Client(replay) as client:
        client.answer(client.chat("hi", stream=True, model="gpt-4o-mini"))
        assert client.body(1) == recorded.body


# Every fault that is about an answer, over a recording of the same answer

REPLY = ("reply: {text: \"one two three four five six seven eight é nine ten\", "
         "tool-calls: [{name: look, arguments: {city: Paris}}, "
         "{name: look, arguments: {city: Rome}}]}\n")
# Those are about connections, or about what only happens over other transports.
ELSEWHERE = {"http2", "tls"}
ALONE = {"refuse", "accept-fin", "accept-reset", "half-open", "latency"}
# They take their time, and tests of their own.
SLOW = {"dribble", "slow-headers"}
# What follows from the exchange is in a checksum, or in a head behind another.
OPAQUE = {"gzip-unasked", "gzip-truncated", "informational-flood", "length-too-short"}
# Ids are cut into pieces, so only what the pieces add up to can be compared.
PIECES = {"one-byte-chunks", "split-events"}


def every_fault():
    listing = json.loads(brownout("faults", "--json").stdout)
    faults = listing["faults"] if isinstance(listing, dict) else listing
    return [fault for fault in faults
            if fault["family"] not in ELSEWHERE and fault["name"] not in ALONE | SLOW | OPAQUE]


def same(body):
    """A body without what follows from the exchange: ids, times, counts of the cache."""
    # A stream says less of its usage than a plain answer that is made of it could.
    body = re.sub(rb',"(prompt|completion)_tokens_details":{[^}]*}', b"", body)
    # Pages of proxies say when they were made, and the two answers may be of two seconds.
    body = re.sub(rb"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", b"then", body)
    body = re.sub(rb"(chatcmpl-|msg_|call_|toolu_|fp_|req_)\w+", rb"\1x", body)
    return re.sub(rb'"(created|obfuscation)":("[^"]*"|\d+)', rb'"\1":0', body)


@pytest.mark.serial
@pytest.mark.parametrize("stream", [False, True])
def test_every_fault_is_the_same_over_a_recording(serve, record, provider, stream):
    recorder = record(serve("scenario: up\n" + REPLY))
    tools = [{"type": "function", "function": {"name": "look"}}] if provider == "openai" else [
        {"name": "look", "input_schema": {"type": "object"}}]
    ask(recorder, provider, "hi", stream=stream, tools=tools)
    recorder.stop()
    faults = every_fault()
    assert len(faults) > 60
    rules = "rules:\n" + "".join(
        f"  - {{name: {fault['name']}, when: {{session: {fault['name']}}}, {fault['example']}}}\n"
        for fault in faults)
    made = serve("scenario: made\n" + REPLY + rules)
    replayed = serve(replaying(recorder.file) + rules)

    def answers(fault):
        return [answered(server, provider, fault, stream=stream, tools=tools)
                for server in [made, replayed]]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        seen = zip(faults, pool.map(answers, faults))
        wrong = {fault["name"]: pair for fault, pair in seen if pair[0] != pair[1]}
    assert not wrong, list(wrong)


def answered(server, provider, fault, **options):
    """What an answer is with a fault: status line, body and end."""
    body = BODIES[provider]("hi", **options)
    data, ending = server.raw(f"/s/{fault['name']}{PATHS[provider]}", body, 1.5)
    head, _, rest = data.partition(b"\r\n\r\n")
    if fault["name"] in PIECES and b"transfer-encoding" in head:
        rest = b"".join(chunks_of(rest))
    return head.split(b"\r\n")[0], same(rest), ending


def test_recordings_that_are_not_right_stop_a_scenario(tmp_path):
    journal = tmp_path / "journal.sqlite"
    (tmp_path / "bad.yaml").write_text("not: [a recording\n")
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(replaying("bad.yaml"))
    for command, code in [(["check"], 1), (["serve", "--journal", journal], 2)]:
        refused = brownout(*command, scenario)
        assert refused.returncode == code
        assert "bad.yaml:1:1: error: a recording begins with a line '---'" in refused.stderr
    assert not journal.exists()
