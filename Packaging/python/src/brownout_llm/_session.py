"""One test's part of a server."""
from __future__ import annotations

import datetime
import os
import pathlib
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional, Union

from . import _scenario
from ._control import ControlError
from ._errors import BrownoutError, ScenarioError
from ._records import Calls, Call, Verdict
from ._scenario import ScenarioLike
from ._server import Server, Source

#: Providers: the variable that their SDKs take a base URL from, its path, and the key's variable.
PROVIDERS: dict[str, tuple[str, str, Optional[str]]] = {
    "openai": ("OPENAI_BASE_URL", "/v1", "OPENAI_API_KEY"),
    "anthropic": ("ANTHROPIC_BASE_URL", "", "ANTHROPIC_API_KEY"),
    "mistral": ("MISTRAL_BASE_URL", "/v1", "MISTRAL_API_KEY"),
    "ollama": ("OLLAMA_HOST", "", None),
}
KEY = "sk-brownout-test"

# How long exchanges that are still going on are waited for.
_SETTLE = 2.0
# Exchanges that a report explains in full.
_EXPLAINED = 12


class Clock:
    """The time of a test's scenario."""

    def __init__(self, owner: Brownout) -> None:
        self._owner = owner

    @property
    def mode(self) -> str:
        """`real`, `manual`, or a factor such as `x10`."""
        return self._owner.server.clock

    @property
    def now(self) -> float:
        """Seconds since the server began."""
        return float(self._owner.server.ask("GET", "/clock")["now_s"])

    def advance(self, by: Union[str, float, datetime.timedelta]) -> float:
        """Moves a manual clock, by `"60s"` or by seconds; the new time. Answers in progress have
        been played as far as that when it returns."""
        if self.mode != "manual":
            raise BrownoutError(
                f"the clock of this test is {self.mode} and goes by itself; write 'clock: manual'"
                ' in its scenario, or mark the test with @pytest.mark.brownout(clock="manual")')
        if isinstance(by, datetime.timedelta):
            by = by.total_seconds()
        return float(self._owner.server.ask("POST", "/clock/advance", {"by": by})["now_s"])


