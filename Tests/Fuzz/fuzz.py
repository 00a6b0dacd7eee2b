#!/usr/bin/env python3
"""Random scenarios, valid by construction, against random clients, for a bounded time.

    Tests/Fuzz/fuzz.py --seconds 60 --seed 7

Scenarios are made of what `brownout faults --json` lists. Clients are slow, leave, reset, pipeline
and send garbage. At the end the server must be alive and say nothing of a crash, no connection and
no answer may be left, and the journal must hold a row for each request that was read. A failure
prints the command that repeats it. BROWNOUT names the binary, best one with a sanitizer.
"""
import argparse
import contextlib
import json
import os
import pathlib
import random
import re
import socket
import struct
import sys
import tempfile
import threading
import time
import urllib.request

# The server under test, as the conformance tests start it.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Conformance"))
from kit import Server, brownout, chat_body, message_body  # noqa: E402

# A peer that is gone without a trace holds its connection for ten minutes.
LEFT_OUT = ("half-open",)
POSITIONS = ["start", "headers", "byte 0", "byte 40", "event 0", "event 2", "event 99", "token 1",
             "token 4", "0%", "50%", "100%", "terminal", "0s", "20ms", "in tool-arguments",
             "in utf-8"]
LATENCIES = ["5ms", "0ms..30ms", "{first-token: 10ms, between-tokens: 1ms}", "{whole: 40ms}",
             "{before-headers: 5ms, whole: 20ms..60ms}", "{per-input-token: 0.5ms}",
             "{per-request-in-flight: 1ms}", '"lognormal(median 5ms, p99 40ms)"']
CAUSES = ["rate-limited", "overloaded", "server-error", "bad-gateway", "content-policy", "billing"]
CRASHES = re.compile(r"AddressSanitizer|Fatal error|Precondition failed|LeakSanitizer|"
                     r"runtime error|Illegal instruction")


class Scenarios:
    """Makes scenarios out of the catalogue."""

    def __init__(self, rng):
        self.rng = rng
        faults = json.loads(brownout("faults", "--json").stdout)
        self.words = [fault for fault in faults if fault["word"] and fault["name"] not in LEFT_OUT
                      and fault["need"] not in ("http2", "tls")]

    def fault(self):
        rng = self.rng
        at = f", at: {rng.choice(POSITIONS)}"
        own = [
            lambda: f"{{cause: {rng.choice(CAUSES)}}}",
            lambda: f"{{cause: {rng.choice(CAUSES)}{at}}}",
            lambda: f"{{cut: {rng.choice(['clean', 'fin', 'reset', 'stall'])}{at}}}",
            lambda: f"{{stall: {rng.randrange(1, 60)}ms{at}}}",
            lambda: f"{{hang: {rng.choice(['30ms', 'forever'])}{at}}}",
            lambda: f"{{dribble: {rng.choice([200, 5000, 100000])}B/s{at}}}",
            lambda: f"{{slow-headers: {rng.choice([500, 5000])}B/s}}",
            lambda: "{refuse: 20ms}",
            lambda: "{raw: {status: %d, headers: {x-a: b}, body: {a: [1, é]}}}"
                    % rng.choice([200, 204, 299, 418, 503, 999]),
            lambda: "{raw-stream: {frames: [{data: {n: 1}}, {wait: 10ms}, \"data: x\\n\\n\", "
                    "{event: e}], ending: %s}}" % rng.choice(["clean", "fin", "reset", "stall"])]
        if rng.random() < 0.4:
            return rng.choice(own)()
        word = rng.choice(self.words)
        if word["at"] and rng.random() < 0.7:
            return f"{{{word['family']}: {word['name']}{at}}}"
        return word["name"]

    def rule(self, index):
        rng = self.rng
        parts = [f"name: r{index}", f"chance: {rng.choice(['1/2', '30%', '90%', '1'])}",
                 f"also: {rng.choice(['true', 'false'])}"]
        if rng.random() < 0.3:
            parts.append(f"latency: {rng.choice(LATENCIES)}")
        count = rng.choice([0, 1, 1, 1, 2, 3])
        if count > 1:
            parts.append("fault: [" + ", ".join(self.fault() for _ in range(count)) + "]")
        elif count or len(parts) < 4:
            parts.append(f"fault: {self.fault()}")
        return "  - {" + ", ".join(parts) + "}\n"

    def text(self):
        rng = self.rng
        rules = "".join(self.rule(index) for index in range(rng.randrange(1, 5)))
        pace = rng.choice(["", "pace: {first-token: 5ms, between-tokens: 1ms}\n"])
        reply = rng.choice(["", "reply: {text: \"déjà vu, déjà lu, déjà dit\"}\n",
                            "reply: {tool-calls: [{name: f, arguments: {city: Köln}}]}\n"])
        return f"scenario: fuzz\nseed: {rng.randrange(1000)}\n{pace}{reply}rules:\n{rules}"


