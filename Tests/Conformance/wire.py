"""An answer as bytes on the wire: its head, its chunks, and how it ended."""
import dataclasses
import json

from kit import chat_body, events, message_body

PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}
BODIES = {"openai": chat_body, "anthropic": message_body}


@dataclasses.dataclass
class Answer:
    """One answer of HTTP/1.1."""
    status: int
    headers: dict
    # As they were framed; a body without chunks is one.
    chunks: list
    # complete, fin, reset or silence
    ending: str

    @property
    def body(self):
        return b"".join(self.chunks)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def events(self):
        """The JSON of each event; OpenAI's end marker as text."""
        return events(self.body)

    @property
    def kinds(self):
        """The types of Anthropic's events, without pings."""
        return [event["type"] for event in self.events if event["type"] != "ping"]


def ask(server, provider, text="hello", timeout=20, **options):
    """What one request without an SDK is answered."""
    data, ending = server.raw(PATHS[provider], BODIES[provider](text, **options), timeout)
    head, separator, rest = data.partition(b"\r\n\r\n")
    assert separator, f"no head: {data[:200]!r}"
    first, *fields = head.decode("latin-1").split("\r\n")
    pairs = (field.partition(":") for field in fields)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    chunked = headers.get("transfer-encoding") == "chunked"
    return Answer(int(first.split(" ")[1]), headers, list(chunks_of(rest)) if chunked else [rest],
                  ending)


def chunks_of(rest):
    """The chunks of a body, as far as they have come."""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        count = int(size, 16)
        if count == 0:
            assert rest == b"\r\n", f"bytes behind the last chunk: {rest[:100]!r}"
            return
        yield rest[:count]
        rest = rest[count:].removeprefix(b"\r\n")
