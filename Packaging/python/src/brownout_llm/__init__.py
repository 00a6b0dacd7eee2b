"""A fake LLM provider that fails on purpose, for tests in Python.

With pytest, ask for the fixture `brownout`. With unittest, derive from `TestCase` or
`IsolatedAsyncioTestCase`. Elsewhere: `with brownout_llm.session("scenario.yaml") as brownout:`.
"""
from __future__ import annotations

from ._control import ControlError
from ._errors import BrownoutError, ScenarioError
from ._records import Attempt, Call, Calls, Finding, Verdict
from ._server import Server
from ._session import Brownout, Clock
from ._testcase import IsolatedAsyncioTestCase, TestCase, serve, session

__version__ = "0.1.0"

__all__ = [
    "Attempt", "Brownout", "BrownoutError", "Call", "Calls", "Clock", "ControlError", "Finding",
    "IsolatedAsyncioTestCase", "ScenarioError", "Server", "TestCase", "Verdict", "serve",
    "session",
]
