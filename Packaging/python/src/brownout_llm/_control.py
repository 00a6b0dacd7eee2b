"""The control port, as far as tests need it."""
from __future__ import annotations

import contextlib
import http.client
import json
import urllib.parse
from typing import Any

from ._errors import BrownoutError


class ControlError(BrownoutError):
    """The control port refuses what was asked."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        self.status = status
        self.code = str(error.get("code", status))
        self.error = error
        super().__init__(str(error.get("message", f"the control port answers {status}")))


class Unreachable(BrownoutError):
    """Nobody answers at the control port."""


class Control:
    """Asks a control port; each request has a connection of its own, so any thread may ask."""

    # Longer than any answer of a server that is well.
    _timeout = 30.0

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._token = token

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON. A body that is text goes as it is, for scenarios."""
        place = urllib.parse.urlsplit(self.url)
        headers = {} if self._token is None else {"Authorization": f"Bearer {self._token}"}
        data: bytes | None = None
        if isinstance(body, str):
            data = body.encode()
            headers["Content-Type"] = "application/yaml"
        elif body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            connection = http.client.HTTPConnection(
                place.hostname or "", place.port, timeout=self._timeout)
            with contextlib.closing(connection):
                connection.request(method, place.path + path, data, headers)
                answer = connection.getresponse()
                status, text = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"no answer from the control port {self.url}: {error}") from error
        try:
            value = json.loads(text)
        except ValueError:
            raise BrownoutError(
                f"{self.url}{path} answers {status} without JSON; is it a control port?") from None
        if status >= 400:
            error_value = value.get("error") if isinstance(value, dict) else None
            raise ControlError(status, error_value if isinstance(error_value, dict) else {})
        return value

    def session(self, name: str, part: str) -> str:
        """A path of a session."""
        return f"/sessions/{urllib.parse.quote(name)}/{part}"
