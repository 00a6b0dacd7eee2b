"""Long answers cost a recorder, and a server that replays them, a stated small amount of memory."""
import contextlib
import hashlib
import http.client
import json
import re
import threading
import time

import pytest

from kit import KEY
from upstream import begin_stream, chunk, provider_of_bytes

pytestmark = pytest.mark.serial

MIB = 1 << 20
PATH = "/openai/v1/chat/completions"


def event(number, size):
    """An event whose text is of so many bytes, none of them like those of another."""
    text = hashlib.shake_128(b"%d" % number).hexdigest(size // 2).encode()
    return (b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini",'
            b'"choices":[{"index":0,"delta":{"content":"' + text + b'"},"finish_reason":null}]}\n\n')


@contextlib.contextmanager
def provider_of_events(bytes_of_texts, size=64_000):
    """A provider of one long stream; its URL, the stream's digest, and how much was sent."""
    count = bytes_of_texts // size
    last = b"data: [DONE]\n\n"
    digest = hashlib.sha256()
    for number in range(count):
        digest.update(event(number, size))
    digest.update(last)
    sent = [0]

    def answer(handler, _body):
        begin_stream(handler)
        for number in range(count):
            handler.wfile.write(chunk(event(number, size)))
            sent[0] += size
        handler.wfile.write(chunk(last) + b"0\r\n\r\n")

    with provider_of_bytes(answer) as (url, _):
        yield url, digest.hexdigest(), sent


@contextlib.contextmanager
def asked(server, stream=True, timeout=120):
    """A request's answer, of which nothing is read yet."""
    connection = http.client.HTTPConnection(
        server.address.hostname, server.address.port, timeout=timeout)
    with contextlib.closing(connection):
        body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}
        connection.request(
            "POST", PATH, json.dumps({**body, "stream": True} if stream else body),
            {"content-type": "application/json", "authorization": f"Bearer {KEY}"})
        answer = connection.getresponse()
        assert answer.status == 200
        yield answer


def read(answer):
    """The digest of an answer, and its length; this end keeps nothing of it either."""
    digest, length = hashlib.sha256(), 0
    while piece := answer.read(1 << 16):
        digest.update(piece)
        length += len(piece)
    return digest.hexdigest(), length


def ask(server, stream=True):
    with asked(server, stream) as answer:
        return read(answer)


class Memory:
    """How much memory a server takes beyond what it had when this began."""

    def __init__(self, server):
        self.folder = f"/proc/{server.process.pid}"
        # The peak begins anew (proc_pid_clear_refs(5)).
        with open(f"{self.folder}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
        self.before = self._status("VmRSS")

    def _status(self, name):
        with open(f"{self.folder}/status", encoding="ascii") as file:
            return int(re.search(rf"^{name}:\s*(\d+) kB", file.read(), re.MULTILINE)[1]) * 1024

    @property
    def peak(self):
        return self._status("VmHWM") - self.before

    def falls_below(self, size):
        """Whether what is taken falls below a size soon: an answer goes once its client has it."""
        deadline = time.monotonic() + 10
        while self._status("VmRSS") - self.before >= size:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def test_a_recorder_of_a_long_answer_grows_by_far_less(recording):
    with provider_of_events(40 * MIB) as (url, digest, _):
        recorder = recording(url, exit_code=1)
        memory = Memory(recorder)
        assert ask(recorder)[0] == digest
        # What is kept until it is known to be too long, and some for what is on its way.
        assert memory.peak < (16 + 8) * MIB
        # A second one finds what the first had.
        assert ask(recorder)[0] == digest
        assert memory.peak < (16 + 8) * MIB
        assert memory.falls_below(8 * MIB)


def test_a_client_that_reads_slowly_makes_the_upstream_wait(recording):
    with provider_of_events(64 * MIB) as (url, digest, sent):
        recorder = recording(url, exit_code=1)
        memory = Memory(recorder)
        with asked(recorder) as answer:
            # Until what the kernels hold for both connections is full.
            last, since = -1, time.monotonic()
            while time.monotonic() - since < 1:
                if sent[0] != last:
                    last, since = sent[0], time.monotonic()
                time.sleep(0.02)
            assert last < 40 * MIB
            assert memory.peak < (16 + 8) * MIB
            assert read(answer)[0] == digest


def test_a_recording_near_the_limit_costs_what_is_stated(recording, serve):
    with provider_of_events(12 * MIB) as (url, digest, _):
        recorder = recording(url)
        assert ask(recorder)[0] == digest
        # Written in one go, once its secrets were looked for.
        deadline = time.monotonic() + 120
        while recorder.file.stat().st_size == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        recorder.stop()
    server = serve(f"scenario: long\nsource: {{replay: {recorder.file}}}\n")
    memory = Memory(server)
    got, body = ask(server)
    assert got == digest
    # Its text and its body, while it is read; then its body.
    assert memory.peak < 2.75 * body
    memory = Memory(server)
    assert ask(server) == (digest, body)
    assert memory.peak < 0.5 * body
    memory = Memory(server)
    _, length = ask(server, stream=False)
    assert length > 11 * MIB
    assert memory.peak < 3 * body
    assert memory.falls_below(0.5 * body)
