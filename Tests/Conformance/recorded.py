"""Shipped recordings, read with PyYAML and nothing of ours."""
import base64
import dataclasses
import json

import yaml

from kit import ROOT

RECORDINGS = ROOT / "Recordings"
ENDINGS = {"complete": "complete", "closed-early": "fin", "reset": "reset"}


@dataclasses.dataclass
class Recorded:
    """One exchange of a file of recordings."""
    id: str
    provenance: dict
    path: str
    # The request's JSON.
    body: dict
    status: int
    reason: str
    headers: list
    chunks: list
    # As `Server.raw` names it.
    ending: str

    @property
    def head(self):
        """The status line and the fields, as they go over the wire."""
        lines = [f"HTTP/1.1 {self.status} {self.reason}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join(lines).encode()

    @property
    def content(self):
        return b"".join(self.chunks)

    @property
    def framed(self):
        """The body as it goes over the wire."""
        if ("transfer-encoding", "chunked") not in self.headers:
            return self.content
        last = b"0\r\n\r\n" if self.ending == "complete" else b""
        return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in self.chunks) + last


def read(path):
    """The exchanges of a file, in their order."""
    return [_exchange(document) for document in yaml.safe_load_all(path.read_text())]


def _exchange(document):
    request, response = document["request"], document["response"]
    return Recorded(
        id=str(document["id"]),
        provenance={key: document[key] for key in
                    ("recorded", "provider", "upstream", "client", "recorder", "failure")},
        path=request["path"], body=request["json"], status=response["status"],
        reason=response.get("reason", ""),
        headers=[pair for field in response["headers"] for pair in field.items()],
        chunks=list(_chunks(response)), ending=ENDINGS[response["ended"]])


def _chunks(response):
    """The bytes of each chunk. A tree is the compact JSON that it says."""
    if "json" not in response:
        for chunk in response["chunks"]:
            yield chunk["text"].encode() if "text" in chunk else base64.b64decode(chunk["base64"])
        return
    assert "style" not in response, "shipped recordings are written compactly"
    whole = json.dumps(response["json"], separators=(",", ":"), ensure_ascii=False).encode()
    for chunk in response["chunks"]:
        size = chunk.get("bytes", len(whole))
        yield whole[:size]
        whole = whole[size:]
