"""The clients of the matrix, behind one face: a request is asked, and what comes is kept."""
import asyncio
import contextlib
import dataclasses
import json
import pathlib
import ssl
import subprocess
import tempfile
import time

import aiohttp
import anthropic
import httpx
import openai
import requests

from kit import KEY
from sdks import MODEL

# Between two bytes; what is silent for longer is given up.
TIMEOUT = 2
# For clients that wait in spite of it.
PATIENCE = 12
FOLDER = pathlib.Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Target:
    """Where a cell's requests go."""
    base: str
    provider: str
    stream: bool
    tools: tuple = ()
    # The authority to trust, where the server speaks TLS.
    authority: str | None = None
    http2: bool = False

    @property
    def url(self):
        tail = "chat/completions" if self.provider == "openai" else "messages"
        return f"{self.base}/{self.provider}/v1/{tail}"

    @property
    def headers(self):
        return {"authorization": f"Bearer {KEY}", "anthropic-version": "2023-06-01",
                "content-type": "application/json"}

    @property
    def body(self):
        body = {"model": MODEL[self.provider], "max_tokens": 256,
                "messages": [{"role": "user", "content": "hello"}]}
        if self.stream:
            body["stream"] = True
        if self.stream and self.provider == "openai":
            body["stream_options"] = {"include_usage": True}
        if self.tools:
            body["tools"] = list(self.tools)
        return body

    @property
    def trust(self):
        """What libraries of Python's `verify` take."""
        return ssl.create_default_context(cafile=self.authority) if self.authority else False

    @property
    def transport(self):
        """What clients of the httpx family take; HTTP/2 alone is by prior knowledge."""
        return {"verify": self.trust, "http2": self.http2, "http1": not self.http2}


class Client:
    """Asks; what `ask` raises is the cell's result. Kept open between the calls of a cell."""
    # The provider whose API it speaks; None: either.
    provider = None
    http2 = False

    def __init__(self, target):
        self.target = target

    def ask(self, received):
        raise NotImplementedError

    def pause(self, seconds):
        """What a caller does between two calls: nothing."""
        time.sleep(seconds)

    def close(self):
        pass


class OpenAI(Client):
    """openai-python."""
    provider = "openai"
    http2 = True

    def __init__(self, target):
        super().__init__(target)
        self.sdk = openai.OpenAI(api_key=KEY, base_url=f"{target.base}/openai/v1",
                                 timeout=TIMEOUT,
                                 http_client=openai.DefaultHttpxClient(**target.transport))

    def ask(self, received):
        answer = self.sdk.chat.completions.create(**self.target.body)
        if self.target.stream:
            for chunk in answer:
                received.take("openai", chunk.to_dict(warnings=False), stream=True)
        elif isinstance(answer, str):
            received.oddity = "a str"
        else:
            received.take("openai", answer.to_dict(warnings=False), stream=False)

    def close(self):
        self.sdk.close()


class Anthropic(Client):
    """anthropic-python."""
    provider = "anthropic"
    http2 = True

    def __init__(self, target):
        super().__init__(target)
        self.sdk = anthropic.Anthropic(api_key=KEY, base_url=f"{target.base}/anthropic",
                                       timeout=TIMEOUT,
                                       http_client=anthropic.DefaultHttpxClient(
                                           **target.transport))

    def ask(self, received):
        answer = self.sdk.messages.create(**self.target.body)
        if self.target.stream:
            for event in answer:
                received.take("anthropic", event.to_dict(warnings=False), stream=True)
        elif isinstance(answer, str):
            received.oddity = "a str"
        else:
            received.take("anthropic", answer.to_dict(warnings=False), stream=False)

    def close(self):
        self.sdk.close()


class HTTPX(Client):
    """httpx, lines by `iter_lines`."""
    http2 = True

    def __init__(self, target):
        super().__init__(target)
        self.session = httpx.Client(**target.transport, timeout=TIMEOUT)

    def ask(self, received):
        target = self.target
        with self.session.stream("POST", target.url, json=target.body,
                                 headers=target.headers) as answer:
            received.status = answer.status_code
            if not answer.is_success:
                answer.read()
            elif target.stream:
                received.take_lines(target.provider, answer.iter_lines())
            else:
                answer.read()
                received.take(target.provider, answer.json(), stream=False)

    def close(self):
        self.session.close()


class Requests(Client):
    """requests, lines by `iter_lines`."""

    def __init__(self, target):
        super().__init__(target)
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = target.authority or False

    def ask(self, received):
        target = self.target
        with self.session.post(target.url, json=target.body, headers=target.headers,
                               stream=True, timeout=TIMEOUT) as answer:
            received.status = answer.status_code
            if not answer.ok:
                _ = answer.content
            elif target.stream:
                received.take_lines(target.provider, answer.iter_lines(8192))
            else:
                received.take(target.provider, answer.json(), stream=False)

    def close(self):
        self.session.close()


