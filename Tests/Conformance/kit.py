"""The server under test as a process, its journal, and clients without an SDK."""
import contextlib
import datetime
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "Scenarios"
BROWNOUT = os.environ.get("BROWNOUT", str(ROOT / ".build" / "release" / "brownout"))
KEY = "sk-conformance"

# Twelve tokens, so that positions in the answer are easy to count.
TWELVE = "one two three four five six seven eight nine ten eleven twelve"


def brownout(*arguments):
    """Runs a command of brownout to its end."""
    return subprocess.run([BROWNOUT, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60)


class Server:
    """A running `brownout serve`, or another command that serves."""

    # What the process is to end with.
    exit_code = 0

    def __init__(self, scenario, folder, *options, command="serve"):
        self.journal_file = folder / "journal.sqlite"
        self.log = folder / "log"
        ready = folder / "ready.json"
        command = [BROWNOUT, command, *([str(scenario)] if scenario else []), "--port", "0",
                   "--control-port", "0", "--ready-file", str(ready),
                   "--journal", str(self.journal_file), *options]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        info = self._wait_for(ready)
        self.data, self.control = info["data"], info["control"]
        # The file of the authority to trust; None without TLS.
        self.authority = info.get("ca")
        self.address = urllib.parse.urlsplit(self.data)

    def _wait_for(self, ready, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(FileNotFoundError, ValueError):
                return json.loads(ready.read_text())
            time.sleep(0.005)
        self.process.kill()
        raise AssertionError(f"did not get ready:\n{self.log.read_text()}")

    def stop(self):
        """Stops as an operator would; the journal is whole afterwards."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        assert code == self.exit_code, f"exit code {code}:\n{self.log.read_text()[-2000:]}"

    def journal(self):
        """What the journal holds, in order of arrival. Stops the server."""
        self.stop()
        listing = brownout("journal", "list", "--json", "--journal", self.journal_file)
        assert listing.returncode == 0, listing.stderr
        rows = [json.loads(line) for line in listing.stdout.splitlines()]
        return sorted(rows, key=started)

    def journal_when(self, count, seconds=10):
        """The same, once so many exchanges are over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if len(self.command("GET", "/exchanges")[1]["exchanges"]) >= count:
                break
            time.sleep(0.02)
        return self.journal()

    def attempts(self):
        """The attempts that were made, as the journal counts them. Stops the server."""
        return [row["attempt"] for row in self.journal()]

    def explain(self, identity):
        return brownout("explain", identity, "--journal", self.journal_file)

    # Without an SDK

    def post(self, path, body, headers=None, timeout=20):
        """Status, headers and body of one request on a connection of its own."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request("POST", path, data, headers, timeout)

    def request(self, method, path, data=None, headers=None, timeout=20):
        """As `post`, with any method; a header of None is left out."""
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port,
                                                timeout=timeout)
        with contextlib.closing(connection):
            fields = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}",
                      **(headers or {})}
            connection.request(method, path, data, {
                name: value for name, value in fields.items() if value is not None})
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, fields, answer.read()

    def command(self, method, path, body=None, headers=None, timeout=20):
        """Asks the control port; the answer's status and its JSON."""
        place = urllib.parse.urlsplit(self.control)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=timeout)
        data = None if body is None else (
            body if isinstance(body, (str, bytes)) else json.dumps(body))
        kind = {} if data is None else {"Content-Type": "application/json"}
        connection.request(method, path, data, {**kind, **(headers or {})})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def advance(self, step):
        """Moves a clock that is moved by hand: `4m`."""
        status, answer = self.command("POST", "/clock/advance", {"by": step})
        assert status == 200, answer

    def chat(self, text="hello", headers=None, timeout=20, **options):
        """A chat completion of OpenAI's."""
        return self.post("/v1/chat/completions", chat_body(text, **options), headers, timeout)

    def message(self, text="hello", headers=None, timeout=20, **options):
        """A message of Anthropic's."""
        return self.post("/v1/messages", message_body(text, **options),
                         {"anthropic-version": "2023-06-01", **(headers or {})}, timeout)

    def raw(self, path, body, timeout=20):
        """Every byte of an answer, and how it ended: complete, fin, reset or silence."""
        data = json.dumps(body).encode()
        head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {KEY}\r\nanthropic-version: 2023-06-01\r\n"
                f"Content-Length: {len(data)}\r\n\r\n")
        answer = b""
        with socket.create_connection(
                (self.address.hostname, self.address.port), timeout=timeout) as connection:
            connection.sendall(head.encode() + data)
            while not is_whole(answer):
                try:
                    portion = connection.recv(65536)
                except ConnectionResetError:
                    return answer, "reset"
                except TimeoutError:
                    return answer, "silence"
                if not portion:
                    return answer, "fin"
                answer += portion
        return answer, "complete"


def is_whole(answer):
    """Whether an answer has come to the end that its framing states."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    stated = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    if separator and stated:
        return len(body) >= int(stated.group(1))
    # The head's end stands before a last chunk that is the first.
    return bool(separator) and answer.endswith(b"\r\n0\r\n\r\n")


def chat_body(text, model="gpt-4o-mini", **options):
    return {"model": model, "messages": [{"role": "user", "content": text}], **options}


def message_body(text, model="claude-sonnet-4-5", max_tokens=512, **options):
    return {"model": model, "max_tokens": max_tokens,
            "messages": [{"role": "user", "content": text}], **options}


def ollama_body(text, model="llama3.2", max_tokens=None, **options):
    more = {} if max_tokens is None else {"options": {"num_predict": max_tokens}}
    return {"model": model, "messages": [{"role": "user", "content": text}], "stream": False,
            **more, **options}


def events(answer):
    """The JSON of each event of a streamed body; OpenAI's end marker as text."""
    lines = [line[6:] for line in answer.decode().splitlines() if line.startswith("data: ")]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


def started(row):
    """When an exchange of the journal began, in seconds since 1970."""
    return datetime.datetime.fromisoformat(row["started_at"]).timestamp()


def gaps(rows):
    """Seconds between the beginnings of exchanges."""
    return [started(later) - started(earlier) for earlier, later in zip(rows, rows[1:])]
