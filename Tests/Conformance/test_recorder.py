"""A recorder loses nothing and makes nothing up: what it cannot keep, it says."""
import contextlib
import http.client
import json
import socket
import threading
import time
import urllib.parse

import pytest

from http2 import Client
from kit import Server, brownout
from upstream import begin_stream, chunk, provider_of_bytes
from wire import BODIES, PATHS, ask

TERMINAL = {
    "openai": [b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o",'
               b'"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\n',
               b"data: [DONE]\n\n"],
    "anthropic": [b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1",'
                  b'"type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],'
                  b'"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}\n\n',
                  b'event: message_stop\ndata: {"type":"message_stop"}\n\n'],
}


def plain(handler, _body):
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "2")
    handler.end_headers()
    handler.wfile.write(b"{}")


def said(server):
    return server.log.read_text()


def replay(serve, recorder):
    return serve(f"scenario: again\nsource: {{replay: {recorder.file}, pace: none}}\n")


@pytest.mark.parametrize("coding, body", [
    ("br", b"\x0b\x02\x80{}\x03"), ("compress", b"\x1f\x9d\x90\x00"), ("gzip, snappy", b"\xff\x06"),
    ("gzip", b"\x1f\x8b\x08\x00not gzip at all" * 9000), ("GZIP", b'{"model": "gpt-4o"}'),
])
def test_a_body_in_any_coding_passes_as_it_came_and_is_matched(serve, recording, coding, body):
    with provider_of_bytes(plain) as (url, seen):
        recorder = recording(url)
        path, headers = PATHS["openai"], {"content-encoding": coding}
        assert recorder.post(path, body, headers)[0] == 200
        assert seen[0][0]["content-encoding"] == coding
        assert seen[0][1] == body
        recorder.stop()
    again = replay(serve, recorder)
    assert again.post(path, body, headers)[2] == b"{}"
    again.exit_code = 1
    assert again.post(path, body + b"x", headers)[0] == 404


@pytest.mark.parametrize("on_miss", [False, True])
def test_a_server_with_an_upstream_passes_coded_bodies_on_too(serve, tmp_path, on_miss):
    kept = tmp_path / "kept"
    kept.mkdir()
    with provider_of_bytes(plain) as (url, seen):
        source = {"upstream": {"openai": f"{url}/v1"}}
        if on_miss:
            source = {"replay": str(kept), "on-miss": "upstream", **source}
        server = serve(f"scenario: passing\nsource: {json.dumps(source)}\n", "--h2")
        with Client(server) as client:
            client.answer(client.ask({"a": 1}, **{"content-encoding": "br"}))
        assert server.post(PATHS["openai"], b"\x1f\x9d", {"content-encoding": "compress"})[0] == 200
        server.stop()
    assert [body for _, body in seen] == [b'{"a": 1}', b"\x1f\x9d"]


