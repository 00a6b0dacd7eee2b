"""A client of HTTP/2 that shows every frame, for what no library's client lets a test see."""
import dataclasses
import json
import socket
import time

import hpack
from hyperframe import frame as frames

from kit import KEY, chat_body

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
ERRORS = ["no-error", "protocol-error", "internal-error", "flow-control-error", "settings-timeout",
          "stream-closed", "frame-size-error", "refused-stream", "cancel", "compression-error",
          "connect-error", "enhance-your-calm", "inadequate-security", "http-1.1-required"]


@dataclasses.dataclass
class Seen:
    """A frame of the server's, as far as tests look at it."""
    kind: str
    stream: int = 0
    data: bytes = b""
    fields: dict = dataclasses.field(default_factory=dict)
    ends: bool = False
    code: int | None = None
    last: int | None = None
    settings: dict = dataclasses.field(default_factory=dict)


class Client:
    """One connection. `window` is what the server may send of each stream before it is let on."""

    def __init__(self, server, window=65_535, wrap=lambda connection: connection):
        place = server.address
        plain = socket.create_connection((place.hostname, place.port), timeout=10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = wrap(plain)
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.buffer = b""
        self.next_stream = 1
        self.reads = window > 0
        # Everything that came, and how the connection ended: fin, reset, or None.
        self.seen, self.end = [], None
        self.is_reset = False
        settings = frames.SettingsFrame(settings={
            frames.SettingsFrame.ENABLE_PUSH: 0, frames.SettingsFrame.INITIAL_WINDOW_SIZE: window})
        self.socket.sendall(PREFACE + settings.serialize())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    # Sending

    def send(self, *several):
        self.socket.sendall(b"".join(one.serialize() for one in several))

    def ask(self, body, path="/v1/chat/completions", method="POST", ends=True, **fields):
        """Begins a request; returns its stream."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        data = None if body is None else json.dumps(body).encode()
        head = [(":method", method), (":scheme", "http"), (":authority", "localhost"),
                (":path", path), ("authorization", f"Bearer {KEY}"),
                ("content-type", "application/json"), *fields.items()]
        headers = frames.HeadersFrame(stream, self.encoder.encode(head))
        headers.flags.add("END_HEADERS")
        if data is None:
            headers.flags.add("END_STREAM")
            self.send(headers)
            return stream
        parts = [frames.DataFrame(stream, data[start:start + 16_384])
                 for start in range(0, len(data), 16_384)]
        if ends:
            parts[-1].flags.add("END_STREAM")
        self.send(headers, *parts)
        return stream

    def chat(self, text="hi", stream=True, **options):
        return self.ask(chat_body(text, stream=stream, **options))

    def cancel(self, stream, code=8):
        self.send(frames.RstStreamFrame(stream, error_code=code))

    # Receiving

    def read(self, seconds=5, until=lambda seen: False):
        """Reads until a frame is the one, the connection ends, or the time is over; returns all
        frames so far. Flow control is kept open, unless the client began with a closed window."""
        deadline = time.monotonic() + seconds
        while self.end is None:
            one = self._frame(deadline)
            if one is None:
                break
            self.seen.append(one)
            if until(one):
                break
        return self.seen

    def answer(self, stream, seconds=5):
        """Reads until a stream ends, or the connection; returns the stream's frames."""
        def is_over(seen):
            return seen.stream == stream and (seen.ends or seen.kind == "RST_STREAM")

        if not any(map(is_over, self.seen)):
            self.read(seconds, is_over)
        return [seen for seen in self.seen if seen.stream == stream]

    def body(self, stream):
        return b"".join(seen.data for seen in self.seen if seen.stream == stream)

    def of_connection(self):
        """The frames that are of no stream, but for those of every connection."""
        return [seen for seen in self.seen
                if seen.stream == 0 and seen.kind not in ("SETTINGS", "WINDOW_UPDATE", "PING")]

    def _frame(self, deadline):
        head = self._bytes(9, deadline)
        if head is None:
            return None
        one, length = frames.Frame.parse_frame_header(memoryview(head))
        body = self._bytes(length, deadline)
        if body is None:
            return None
        one.parse_body(memoryview(body))
        kind = type(one).__name__.removesuffix("Frame")
        if isinstance(one, frames.HeadersFrame):
            fields = {name: value for name, value in self.decoder.decode(one.data)}
            return Seen("HEADERS", one.stream_id, fields=fields, ends="END_STREAM" in one.flags)
        if isinstance(one, frames.DataFrame):
            if self.reads and one.data:
                self._tell(*(frames.WindowUpdateFrame(stream, window_increment=len(one.data))
                             for stream in (0, one.stream_id)))
            return Seen("DATA", one.stream_id, data=one.data, ends="END_STREAM" in one.flags)
        if isinstance(one, frames.RstStreamFrame):
            return Seen("RST_STREAM", one.stream_id, code=one.error_code)
        if isinstance(one, frames.GoAwayFrame):
            return Seen("GOAWAY", code=one.error_code, last=one.last_stream_id)
        if isinstance(one, frames.SettingsFrame):
            if "ACK" not in one.flags:
                acknowledged = frames.SettingsFrame()
                acknowledged.flags.add("ACK")
                self._tell(acknowledged)
            return Seen("SETTINGS", settings=dict(one.settings))
        name = {"WindowUpdate": "WINDOW_UPDATE"}.get(kind, kind.upper())
        return Seen(name, one.stream_id)

    def _tell(self, *several):
        """Sends while reading: a reset that this meets is the end of what is read."""
        try:
            self.send(*several)
        except (BrokenPipeError, ConnectionResetError):
            self.is_reset = True

    def _bytes(self, count, deadline):
        while len(self.buffer) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                portion = self.socket.recv(65_536)
            except TimeoutError:
                return None
            except ConnectionResetError:
                self.end = "reset"
                return None
            if not portion:
                self.end = "reset" if self.is_reset else "fin"
                return None
            self.buffer += portion
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken
