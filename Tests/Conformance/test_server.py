"""The process: what it survives, how it stops, and what many clients cost."""
import contextlib
import http.client
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import threading
import time
import urllib.request

import pytest

from kit import BROWNOUT, brownout

pytestmark = pytest.mark.serial

HANG = """
scenario: hang
reply: {text: "one two three four five six"}
pace: {between-tokens: 100ms}
rules:
  - {name: hang, when: {user-text: hang}, fault: {hang: forever}}
"""


def request(text, stream=False):
    body = json.dumps({"model": "gpt-4o-mini", "stream": stream,
                       "messages": [{"role": "user", "content": text}]}).encode()
    head = ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-x\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def connect(server, data=b""):
    client = socket.create_connection(("127.0.0.1", server.address.port), timeout=10)
    client.sendall(data)
    return client


def counters(server):
    with urllib.request.urlopen(f"{server.control}/health", timeout=10) as answer:
        return json.load(answer)["counters"]


def resident_kilobytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_a_killed_server_leaves_every_exchange_older_than_the_flush_interval(serve):
    server = serve()
    answered, stop = [], threading.Event()

    def ask(worker):
        client = http.client.HTTPConnection("127.0.0.1", server.address.port, timeout=10)
        with contextlib.suppress(OSError, http.client.HTTPException):
            while not stop.is_set():
                client.request("POST", "/v1/chat/completions", json.dumps(
                    {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "x"}]}),
                    {"Authorization": f"Bearer sk-{worker}"})
                response = client.getresponse()
                response.read()
                answered.append((time.monotonic(), response.headers["x-request-id"][4:20]))

    workers = [threading.Thread(target=ask, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    while len(answered) < 2000:
        assert any(worker.is_alive() for worker in workers)
    killed = time.monotonic()
    server.process.kill()
    server.exit_code = -signal.SIGKILL
    stop.set()
    for worker in workers:
        worker.join()
    kept = {exchange["id"] for exchange in server.journal()}
    due = {name for when, name in answered if when < killed - 0.1}
    assert len(due) > 100
    assert due <= kept


def test_sigterm_ends_a_stream_in_progress_well_and_cuts_off_a_hang(serve):
    server = serve(HANG)
    with connect(server, request("hang")) as hanging, connect(
            server, request("go", stream=True)) as streaming:
        assert streaming.recv(1)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        seen = b""
        while chunk := streaming.recv(65536):
            seen += chunk
        assert b"data: [DONE]" in seen
        assert hanging.recv(1) == b""
        assert server.process.wait(10) == 0
        assert time.monotonic() - began < 6
    assert sorted(exchange["ending"] for exchange in server.journal()) == ["complete", "stopped"]


def test_a_second_signal_stops_at_once(serve):
    server = serve(HANG.replace("100ms", "10s"))
    with connect(server, request("go", stream=True)) as streaming:
        assert streaming.recv(1)
        server.process.send_signal(signal.SIGINT)
        # Two signals that are pending together are one.
        while "stopping" not in server.log.read_text():
            assert server.process.poll() is None
        server.process.send_signal(signal.SIGINT)
        server.exit_code = 128 + signal.SIGINT
        assert server.process.wait(2) == server.exit_code


def test_ten_thousand_idle_connections_leave_the_server_answering(serve):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < 10_500:
        pytest.skip(f"only {hard} descriptors a process here")
    server = serve()
    server.chat("warm up")
    before = resident_kilobytes(server.process.pid)
    with contextlib.ExitStack() as stack:
        for _ in range(10_000):
            stack.enter_context(connect(server))
        began = time.monotonic()
        assert server.chat("still there?")[0] == 200
        assert time.monotonic() - began < 2
        assert resident_kilobytes(server.process.pid) - before < 10_000 * 12


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def test_descriptors_that_run_out_close_connections_and_nothing_spins(tmp_path):
    ready, log = tmp_path / "ready.json", tmp_path / "log"
    with open(log, "wb") as said:
        process = subprocess.Popen(
            [BROWNOUT, "serve", "--port", "0", "--control-port", "0", "--threads", "2",
             "--journal", str(tmp_path / "journal"), "--ready-file", str(ready)], stderr=said,
            stdout=said,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (96, 96)))
    try:
        deadline = time.monotonic() + 20
        while not (ready.exists() and ready.read_text()) and time.monotonic() < deadline:
            time.sleep(0.01)
        info = json.loads(ready.read_text())
        port = int(info["data"].rsplit(":", 1)[1])
        ask = b"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-x\r\n\r\n"
        with contextlib.ExitStack() as stack:
            held = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
                    for _ in range(150)]
            answered = closed = 0
            for client in held:
                try:
                    client.sendall(ask)
                    said = client.recv(12)
                except (ConnectionResetError, BrokenPipeError):
                    said = b""
                answered += said == b"HTTP/1.1 200"
                closed += said == b""
            assert answered > 0 and answered + closed == len(held)
            before = processor_seconds(process.pid)
            time.sleep(1)
            assert processor_seconds(process.pid) - before < 0.3
            with urllib.request.urlopen(info["control"] + "/health", timeout=5) as health:
                assert health.status == 200
        assert "ulimit" in log.read_text()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            # What was held is free again.
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                with contextlib.suppress(OSError):
                    client.sendall(ask)
                    if client.recv(12) == b"HTTP/1.1 200":
                        break
            time.sleep(0.05)
        else:
            raise AssertionError("nobody is answered any more")
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_answers_a_client_gives_up_on_are_journalled(serve):
    server = serve(HANG)
    for _ in range(3):
        with connect(server, request("hang")) as client:
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(1)
    endings = [exchange["ending"] for exchange in server.journal()]
    assert endings == ["client-left"] * 3


def test_an_answer_that_hangs_does_not_keep_the_bodies_it_answers(serve):
    server = serve(HANG)
    usual = resident_kilobytes(server.process.pid)
    data = json.dumps({"model": "gpt-4o-mini", "unknown": [1] * 1_000_000,
                       "messages": [{"role": "user", "content": "x" * 4_000_000},
                                    {"role": "user", "content": "hang"}]}).encode()
    head = ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-x\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n").encode()
    with contextlib.ExitStack() as clients:
        for count in range(1, 21):
            clients.enter_context(connect(server, head + data))
            while counters(server)["exchanges"] < count:
                time.sleep(0.01)
        # Twenty bodies of 7 MB are 140 MB as bytes and three times as much as values.
        assert resident_kilobytes(server.process.pid) - usual < 140_000


def test_a_server_goes_on_when_nobody_reads_what_it_says(tmp_path):
    ready, journal = tmp_path / "ready.json", tmp_path / "journal.sqlite"
    unread, said = os.pipe()
    os.close(unread)
    server = subprocess.Popen(
        [BROWNOUT, "serve", "--port", "0", "--control-port", "0", "--ready-file", ready,
         "--journal", journal], stdout=said, stderr=said)
    os.close(said)
    try:
        while not ready.exists():
            assert server.poll() is None
            time.sleep(0.01)
        port = int(json.loads(ready.read_text())["data"].rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(request("hello"))
            assert client.recv(15) == b"HTTP/1.1 200 OK"
            server.send_signal(signal.SIGTERM)
            assert server.wait(10) == 0
    finally:
        server.kill()
    listing = brownout("journal", "list", "--json", "--journal", journal)
    assert len(listing.stdout.splitlines()) == 1
