"""The catalogue of faults as the product prints it, and the scenario of each fault."""
import dataclasses
import functools
import json

import yaml

from kit import SCENARIOS, brownout

FAULTS = SCENARIOS / "faults"


@dataclasses.dataclass(frozen=True)
class Fault:
    """An entry of `brownout faults --json`, as far as tests need it."""
    name: str
    family: str
    summary: str
    example: str
    need: str
    clients: dict = dataclasses.field(hash=False)

    @property
    def path(self):
        return FAULTS / f"{self.name}.yaml"

    @property
    def scenario(self):
        return self.path.read_text()


@functools.cache
def catalogue():
    """All faults by name, in the catalogue's order."""
    listing = brownout("faults", "--json")
    assert listing.returncode == 0, listing.stderr
    names = [field.name for field in dataclasses.fields(Fault)]
    entries = [Fault(**{name: entry[name] for name in names})
               for entry in json.loads(listing.stdout)]
    return {entry.name: entry for entry in entries}


def faults_of(text):
    """The names of all faults that a scenario uses, as the catalogue has them."""
    return {name for value in _values(yaml.safe_load(text)) for name in _names(value)}


def _values(node):
    """Every mapping of a scenario, but for those in words of the scenario's own."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in {"raw", "raw-stream", "reply", "when"}:
                yield from _values(value)
    elif isinstance(node, list):
        for value in node:
            yield from _values(value)


# The keys of a fault whose value names the fault; others are called like the key itself.
FAMILIES = {"connection", "framing", "mangle", "shape", "missing", "content", "page", "http2",
            "tls"}
KINDS = {"stall", "hang", "dribble", "slow-headers", "refuse", "raw", "raw-stream", "latency"}


def _names(mapping):
    """The faults that one mapping names."""
    fault = mapping.get("fault")
    for word in fault if isinstance(fault, list) else [fault]:
        if isinstance(word, str):
            yield word if word in catalogue() else "cause"
    for key in mapping.keys() & FAMILIES:
        yield mapping[key]
    yield from mapping.keys() & KINDS
    if "cause" in mapping:
        yield "error-event" if "at" in mapping else "cause"
    if "cut" in mapping:
        at_start = {"fin": "no-answer", "reset": "reset"} if mapping.get("at") == "start" else {}
        yield "half-open" if mapping["cut"] == "half-open" else at_start.get(
            mapping["cut"], "cut")