class AIOHTTP(Client):
    """aiohttp, lines by iteration over `content`."""

    def __init__(self, target):
        super().__init__(target)
        self.runner = asyncio.Runner()
        self.session = self.runner.run(self._open())

    async def _open(self):
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=TIMEOUT, sock_read=TIMEOUT)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self.target.trust), timeout=timeout)

    def ask(self, received):
        try:
            self.runner.run(asyncio.wait_for(self._ask(received), PATIENCE))
        except TimeoutError as error:
            # A read timeout is one as well, with a class of its own.
            if type(error) is TimeoutError:
                raise Reported("waits for ever") from error
            raise

    def pause(self, seconds):
        self.runner.run(asyncio.sleep(seconds))

    async def _ask(self, received):
        target = self.target
        async with self.session.post(target.url, json=target.body,
                                     headers=target.headers) as answer:
            received.status = answer.status
            if not answer.ok:
                await answer.read()
            elif target.stream:
                lines, error = [], None
                try:
                    async for line in answer.content:
                        lines.append(line)
                except Exception as raised:  # Kept until what came before is read.
                    error = raised
                received.take_lines(target.provider, lines)
                if error:
                    raise error
            else:
                received.take(target.provider, await answer.json(), stream=False)

    def close(self):
        self.runner.run(self.session.close())
        self.runner.close()


class Reported(Exception):
    """What a client of another language says went wrong, in its own words."""


class Node(Client):
    """fetch of Node: a process that asks once for each line it is given."""

    def __init__(self, target):
        super().__init__(target)
        extra = {"NODE_EXTRA_CA_CERTS": target.authority} if target.authority else {}
        self.process = subprocess.Popen(
            ["node", "--no-warnings", FOLDER / "matrix_node.mjs", str(TIMEOUT * 1000)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", **extra})

    def ask(self, received):
        target = self.target
        request = {"url": target.url, "headers": target.headers, "stream": target.stream,
                   "body": json.dumps(target.body)}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        received.status = answer.get("status") or 200
        if target.stream and answer.get("text"):
            # What is behind the last line end is no line yet.
            received.take_lines(target.provider, answer["text"].split("\n")[:-1])
        elif "json" in answer:
            received.take(target.provider, answer["json"], stream=False)
        if answer.get("error"):
            raise Reported(answer["error"])

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


# https://curl.se/libcurl/c/libcurl-errors.html
CURL = {1: "unsupported protocol", 7: "no connection", 8: "weird reply", 16: "HTTP/2 trouble",
        18: "partial file", 23: "write error", 27: "out of memory", 28: "timeout",
        35: "TLS handshake failed", 43: "bad argument", 52: "empty reply", 55: "send failure",
        56: "receive failure", 60: "certificate refused", 61: "bad encoding",
        92: "HTTP/2 stream error", 100: "too large"}


class Curl(Client):
    """curl, which writes what it gets as it comes; a cell's calls share one process."""
    http2 = True

    def ask(self, received):
        self.ask_all([received])

    def ask_all(self, all_received, pause=0.0):
        """As many calls as there are answers to keep, on one connection if the server lets it."""
        target = self.target
        with tempfile.TemporaryDirectory() as folder:
            files = [pathlib.Path(folder) / str(number) for number in range(len(all_received))]
            once = [*(f"-H{name}: {value}" for name, value in target.headers.items()),
                    "-sSN", "--data-binary", json.dumps(target.body),
                    "-w", "%{exitcode} %{http_code}\n",
                    "--connect-timeout", str(TIMEOUT), "--max-time", str(PATIENCE),
                    "--speed-limit", "1", "--speed-time", str(TIMEOUT)]
            if target.authority:
                once += ["--cacert", target.authority]
            if target.http2:
                once += ["--http2" if target.authority else "--http2-prior-knowledge"]
            command = ["curl", "-q"]
            if pause:
                command += ["--rate", f"{int(60 / pause)}/m"]
            for file in files:
                command += [*(["--next"] if file != files[0] else []), *once, "-o", str(file),
                            target.url]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            outcomes = []
            for received, file, line in zip(all_received, files, done.stdout.splitlines()):
                code, status = map(int, line.split())
                received.status = status or 200
                data = file.read_bytes() if file.exists() else b""
                outcomes.append(self._read(received, data, code))
        if len(all_received) == 1:
            if outcomes[0]:
                raise outcomes[0]
        return outcomes

    def _read(self, received, data, code):
        """The error that the answer ended with, if it did."""
        target = self.target
        try:
            if received.status < 400 and target.stream:
                received.take_lines(target.provider, data.split(b"\n")[:-1])
            elif received.status < 400 and code == 0:
                received.take(target.provider, json.loads(data), stream=False)
        except ValueError as error:
            if code == 0:
                return error
        return Reported(f"{code} {CURL.get(code, '')}".strip()) if code else None


CLIENTS = {
    "openai-python": OpenAI,
    "anthropic-python": Anthropic,
    "httpx": HTTPX,
    "requests": Requests,
    "aiohttp": AIOHTTP,
    "node fetch": Node,
    "curl": Curl,
}


def versions():
    """What the matrix was made with."""
    def first(*command):
        with contextlib.suppress(OSError):
            return subprocess.run(command, capture_output=True, text=True).stdout.split("\n")[0]
    return {
        "openai-python": openai.__version__, "anthropic-python": anthropic.__version__,
        "httpx": httpx.__version__, "requests": requests.__version__,
        "aiohttp": aiohttp.__version__, "node fetch": first("node", "--version"),
        "curl": (first("curl", "--version") or "").split(" ")[1],
    }