class Client:
    """One random client: it sends, reads as it likes, and leaves as it likes."""

    def __init__(self, address, rng):
        self.address, self.rng = address, rng

    def run(self):
        with contextlib.suppress(OSError):
            with socket.create_connection(self.address, timeout=2) as connection:
                connection.settimeout(1)
                self.talk(connection)

    def talk(self, connection):
        rng = self.rng
        data = b"".join(self.request() for _ in range(rng.choice([1, 1, 1, 2, 5])))
        manner = rng.choice(["whole", "whole", "pieces", "part"])
        if manner == "whole":
            connection.sendall(data)
        elif manner == "part":
            connection.sendall(data[:rng.randrange(len(data))])
        else:
            for piece in re.findall(rb"(?s).{1,97}", data):
                connection.sendall(piece)
                time.sleep(0.001)
        if rng.random() < 0.2:
            connection.shutdown(socket.SHUT_WR)
        self.read(connection)
        if rng.random() < 0.3:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def read(self, connection):
        rng = self.rng
        end = time.monotonic() + rng.choice([0, 0.05, 0.3, 1])
        size = rng.choice([1, 64, 65536])
        while time.monotonic() < end:
            if not connection.recv(size):
                return
            if size == 1:
                time.sleep(0.0005)

    def request(self):
        rng = self.rng
        if rng.random() < 0.15:
            return self.garbage()
        options = {"stream": rng.random() < 0.6}
        text = rng.choice(["hi", "naïve", "x" * 3000])
        tool = {"type": "object", "properties": {"city": {"type": "string"}}}
        if rng.random() < 0.5:
            if rng.random() < 0.3:
                options["tools"] = [{"type": "function",
                                     "function": {"name": "f", "parameters": tool}}]
            path, body = "/v1/chat/completions", chat_body(text, **options)
        else:
            if rng.random() < 0.3:
                options["tools"] = [{"name": "f", "input_schema": tool}]
            path, body = "/v1/messages", message_body(text, **options)
        return self.framed(rng.choice([path] * 8 + ["/v1/embeddings", "/nowhere"]),
                           json.dumps(body).encode())

    def framed(self, path, data):
        rng = self.rng
        head = (f"{rng.choice(['POST'] * 9 + ['HEAD'])} {path} HTTP/1.1\r\nHost: x\r\n"
                "Content-Type: application/json\r\nAuthorization: Bearer sk-fuzz\r\n"
                "anthropic-version: 2023-06-01\r\n").encode()
        if rng.random() < 0.2:
            chunk = b"%x\r\n" % len(data) + data + b"\r\n0\r\n\r\n"
            return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk
        length = len(data) + rng.choice([0] * 12 + [5, -5])
        return head + b"Content-Length: %d\r\n\r\n" % length + data

    def garbage(self):
        rng = self.rng
        return rng.choice([
            lambda: bytes(rng.randrange(256) for _ in range(rng.randrange(1, 400))),
            lambda: b"GET / HTTP/9.9\r\n\r\n",
            lambda: b"POST /v1/messages HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            lambda: b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            lambda: b"GET /v1/models HTTP/1.1\r\n" + b"x: " + b"y" * 100_000 + b"\r\n\r\n",
            lambda: b"POST /v1/messages HTTP/1.1\r\nHost: x\r\n"
                    b"Content-Length: 99999999999999999999\r\n\r\n",
            lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(40)])()


class Fuzz:
    """One run against one server."""

    def __init__(self, seed, seconds, folder):
        self.rng = random.Random(seed)
        self.seconds = seconds
        self.scenarios = Scenarios(self.rng)
        self.server = Server(None, folder)
        self.taken = self.refused = self.clients = 0

    def run(self):
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            text = self.scenarios.text()
            status, answer = self.server.command(
                "PUT", "/scenario", text.encode(), {"Content-Type": "application/yaml"})
            # Some faults do not compose; what is refused must be refused with its place.
            if status == 200:
                self.taken += 1
                self.storm()
            else:
                assert answer["error"].get("diagnostics"), f"refused without a reason:\n{text}\n{answer}"
                self.refused += 1
            assert self.server.process.poll() is None, f"the server is gone; last scenario:\n{text}"
        assert self.taken > self.refused / 4, (self.taken, self.refused)
        self.settle()

    def storm(self):
        """Many clients at once."""
        place = (self.server.address.hostname, self.server.address.port)
        clients = [Client(place, random.Random(self.rng.random())) for _ in range(24)]
        threads = [threading.Thread(target=client.run) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.clients += len(clients)

    def metrics(self):
        with urllib.request.urlopen(self.server.control + "/metrics", timeout=20) as answer:
            text = answer.read().decode()

        def total(name):
            values = re.findall(rf"(?m)^{name}(?:{{.*}})? ([0-9.e+]+)$", text)
            return int(sum(map(float, values)))

        return {name: total("brownout_" + name) for name in (
            "open_connections", "requests_in_progress", "requests_total",
            "edge_refusals_total")}

    def settle(self):
        """Everything is over when all clients have left."""
        end = time.monotonic() + 60
        while True:
            metrics = self.metrics()
            if not metrics["open_connections"] and not metrics["requests_in_progress"]:
                break
            assert time.monotonic() < end, f"something is left: {metrics}"
            time.sleep(0.1)
        rows = len(self.server.journal())
        assert rows == metrics["requests_total"] + metrics["edge_refusals_total"], (rows, metrics)
        log = self.server.log.read_text(errors="replace")
        assert not CRASHES.search(log), log[-4000:]
        print(f"{self.taken} scenarios, {self.refused} refused, {self.clients} clients, "
              f"{rows} requests: nothing is left")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    with tempfile.TemporaryDirectory() as folder:
        fuzz = Fuzz(seed, options.seconds, pathlib.Path(folder))
        try:
            fuzz.run()
        except BaseException:
            fuzz.server.process.kill()
            print(fuzz.server.log.read_text(errors="replace")[-4000:], file=sys.stderr)
            binary = os.environ.get("BROWNOUT")
            print(f"\nto repeat: {f'BROWNOUT={binary} ' if binary else ''}Tests/Fuzz/fuzz.py "
                  f"--seed {seed} --seconds {options.seconds:g}", file=sys.stderr)
            raise


if __name__ == "__main__":
    main()
