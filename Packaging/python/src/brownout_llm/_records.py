"""What a test is told: calls with their attempts, and the verdict."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union, overload


@dataclass(frozen=True)
class Attempt:
    """One try of a call."""

    exchange: str
    """The exchange's id, which `Brownout.explain` takes."""
    request_id: Optional[str]
    """The id that the client was given."""
    provider: str
    model: Optional[str]
    attempt: int
    """Its number among the attempts of its call, from 1."""
    at: float
    """When it began, in seconds since the server did."""
    status: Optional[int]
    """The status that went out; None where none did."""
    cause: Optional[str]
    """The error that it was answered with: `overloaded`."""
    fault: tuple[str, ...]
    ending: str
    """How the answer ended: `complete`, `reset`, `client-left` and so on."""
    waited: Optional[float]
    """Seconds from the answer's head to the next attempt; None on the last one."""
    promised: Optional[float]
    """Seconds that the answer asked to wait, by its `Retry-After` or the like."""

    @classmethod
    def read(cls, value: dict[str, Any]) -> Attempt:
        return cls(
            exchange=value["exchange"], request_id=value["request-id"],
            provider=value["provider"], model=value["model"], attempt=value["attempt"],
            at=value["at"], status=value["status"], cause=value["cause"],
            fault=tuple(value["fault"]), ending=value["ending"], waited=value["waited"],
            promised=value["promised"])


@dataclass(frozen=True)
class Call:
    """What a client asked once: its attempts, over providers and models."""

    id: str
    outcome: str
    """`delivered`, `broken`, `refused`, `exhausted`, `abandoned` or `pending`."""
    declared: Optional[dict[str, Any]]
    """What the client said of it, if it did."""
    tie: str
    """`sure`, or `unsure` where attempts may belong to several calls."""
    hedged: bool
    attempts: tuple[Attempt, ...]

    @classmethod
    def read(cls, value: dict[str, Any]) -> Call:
        return cls(
            id=value["id"], outcome=value["outcome"], declared=value["declared"],
            tie=value["tie"], hedged=value["hedged"],
            attempts=tuple(map(Attempt.read, value["attempts"])))

    @property
    def statuses(self) -> list[Optional[int]]:
        return [attempt.status for attempt in self.attempts]

    @property
    def causes(self) -> list[Optional[str]]:
        return [attempt.cause for attempt in self.attempts]

    @property
    def providers(self) -> list[str]:
        return [attempt.provider for attempt in self.attempts]

    @property
    def models(self) -> list[Optional[str]]:
        return [attempt.model for attempt in self.attempts]

    @property
    def request_ids(self) -> list[Optional[str]]:
        return [attempt.request_id for attempt in self.attempts]

    @property
    def waits(self) -> list[float]:
        """Seconds between the attempts: one fewer than there are attempts."""
        return [attempt.waited for attempt in self.attempts if attempt.waited is not None]

    def __str__(self) -> str:
        parts = []
        for attempt in self.attempts:
            part = f"{attempt.provider} {attempt.status or attempt.ending}"
            if attempt.cause:
                part += f" {attempt.cause}"
            elif attempt.status and attempt.ending != "complete":
                part += f" {attempt.ending}"
            if attempt.waited is not None:
                part += f" → {attempt.waited:.3f} s →"
            parts.append(part)
        more = "".join([
            f", declared {self.declared['outcome']}" if self.declared else "",
            ", hedged" if self.hedged else "", ", tie unsure" if self.tie != "sure" else ""])
        return f"{self.id} {self.outcome}{more}: {' '.join(parts)}"

    __repr__ = __str__


class Calls(Sequence[Call]):
    """The calls of a test so far, oldest first."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = tuple(calls)

    def one(self) -> Call:
        """The only call; an assertion that fails where there is none, or more."""
        if len(self._calls) != 1:
            shown = "".join(f"\n  {call}" for call in self._calls)
            raise AssertionError(f"wanted one call, found {len(self._calls) or 'none'}{shown}")
        return self._calls[0]

    @property
    def attempts(self) -> list[Attempt]:
        """The attempts of all calls, in the order they came."""
        return sorted((a for call in self._calls for a in call.attempts), key=lambda a: a.at)

    @property
    def outcomes(self) -> list[str]:
        return [call.outcome for call in self._calls]

    @overload
    def __getitem__(self, index: int) -> Call: ...

    @overload
    def __getitem__(self, index: slice) -> Calls: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[Call, Calls]:
        return Calls(self._calls[index]) if isinstance(index, slice) else self._calls[index]

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def __repr__(self) -> str:
        return "[" + "; ".join(map(str, self._calls)) + "]"


@dataclass(frozen=True)
class Finding:
    """What a rule of the scorecard, a guard or an expectation says."""

    name: str
    """A rule's name, or the path of an expectation: `attempts.per-call`."""
    verdict: str
    """`pass`, `fail`, `unknown` or `not-exercised`."""
    severity: str
    """`error`, `warning` or `info`; only an error makes a verdict fail."""
    says: str
    measured: dict[str, Any]
    calls: tuple[str, ...]
    exchanges: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.verdict} {self.name}: {self.says}"


class Verdict:
    """The judgement of a test's calls, as `brownout drill --json` has it."""

    def __init__(self, json: dict[str, Any]) -> None:
        #: All of it, as the control port gives it.
        self.json = json
        #: `pass`, `fail` or `unknown`.
        self.word: str = json["verdict"]
        self.rules: list[Finding] = [
            Finding(
                name=rule["rule"], verdict=rule["verdict"], severity=rule["severity"],
                says=rule["says"], measured=rule["measured"], calls=tuple(rule["calls"]),
                exchanges=tuple(rule["exchanges"])) for rule in json["rules"]]
        self.expectations: list[Finding] = [
            Finding(
                name=item["expect"], verdict=item["verdict"],
                severity=item.get("severity", "error"),
                says=f"wanted {item['wanted']}, found {item['found']} (line {item['line']})",
                measured={}, calls=tuple(item["calls"]), exchanges=())
            for item in json["expect"]]

    @property
    def passed(self) -> bool:
        return self.word == "pass"

    @property
    def failures(self) -> list[Finding]:
        """What failed, warnings too."""
        return [found for found in self.rules + self.expectations if found.verdict == "fail"]

    def rule(self, name: str) -> Finding:
        """What a rule or an expectation says, by its name."""
        for found in self.rules + self.expectations:
            if found.name == name:
                return found
        names = ", ".join(found.name for found in self.rules + self.expectations)
        raise KeyError(f"no rule '{name}'; there are: {names}")

    def __repr__(self) -> str:
        told = self.failures or [
            found for found in self.expectations if found.verdict == "unknown"]
        return f"<verdict {self.word}" + "".join(f"; {found}" for found in told) + ">"