class Brownout:
    """A session of a server: base URLs, a scenario, and what was asked there.

    Sessions know nothing of each other, so tests that run at the same time can share a server.
    """

    def __init__(
        self, source: Source, session: str, *, folders: Sequence[pathlib.Path] = (),
        title: Optional[str] = None, clock: Optional[str] = None,
        on_change: Callable[[Brownout], None] = lambda _: None,
    ) -> None:
        #: The session's name.
        self.session = session
        self._source = source
        self._folders = [*folders, pathlib.Path.cwd()]
        self._title = title or session
        self._on_change = on_change
        self._faults: list[dict[str, Any]] = []
        self._has_scenario = False
        self._left: list[Server] = []
        self._wanted_clock = clock
        self._server = source.shared() if clock is None else source.with_clock(clock)

    @property
    def server(self) -> Server:
        """The server that the session is on: the shared one, unless its clock is another."""
        return self._server

    # Where clients ask

    def url(self, provider: str, dialect: Optional[str] = None) -> str:
        """The base URL of a provider, of one that the scenario names, too: that has the path of
        its dialect, OpenAI's unless told otherwise."""
        known = PROVIDERS.get(dialect or provider)
        if known is None and dialect is not None:
            raise BrownoutError(
                f"'{dialect}' is not a dialect; there are: {', '.join(PROVIDERS)}")
        path = (known or PROVIDERS["openai"])[1]
        return f"{self._server.url}/s/{self.session}/{urllib.parse.quote(provider)}{path}"

    @property
    def openai(self) -> str:
        """The base URL that OpenAI's SDK is given."""
        return self.url("openai")

    @property
    def anthropic(self) -> str:
        """The base URL that Anthropic's SDK is given."""
        return self.url("anthropic")

    @property
    def mistral(self) -> str:
        """The base URL for Mistral, with its version: `…/v1`."""
        return self.url("mistral")

    @property
    def ollama(self) -> str:
        """The host that Ollama's client is given."""
        return self.url("ollama")

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which the official SDKs, and child processes, find the session."""
        variables = {
            "BROWNOUT_URL": self._server.url, "BROWNOUT_CONTROL_URL": self._server.control,
            "BROWNOUT_SESSION": self.session}
        for provider, (base, _, key) in PROVIDERS.items():
            variables[base] = self.url(provider)
            if key is not None:
                variables[key] = KEY
        if self._server.authority is not None:
            for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
                variables[name] = self._server.authority
        # A proxy of the machine's is not asked for the server.
        host = urllib.parse.urlsplit(self._server.url).hostname or ""
        for name in ("NO_PROXY", "no_proxy"):
            hosts = [word for word in os.environ.get(name, "").split(",") if word]
            variables[name] = ",".join(hosts if host in hosts else [*hosts, host])
        return variables

    # What happens to them

    def scenario(self, scenario: ScenarioLike) -> None:
        """Puts a scenario in force for the session, and counts anew: a path, a text, or a mapping.
        Raises `ScenarioError` with every mistake and its place."""
        __tracebackhide__ = True
        self._faults = []
        self._put(_scenario.read(scenario, self._folders, self._title))

    def fault(
        self, fault: Union[str, Mapping[str, Any], None] = None, /, **keys: Any
    ) -> None:
        """Adds a rule with one fault to those of earlier calls, and counts anew:
        `fault("overloaded", attempts="1-2", provider="openai")`. Keys are those of a rule, of its
        `when`, and of the fault, with `_` for `-`; a word with keys of the fault is a cause."""
        __tracebackhide__ = True
        rule = _scenario.fault_rule(fault, keys, len(self._faults) + 1)
        # What is refused is not tried again with the next one.
        rules = [*self._faults, rule]
        self._put(_scenario.faults(rules, self._title))
        self._faults = rules

    def faults(self, rules: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
        """The same with several at once, each a fault and its keys."""
        made = [_scenario.fault_rule(fault, keys, number)
                for number, (fault, keys) in enumerate(rules, 1)]
        self._put(_scenario.faults(made, self._title))
        self._faults = made

    def _put(self, source: _scenario.Text) -> None:
        __tracebackhide__ = True
        answer = self._ask_put(source)
        clock = self._wanted_clock or answer["report"]["clock"]
        if clock != self._server.clock:
            self._move(clock)
            self._ask_put(source)
        self._has_scenario = True

    def _ask_put(self, source: _scenario.Text) -> Any:
        __tracebackhide__ = True
        try:
            return self._server.ask("PUT", self._path("scenario"), source.text)
        except ControlError as error:
            if error.status != 422:
                raise
            raise ScenarioError(_scenario.explain(source, error.error)) from None

    def _move(self, clock: str) -> None:
        """To a server with such a clock: time is a server's, not a session's."""
        old, new = self._server, self._source.with_clock(clock)
        old.ask("DELETE", self._path("scenario"))
        self._left.append(old)
        self._server = new
        self._on_change(self)

    @property
    def phase(self) -> Optional[str]:
        """The name of the phase that holds; None where none does."""
        phase = self._server.ask("GET", f"/phase?session={self.session}")["phase"]
        return None if phase is None else str(phase["name"])

    def enter(self, phase: Optional[str] = None) -> None:
        """Ends the phase that holds, and goes to the next, or to the one that is named."""
        self._server.ask("POST", "/phase", {
            "session": self.session, **({} if phase is None else {"to": phase})})

    @property
    def clock(self) -> Clock:
        return Clock(self)

    # What happened

    @property
    def calls(self) -> Calls:
        """What was asked so far, as calls. Answers that are going on are waited for, for two
        seconds; what still goes on then is a call with the outcome `pending`."""
        deadline = time.monotonic() + _SETTLE
        while True:
            answer = self._server.ask("GET", self._path("calls"))
            calls = Calls([Call.read(value) for value in answer["calls"]])
            if "pending" not in calls.outcomes or time.monotonic() > deadline:
                self._check_old()
                return calls
            time.sleep(0.01)

    def _check_old(self) -> None:
        """A client that was made before the session moved asks where nobody looks."""
        for old in self._left:
            if old is not self._server and self._exchanges(old):
                raise BrownoutError(
                    "requests came to the address that this test had before its scenario chose"
                    f" the clock '{self._server.clock}': make clients after brownout.scenario(…),"
                    " or state the clock in @pytest.mark.brownout(clock=…)")

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        """Every request and what became of it, oldest first, as the control port has it; also
        what makes no call, such as lists of models. The newest 1,000."""
        _ = self.calls
        return self._exchanges(self._server)

    def _exchanges(self, server: Server) -> list[dict[str, Any]]:
        path = f"/exchanges?session={self.session}&limit=1000&run=last"
        found: list[dict[str, Any]] = server.ask("GET", path)["exchanges"]
        return found

    @property
    def verdict(self) -> Verdict:
        """The judgement of what was asked so far, by the scenario in force."""
        _ = self.calls
        return Verdict(self._server.ask("GET", f"/verdict?session={self.session}"))

    def declare(
        self, outcome: str, *, category: Optional[str] = None, retryable: Optional[bool] = None,
        message: Optional[str] = None, call: Optional[str] = None,
        request_id: Optional[str] = None,
    ) -> None:
        """Says what the client made of a call: `succeeded`, `failed`, `fell-back` or `partial`.
        It is the newest call, unless `call` (as it was sent in `x-brownout-call` or
        `Idempotency-Key`) or `request_id` names another."""
        if call is None and request_id is None:
            calls = self.calls
            if not calls:
                raise BrownoutError("nothing was asked yet that an outcome could be about")
            last = calls[-1].attempts[-1]
            request_id = last.request_id or last.exchange
        members = {
            "session": self.session, "call": call, "request-id": request_id, "outcome": outcome,
            "category": category, "retryable": retryable, "message": message}
        self._server.ask("POST", "/outcomes", {
            name: value for name, value in members.items() if value is not None})

    def explain(self, identity: Optional[str] = None) -> str:
        """What `brownout explain` says of an exchange; without one, the calls, what the verdict
        finds wrong, and every exchange explained, as reports of failures have it."""
        if identity is not None:
            told = self._source.explain(self._server, identity)
            if told is None:
                raise BrownoutError(
                    "the journal of a server that runs elsewhere cannot be read here")
            return told
        calls, exchanges, verdict = self.calls, self.exchanges, self.verdict
        lines = [f"session {self.session} on {self._server.url}"]
        lines += [f"  {call}" for call in calls] or ["  no call was made"]
        lines += [f"  {found.severity} {found}" for found in verdict.failures]
        for exchange in exchanges[:_EXPLAINED]:
            told = self._source.explain(self._server, str(exchange["sequence"]))
            lines += ["", told.strip() if told else _in_short(exchange)]
        if len(exchanges) > _EXPLAINED:
            lines += ["", f"and {len(exchanges) - _EXPLAINED} more exchanges"]
        return "\n".join(lines)

    def close(self) -> None:
        """Takes the session's scenario away. What happened can still be asked for."""
        if self._has_scenario:
            self._has_scenario = False
            self._server.ask("DELETE", self._path("scenario"))

    def _path(self, part: str) -> str:
        return f"/sessions/{self.session}/{part}"

    def __repr__(self) -> str:
        return f"<Brownout {self.session} on {self._server.url}>"


def _in_short(exchange: Mapping[str, Any]) -> str:
    """An exchange of a server whose journal is elsewhere."""
    told = [
        ("exchange", f"{exchange['id']}  (sequence {exchange['sequence']})"),
        ("request", f"{exchange['method']} {exchange['path']}"),
        ("model", exchange["model"]), ("attempt", exchange["attempt"]),
        ("phase", exchange["phase"]), ("rule", exchange["rule"]), ("fault", exchange["fault"]),
        ("plan", "\n              ".join(exchange["plan"])), ("status", exchange["status"]),
        ("ending", exchange["ending"]), ("note", exchange["note"])]
    return "\n".join(f"{name:<14}{value}" for name, value in told if value is not None)
