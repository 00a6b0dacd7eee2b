"""Brownout without pytest: a context manager, and cases for unittest."""
from __future__ import annotations

import atexit
import contextlib
import inspect
import os
import pathlib
import threading
import unittest
from collections.abc import Iterator
from typing import Any, Optional

from ._errors import BrownoutError
from ._naming import session_name
from ._scenario import ScenarioLike
from ._server import Server, Source
from ._session import Brownout

_lock = threading.Lock()
_process: Optional[Source] = None


def _source() -> Source:
    """Where this process' servers come from; they end with it."""
    global _process
    with _lock:
        # A process that was forked off has its own.
        if _process is None or _process.owner != os.getpid():
            _process = Source()
            atexit.register(_process.stop)
        return _process


@contextlib.contextmanager
def serve(*options: str) -> Iterator[Server]:
    """A server of its own, with options of `brownout serve`, until the block is left."""
    source = Source(options=options)
    try:
        yield source.shared()
    finally:
        source.stop()


@contextlib.contextmanager
def session(
    scenario: Optional[ScenarioLike] = None, *, name: Optional[str] = None,
    clock: Optional[str] = None,
) -> Iterator[Brownout]:
    """A session of a server that this process shares, in the environment until the block is left.
    Without a scenario, answers are healthy. A path is looked for in the folder that is current."""
    started = Brownout(
        _source(), session_name(name or "session"), title=name, clock=clock, on_change=_enter)
    before = dict(os.environ)
    _enter(started)
    try:
        if scenario is not None:
            started.scenario(scenario)
        yield started
    finally:
        for variable in started.environment:
            if variable in before:
                os.environ[variable] = before[variable]
            else:
                os.environ.pop(variable, None)
        started.close()


def _enter(session: Brownout) -> None:
    os.environ.update(session.environment)


class _WithBrownout(unittest.TestCase):
    """Gives each test a session, and the reports of those that fail an explanation."""

    #: The session of the test that runs.
    brownout: Brownout

    def setUp(self) -> None:
        super().setUp()
        folder = pathlib.Path(inspect.getfile(type(self))).resolve().parent
        self.brownout = Brownout(
            _source(), session_name(self.id()), title=self.id(), folders=[folder],
            on_change=_enter)
        before = {name: os.environ.get(name) for name in self.brownout.environment}
        self.addCleanup(self._leave, before)
        _enter(self.brownout)

    def _leave(self, before: dict[str, Optional[str]]) -> None:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self.brownout.close()

    def run(self, result: Optional[unittest.TestResult] = None) -> Any:
        known = [] if result is None else [
            listed for listed in (
                getattr(result, "failures", None), getattr(result, "errors", None))
            if isinstance(listed, list)]
        counts = [len(listed) for listed in known]
        returned = super().run(result)
        for listed, count in zip(known, counts):
            for place in range(count, len(listed)):
                test, text = listed[place]
                listed[place] = (test, f"{text}\n{self._explanation()}\n")
        return returned

    def _explanation(self) -> str:
        session = getattr(self, "brownout", None)
        if session is None:
            return ""
        try:
            return f"brownout: {session.explain()}"
        except BrownoutError as error:
            return f"brownout: {error}"


class TestCase(_WithBrownout):
    """A `unittest.TestCase` with a session in `self.brownout` for each test."""


class IsolatedAsyncioTestCase(_WithBrownout, unittest.IsolatedAsyncioTestCase):
    """The same for tests that are coroutines."""
