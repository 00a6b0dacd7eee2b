"""Names of sessions."""
from __future__ import annotations

import hashlib
import re
import threading
from typing import Optional

_LONGEST = 64
_lock = threading.Lock()
_used: dict[str, int] = {}


def session_name(test: str, run: Optional[str] = None) -> str:
    """A session's name for a test: readable, of allowed characters, and unique. It is the same in
    every run, because what a scenario draws depends on it; a test that comes again within a run
    (one that is repeated, or tried again) gets another. `run` sets runs apart that share a
    server."""
    digest = hashlib.sha256(test.encode()).hexdigest()[:6]
    tail = f"-{digest}" + (f"-{run}" if run else "")
    with _lock:
        count = _used[test + tail] = _used.get(test + tail, 0) + 1
    if count > 1:
        tail += f"-{count}"
    words = re.sub(r"[^A-Za-z0-9._-]+", "-", test.rpartition("/")[2]).strip("-.")
    return words[:_LONGEST - len(tail)] + tail
