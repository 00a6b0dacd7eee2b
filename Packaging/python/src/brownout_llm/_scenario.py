"""Scenarios as tests write them, and what is wrong with them."""
from __future__ import annotations

import difflib
import json
import os
import pathlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Union

from ._errors import ScenarioError

#: A path, a scenario's text, or the same as a mapping.
ScenarioLike = Union[str, "os.PathLike[str]", Mapping[str, Any]]

# Keys of a rule that say which requests it is about, and those that say when.
_WHEN = {
    "provider", "endpoint", "model", "stream", "tools", "key", "client", "header", "body",
    "session", "protocol", "user-text"}
_RULE = {
    "name", "when", "attempts", "calls", "every", "during", "chance", "also", "optional",
    "latency"}


@dataclass(frozen=True)
class Text:
    """A scenario's text, and what messages call it."""

    name: str
    text: str


def read(scenario: ScenarioLike, folders: Iterable[pathlib.Path], title: str) -> Text:
    """The text of a scenario. A path is looked for in the folders, in their order; a mapping
    without a name gets the title."""
    if isinstance(scenario, Mapping):
        return Text("scenario", _json({"scenario": title, **scenario}))
    if isinstance(scenario, str) and not _is_path(scenario):
        return Text("scenario", scenario)
    path = pathlib.Path(scenario)
    looked = list(dict.fromkeys(folder / path for folder in folders))
    for place in looked:
        if place.is_file():
            return Text(str(scenario), place.read_text(encoding="utf-8"))
    raise ScenarioError(
        f"there is no scenario '{path}'; looked for " + " and ".join(map(str, looked)))


def _is_path(text: str) -> bool:
    """A text of a scenario has a colon behind a key; a path is one line that ends as files do."""
    return "\n" not in text and text.lower().endswith((".yaml", ".yml", ".json"))


def fault_rule(
    fault: Union[str, Mapping[str, Any], None], keys: Mapping[str, Any], number: int
) -> dict[str, Any]:
    """A rule with one fault, from a mark or a call: `overloaded`, attempts 1-2. What a rule or its
    `when` does not know belongs to the fault."""
    rule: dict[str, Any] = {"name": f"fault {number}"}
    when: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for key, value in keys.items():
        word = key.replace("_", "-")
        (when if word in _WHEN else rule if word in _RULE else own)[word] = value
    if when:
        rule["when"] = {**rule.get("when", {}), **when}
    if isinstance(fault, str):
        rule["fault"] = {"cause": fault, **own} if own else fault
    elif fault is not None or own:
        rule["fault"] = {**(fault or {}), **own}
    return rule


def faults(rules: list[dict[str, Any]], title: str) -> Text:
    return Text("fault", _json({"scenario": title, "rules": rules}))


def _json(scenario: Mapping[str, Any]) -> str:
    try:
        return json.dumps(scenario, indent=2, ensure_ascii=False, default=os.fspath)
    except TypeError as error:
        raise ScenarioError(f"the scenario cannot be written as JSON: {error}") from None


def explain(source: Text, error: Mapping[str, Any]) -> str:
    """What the control port says of a broken scenario, as `brownout check` would."""
    shown: list[str] = []
    lines = source.text.splitlines()
    for found in error.get("diagnostics", []):
        line, column = found.get("line"), found.get("column")
        place = f"{source.name}:{line}:{column}" if line else source.name
        word = found.get("nearest") or _misspelt(source, str(found["message"]))
        nearest = f"; did you mean '{word}'?" if word else ""
        shown.append(f"{place}: {found['severity']}: {found['message']}{nearest}")
        if line and column and line <= len(lines):
            length = 1
            if found.get("end-line") == line:
                length = max(1, found.get("end-column", column) - column)
            mark = " " * (column - 1) + "^" + "~" * (length - 1)
            shown += ["    " + lines[line - 1], "    " + mark]
        if found.get("allowed"):
            shown.append("allowed: " + ", ".join(found["allowed"]))
        if found.get("note"):
            shown.append(f"note: {found['note']}")
    if error.get("omitted"):
        shown.append(f"and {error['omitted']} more")
    return "\n".join(shown) or str(error.get("message", "the scenario is wrong"))


def _misspelt(source: Text, message: str) -> str | None:
    """A key of a rule that was taken for one of its fault, because it was misspelt."""
    unknown = re.match(r"unknown key '(.*)' in a fault", message)
    if unknown is None or source.name != "fault":
        return None
    near = difflib.get_close_matches(unknown.group(1), _RULE | _WHEN, n=1, cutoff=0.75)
    return near[0] if near else None
