"""Scenarios with one wrong word each, and what of them the JSON Schema has to name."""
import re
from typing import Any, NamedTuple

import yaml

FIRST = "$.rules[0]"


class Wrong(NamedTuple):
    """A scenario, where an editor has to point in it, and what the message has to contain."""

    text: str
    path: str
    names: str


def in_rule(text: str, path: str, names: str) -> Wrong:
    """The scenario has one rule with these keys; the path begins at the rule."""
    return Wrong(f"scenario: x\nrules:\n  - {{name: a, {text}}}\n", FIRST + path, names)


def in_root(text: str, path: str, names: str) -> Wrong:
    return Wrong(f"scenario: x\n{text}\n", "$" + path, names)


# A key that is not one is named at the mapping that it stands in: JSON has no place for keys.
WRONG = {
    # Words.
    "cause": in_rule("fault: overloded", ".fault", "'overloded'"),
    "fault in a list": in_rule("fault: [reset, mangel-json]", ".fault[1]", "'mangel-json'"),
    "cause by key": in_rule("fault: {cause: ratelimited}", ".fault.cause", "'ratelimited'"),
    "ending": in_rule("fault: {cut: rst, at: token 5}", ".fault.cut", "'rst'"),
    "framing": in_rule("fault: {framing: chunk-to-long}", ".fault.framing", "'chunk-to-long'"),
    "fault of a list": in_rule(
        "fault: [overloaded, {cut: gently, at: start}]", ".fault[1].cut", "'gently'"),
    "step": in_rule("sequence: [overloaded, okay]", ".sequence[1]", "'okay'"),
    "step of a mapping": in_rule(
        "sequence: {steps: [ok, {cause: billng}]}", ".sequence.steps[1].cause", "'billng'"),
    "order": in_rule("sequence: {by: arival, steps: [ok]}", ".sequence.by", "'arival'"),
    "last step": in_rule("sequence: {steps: [ok], then: okey}", ".sequence.then", "'okey'"),
    "branch": in_rule("one-of: [{chance: 1/2, fault: rest}]", "['one-of'][0].fault", "'rest'"),
    "retry-after": in_rule(
        "fault: {cause: rate-limited, retry-after: garbge}", ".fault['retry-after']", "'garbge'"),
    "hang": in_rule("fault: {hang: forevr}", ".fault.hang", "'forevr'"),
    "code of HTTP/2": in_rule("fault: {http2: goaway, code: CANCELED}", ".fault.code", "'CANCELED'"),
    "endpoint": in_rule("when: {endpoint: chats}, fault: reset", ".when.endpoint", "'chats'"),
    "endpoint of a list": in_rule(
        "when: {endpoint: [chat, embeds]}, fault: reset", ".when.endpoint[1]", "'embeds'"),
    "dialect": in_root("providers: {a: open-ai}", ".providers.a", "'open-ai'"),
    "part of a limit": in_root(
        "limits: [{name: a, requests: 5/s, per: [key, ip]}]", ".limits[0].per[1]", "'ip'"),
    "retry-after of a limit": in_root(
        "limits: [{name: a, requests: 5/s, retry-after: exactly}]",
        ".limits[0]['retry-after']", "'exactly'"),
    "refusal": in_root(
        "access: {deny: 10.0.0.1, refuse-with: rst}", ".access['refuse-with']", "'rst'"),
    "cause of an expectation": in_root(
        "expect: {not-retried: [billing, overlaoded]}", ".expect['not-retried'][1]",
        "'overlaoded'"),
    "source": in_root("source: synthesize", ".source", "'synthesize'"),
    # Units and forms.
    "latency without a unit": in_rule("latency: '20'", ".latency", "'20'"),
    "latency as a number": in_rule("latency: 20", ".latency", "20 is not"),
    "latency's unit": in_rule("latency: {first-token: 2sec}", ".latency['first-token']", "'2sec'"),
    "stall's unit": in_rule("fault: {stall: 5x, at: start}", ".fault.stall", "'5x'"),
    "position": in_rule("fault: {cut: reset, at: tokn 5}", ".fault.at", "'tokn 5'"),
    "hang's unit": in_rule("fault: {hang: 5min}", ".fault.hang", "'5min'"),
    "retry-after's unit": in_rule(
        "fault: {cause: rate-limited, retry-after: {ms: 5}}", ".fault['retry-after'].ms", "5 is"),
    "rate of bytes": in_rule("fault: {dribble: 5kb/s}", ".fault.dribble", "'5kb/s'"),
    "chance": in_rule("chance: 20, fault: reset", ".chance", "20 is greater"),
    "attempts": in_rule("attempts: [1, 2-], fault: reset", ".attempts[1]", "'2-'"),
    "rate": in_root("limits: [{name: a, requests: 60/week}]", ".limits[0].requests", "'60/week'"),
    "comparison": in_root("expect: {calls: {succeeded: 95%}}", ".expect.calls.succeeded", "'95%'"),
    "seed": in_root("seed: -1", ".seed", "-1 is less"),
    "time to live": in_root(
        "source: {replay: r.yaml, ttl: 1week}", ".source.ttl", "'1week'"),
    # Keys.
    "key of the scenario": in_root("sede: 7", "", "'sede'"),
    "key of a rule": in_rule("fault: reset, atempts: 1", "", "'atempts'"),
    "key of a fault": in_rule("fault: {cuase: overloaded}", ".fault", "'cuase'"),
    "key of a cut": in_rule("fault: {cut: fin, att: start}", ".fault", "'att'"),
    "key of another fault": in_rule(
        "fault: {cut: fin, at: start, retry-after: 1s}", ".fault", "'retry-after'"),
    "two faults in one": in_rule("fault: {hang: 1s, stall: 1s, at: 50%}", ".fault", "'stall'"),
    "place of a fault without one": in_rule("fault: {page: page-502, at: start}", ".fault", "'at'"),
    "no place": in_rule("fault: {cut: reset}", ".fault", "'at'"),
    "key of a condition": in_rule("when: {modell: a}, fault: reset", ".when", "'modell'"),
    "key of a latency": in_rule("latency: {frst-token: 1s}", ".latency", "'frst-token'"),
    "key of a tool call": in_rule(
        "reply: {tool-calls: [{name: f, args: {}}]}", ".reply['tool-calls'][0]", "'args'"),
    "key of a step": in_rule("sequence: [{fautl: reset}, ok]", ".sequence[0]", "'fautl'"),
    "key of a sequence": in_rule("sequence: {steps: [ok], than: ok}", ".sequence", "'than'"),
    "key beside a sequence": in_rule("sequence: [ok], latency: 1s", "", "'latency'"),
    "key of a phase's rule": in_root(
        "phases: [{name: p, for: 1m, rules: [{name: a, fualt: reset}]}]",
        ".phases[0].rules[0]", "'fualt'"),
    "key of an expectation": in_root(
        "expect: [{attempts: {per-cal: == 1}}]", ".expect[0].attempts", "'per-cal'"),
    "rule of the scorecard": in_root(
        "expect: {scorecard: {jiter: 'off'}}", ".expect.scorecard", "'jiter'"),
    "key of a part of a request": in_root(
        "source: {replay: r.yaml, match: {on: [model, {heder: a}]}}",
        ".source.match.on[1]", "'heder'"),
    # Kinds.
    "rules as a mapping": in_root("rules: {name: a, fault: reset}", ".rules", "not of type 'array'"),
    "fault as a number": in_rule("fault: 503", ".fault", "503 is not of type"),
    "step as a list": in_rule("sequence: [ok, [ok]]", ".sequence[1]", "['ok'] is not of type"),
    "condition as a text": in_rule("when: gpt-4, fault: reset", ".when", "'gpt-4'"),
    "reply as a text": in_rule("reply: Hello", ".reply", "'Hello'"),
    "stream as a word": in_rule("when: {stream: 'yes'}, fault: reset", ".when.stream", "'yes'"),
    "model as a mapping": in_rule("when: {model: {a: b}}, fault: reset", ".when.model", "{'a': 'b'}"),
    "empty alternatives": in_rule("one-of: []", "['one-of']", "[]"),
}


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: `on` and `yes` are texts."""


CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|", "~n"),
):
    CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), [*_first, ""])


def read(text: str) -> Any:
    return yaml.load(text, CoreLoader)
