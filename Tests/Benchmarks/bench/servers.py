"""The servers that are measured: all on loopback, all stopped at the end."""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.parse

CHAT = "/v1/chat/completions"
BROWNOUT = os.environ.get(
    "BROWNOUT", str(pathlib.Path(__file__).resolve().parents[3] / ".build/release/brownout"))
REQUEST_BYTES = 495

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    server {{
        listen 127.0.0.1:{port};
        default_type application/json;
        location / {{ return 200 "{body}"; }}
    }}
}}
"""


def request_body(stream):
    """A chat request of a fixed size."""
    def encode(padding):
        prompt = "What is the capital of France? " + "x" * padding
        return json.dumps({
            "model": "gpt-4o-mini", "stream": stream, "temperature": 0.2,
            "messages": [{"role": "system", "content": "You are a terse assistant."},
                         {"role": "user", "content": prompt}],
        }).encode()
    return encode(REQUEST_BYTES - len(encode(0)))


class Server:
    """A running server: where it listens, and its process."""

    def __init__(self, port, process, path=CHAT):
        self.port = port
        self.process = process
        self.path = path

    def url(self, path=None):
        return f"http://127.0.0.1:{self.port}{path or self.path}"

    def resident_kilobytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])


class Bench:
    """Starts servers on one core and load on another; stops all of them when left."""

    def __init__(self, tools, folder):
        self.tools = tools
        self.folder = folder
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core = cores[0], cores[-1]
        self.children = contextlib.ExitStack()
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.children.close()

    def file(self, name, content):
        self.count += 1
        path = self.folder / f"{self.count}-{name}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def start(self, command, core, **options):
        process = subprocess.Popen(["taskset", "-c", str(core), *map(str, command)], **options)
        self.children.callback(stop, process)
        return process

    def load(self, command, **options):
        """Runs a client to its end and returns what it printed."""
        return subprocess.run(
            ["taskset", "-c", str(self.load_core), *map(str, command)], check=True,
            capture_output=True, text=True, timeout=120, **options).stdout

    def brownout(self, scenario, journal=True, threads=1, options=()):
        return self._brownout("serve", self.file("scenario.yaml", scenario), *options,
                              journal=journal, threads=threads)

    def recorder(self, upstream, target):
        """A proxy that records what an upstream of OpenAI's dialect answers."""
        return self._brownout("record", "--upstream", f"openai={upstream}", "--to", target)

    def _brownout(self, *command, journal=True, threads=1):
        self.count += 1
        ready = self.folder / f"ready-{self.count}.json"
        command = [BROWNOUT, *command, "--port", "0", "--control-port", "0", "--ready-file", ready,
                   "--threads", threads, "--log-level", "quiet"]
        command += ["--journal", self.folder / f"journal-{self.count}.sqlite"] if journal else [
            "--no-journal"]
        process = self.start(command, self.server_core, stdout=subprocess.DEVNULL)
        info = wait_for_ready(ready, process)
        return Server(urllib.parse.urlsplit(info["data"]).port, process)

    def stamped(self, count, microseconds):
        """An upstream whose chunks say when they were sent; on the core of the load."""
        script = pathlib.Path(__file__).with_name("stamped.py")
        process = self.start([sys.executable, script, count, microseconds], self.load_core,
                             stdout=subprocess.PIPE, text=True)
        return Server(int(process.stdout.readline()), process)

    def bare_nio(self, plain, stream, path, pace=(0, 0)):
        process = self.start(
            [self.tools / "bare-nio", self.file("plain", plain), self.file("stream", stream),
             *pace], self.server_core, stdout=subprocess.PIPE, text=True)
        return Server(int(process.stdout.readline()), process, path)

    def nginx(self, size):
        port = free_port()
        config = NGINX.format(folder=self.folder, port=port, body="x" * size)
        process = self.start(["nginx", "-c", self.file("nginx.conf", config)], self.server_core)
        wait_for_port(port)
        return Server(port, process, "/")


def stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_ready(path, process, seconds=20):
    """The content of a ready file, as soon as it is whole."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return json.loads(path.read_text())
        except (FileNotFoundError, ValueError):
            time.sleep(0.0005)
    raise SystemExit("brownout did not get ready")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise SystemExit(f"nothing listens on port {port}")


def capture(server, stream=False, body=None):
    """The bytes of one whole answer."""
    body = body or request_body(stream)
    head = (f"POST {server.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer sk-bench\r\nContent-Length: {len(body)}\r\n\r\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        answer = b""
        while not is_whole(answer):
            answer += connection.recv(65536)
    return answer


def is_whole(answer):
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if lengths:
        return len(body) >= int(lengths[0].split(b":")[1])
    return body.endswith(b"\r\n0\r\n\r\n")