def test_a_provider_without_an_upstream_is_refused_and_never_made_up(serve, tmp_path, connect):
    upstream = serve("scenario: up\n")
    recorder = Server(None, tmp_path, "--to", str(tmp_path / "out.yaml"), "--upstream",
                      f"openai={upstream.data}/openai/v1", command="record")
    try:
        client = connect("anthropic", recorder, max_retries=0)
        for _ in range(2):
            with pytest.raises(client.errors.InternalServerError) as raised:
                client.ask("hi")
            assert raised.value.status_code == 502
            assert "no upstream for anthropic; give --upstream anthropic=URL" in str(raised.value)
        assert ask(recorder, "openai", "hi").status == 200
    finally:
        recorder.stop()
    log = said(recorder)
    assert "OPENAI_BASE_URL" in log and "ANTHROPIC_BASE_URL" not in log
    assert log.count("requests for anthropic are refused") == 1
    assert "1 recorded; 2 refused: no upstream for anthropic" in log


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_client_that_leaves_behind_the_last_event_has_had_the_answer(
        serve, recording, provider):
    left = threading.Event()

    def answer(handler, _body):
        begin_stream(handler)
        for event in TERMINAL[provider]:
            handler.wfile.write(chunk(event))
        left.wait(5)
        handler.wfile.write(b"0\r\n\r\n")

    with provider_of_bytes(answer) as (url, _):
        recorder = recording(url)
        body = json.dumps(BODIES[provider]("go", stream=True)).encode()
        with socket.create_connection(
                (recorder.address.hostname, recorder.address.port), timeout=10) as client:
            client.sendall(
                b"POST %b HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\nanthropic-version: "
                b"2023-06-01\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (PATHS[provider].encode(), len(body), body))
            got = b""
            while TERMINAL[provider][-1] not in got:
                got += client.recv(65536)
        deadline = time.monotonic() + 10
        while recorder.command("GET", "/exchanges")[1]["exchanges"] == []:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        left.set()
        recorder.stop()
    assert "ended: complete" in recorder.file.read_text()
    assert ask(replay(serve, recorder), provider, "go", stream=True).ending == "complete"


def test_what_the_recorder_broke_off_is_not_the_clients_doing(serve, recording):
    upstream = serve("scenario: slow\nrules:\n  - {name: slow, fault: {stall: 60s, at: event 3}}\n")
    recorder = recording(upstream.data + "/openai")
    with contextlib.closing(http.client.HTTPConnection(
            recorder.address.hostname, recorder.address.port, timeout=20)) as client:
        client.request("POST", PATHS["openai"], json.dumps(BODIES["openai"]("x", stream=True)),
                       {"content-type": "application/json", "authorization": "Bearer k"})
        client.getresponse().readline()
        recorder.stop()
    assert "ended: recorder-stopped" in recorder.file.read_text()
    assert "1 recorded, 1 of them not whole (1 broken off by this stop)" in said(recorder)
    assert len(brownout("recordings", "list", recorder.file, "--broken",
                        "--json").stdout.splitlines()) == 1
    again = replay(serve, recorder)
    assert ask(again, "openai", "x", stream=True).ending == "fin"
    assert "1 of 1 were broken off when the recorder stopped" in said(again)


def test_a_server_is_no_upstream_of_its_own(serve):
    server = serve("scenario: healthy\n")
    port = server.address.port
    for host in ["127.0.0.1", "localhost", "[::1]", "127.1"]:
        status, answer = server.command(
            "PUT", "/scenario",
            f"scenario: loop\nsource: {{upstream: {{openai: \"http://{host}:{port}/openai/v1\"}}}}\n")
        assert status == 400 or status == 422, answer
        assert "would ask itself" in json.dumps(answer)
    assert server.chat("hi")[0] == 200


def test_a_request_that_comes_back_through_a_gateway_is_known(serve, recording):
    target = []

    def gateway(handler, body):
        place = urllib.parse.urlsplit(target[0])
        onward = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
        with contextlib.closing(onward):
            onward.request("POST", "/openai" + handler.path, body, dict(handler.headers))
            answer = onward.getresponse()
            data = answer.read()
            handler.send_response(answer.status)
            handler.send_header("content-type", "application/json")
            handler.send_header("content-length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)

    with provider_of_bytes(gateway) as (url, seen):
        recorder = recording(url, exit_code=1)
        target.append(recorder.data)
        status, _, answer = recorder.chat("hi")
        assert status == 502 and b"asks itself" in answer
        assert len(seen) == 1
        assert recorder.command("GET", "/health")[1]["recordings"]["lost"] == 1
        recorder.stop()
    assert recorder.file.read_bytes() == b""


def test_recorders_stand_one_behind_the_other(serve, recording):
    upstream = serve("scenario: up\n")
    second = recording(upstream.data + "/openai")
    first = recording(second.data + "/openai")
    assert first.chat("hi")[0] == 200
    first.stop()
    assert "x-brownout" not in second.file.read_text() + first.file.read_text()


def test_what_is_not_recorded_is_counted(recording):
    with provider_of_bytes(plain) as (url, _):
        recorder = recording(url, exit_code=1)
        assert recorder.chat("one")[0] == 200
        deadline = time.monotonic() + 10
        while recorder.command("GET", "/health")[1]["recordings"]["written"] < 1:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        recorder.file.unlink()
        assert recorder.chat("two")[0] == 200
        while recorder.command("GET", "/health")[1]["recordings"]["lost"] < 1:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        health = recorder.command("GET", "/health")[1]
        assert health["status"] == "degraded"
        assert "it was removed" in health["recordings"]["trouble"]
        place = urllib.parse.urlsplit(recorder.control)
        control = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
        with contextlib.closing(control):
            control.request("GET", "/metrics")
            assert b"brownout_recordings_lost_total 1\n" in control.getresponse().read()
        recorder.stop()
    assert "1 recorded; 1 passed on and not recorded, the last because" in said(recorder)
    assert "does not hold all that was passed on" in said(recorder)


def test_a_journal_that_is_taken_away_shows(serve):
    server = serve("scenario: healthy\n")
    server.exit_code = 1
    assert server.chat("one")[0] == 200
    while server.command("GET", "/health")[1]["journal"]["written"] < 1:
        time.sleep(0.02)
    server.journal_file.unlink()
    assert server.chat("two")[0] == 200
    deadline = time.monotonic() + 10
    while (health := server.command("GET", "/health")[1])["journal"]["lost"] < 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert health["status"] == "degraded"
    assert "it was removed" in health["journal"]["trouble"]
    server.stop()
    assert "the journal lost 1" in said(server)


def test_an_answer_beyond_the_limit_passes_whole_and_is_not_kept(recording):
    event = b"data: " + b"x" * 65536 + b"\n\n"
    count = 16 * 16 + 1

    def answer(handler, _body):
        begin_stream(handler)
        for _ in range(count):
            handler.wfile.write(chunk(event))
        handler.wfile.write(b"0\r\n\r\n")

    with provider_of_bytes(answer) as (url, _):
        recorder = recording(url, exit_code=1)
        assert recorder.chat("long", stream=True)[2] == event * count
        recorder.stop()
    assert "an answer of more than 16 MiB is passed on only" in said(recorder)
    assert recorder.file.read_bytes() == b""
