"""When events arrive: a client of many streams, as exact as one thread can be."""
import selectors
import socket
import time


class Stream:
    """One answer, as far as it has come: its events, and when the last byte of each did."""

    def __init__(self, server, body):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        self.socket.sendall(
            (f"POST {server.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk-bench\r\n"
             f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
             ).encode() + body)
        self.socket.setblocking(False)
        self.rest = b""
        self.events = []

    def read(self):
        """Takes what is there; false at the end of the answer."""
        data = self.socket.recv(65536)
        now = time.monotonic_ns()
        *events, self.rest = (self.rest + data).split(b"\n\n")
        self.events += [(now, event) for event in events]
        return bool(data) and not self.rest.endswith(b"0\r\n\r\n")


def streams(server, body, count=1, begin=0.0, seconds=60):
    """The events of so many answers to one request, each with nanoseconds of the monotonic clock.
    So many seconds lie between the beginnings of two of them."""
    found = []
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        while len(found) < count or selector.get_map():
            if len(found) < count:
                found.append(Stream(server, body))
                selector.register(found[-1].socket, selectors.EVENT_READ, found[-1])
            pause = begin if len(found) < count else 1
            for key, _ in selector.select(pause):
                if not key.data.read():
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
            if time.monotonic() > deadline:
                raise SystemExit(f"{server.url()}: an answer does not end")
    return [stream.events for stream in found]


def percentiles(values):
    """The median and the 99th of a hundred."""
    ordered = sorted(values)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[len(ordered) * 99 // 100],
            "count": len(ordered)}
