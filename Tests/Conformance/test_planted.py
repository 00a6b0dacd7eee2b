"""Clients whose habit is known, and what a drill says of each: no false pass, no false fail, and
`unknown` where nothing tells. The clients are in habits/ and planted.mjs, the table of what is
right in planted_cases.py."""
import json
import pathlib
import subprocess
import sys

import pytest

from kit import BROWNOUT
from planted import HABITS
from planted_cases import CASES, OUTCOMES

HERE = pathlib.Path(__file__).parent
LANGUAGES = {
    "python": [sys.executable, HERE / "planted.py"],
    "node": ["node", HERE / "planted.mjs"],
}
# Of these it can be said that nothing happened.
WITHOUT_PROOF = {"never-fired"}


@pytest.fixture
def drill(tmp_path):
    """Runs a drill; its exit code, its JSON and what it printed."""
    def run(scenario, *command, options=()):
        file, out = tmp_path / "planted.yaml", tmp_path / "verdict.json"
        file.write_text(scenario)
        ended = subprocess.run(
            [BROWNOUT, "drill", file, "--json", out, *options, "--", *command],
            capture_output=True, text=True, timeout=60)
        assert out.exists(), ended.stderr
        return ended.returncode, json.loads(out.read_text()), ended.stdout + ended.stderr
    return run


def in_words(call):
    words = [call["outcome"], str(len(call["attempts"]))]
    return " ".join(words + ["unsure"] * (call["tie"] == "unsure") + ["hedged"] * call["hedged"])


def of(case):
    """Every case in Python, and those that Node has too."""
    return [(case, "python")] + [(case, "node")] * case.node


@pytest.mark.parametrize(
    "case, language", [pair for case in CASES for pair in of(case)],
    ids=lambda value: str(value).replace(" ", "-").replace(",", ""))
def test_a_habit_is_known(drill, case, language):
    code, verdict, text = drill(case.scenario, *LANGUAGES[language], case.habit,
                                options=case.options)
    rules = {row["rule"]: row for row in verdict["rules"]}
    found = {name: rules[name]["verdict"] if name in rules else "no such rule"
             for name in case.rules}
    assert found == case.rules, text
    failed = {name for name, row in rules.items() if row["verdict"] == "fail"}
    assert failed == {name for name, word in case.rules.items() if word == "fail"}, text
    for name in failed - WITHOUT_PROOF:
        assert rules[name]["calls"] or rules[name]["exchanges"], f"{name} proves nothing"
    expected = {row["expect"]: row["verdict"] for row in verdict["expect"]}
    assert expected == case.expect, text
    if case.calls is not None:
        assert [in_words(call) for call in verdict["calls"]] == case.calls, text
    assert verdict["command"]["exit"] == case.exit, text
    assert (verdict["verdict"], code) == (
        "pass" if case.options else case.verdict, OUTCOMES[case.verdict]), text


def test_connections_are_counted(drill):
    _, verdict, text = drill("scenario: healthy", *LANGUAGES["python"], "keeps-its-connection")
    [row] = [row for row in verdict["rules"] if row["rule"] == "connection-reuse"]
    assert row["measured"] == {"requests": 4, "connections": 1}, text


def test_money_is_counted(drill):
    """What was paid for twice is wasted; of a healthy run everything is of use."""
    _, verdict, _ = drill("scenario: healthy", *LANGUAGES["python"], "asks-the-same-later")
    cost = verdict["cost"]
    assert cost["currency"] == "USD" and cost["useful"] > 0 == cost["wasted"]
    assert cost["unknown-models"] == []
    _, verdict, _ = drill("scenario: healthy", *LANGUAGES["python"], "pays-twice")
    cost = verdict["cost"]
    assert cost["useful"] > 0 and cost["wasted"] > 0


def test_an_outcome_of_nothing_is_refused(serve):
    server = serve("scenario: healthy")
    for subject in ({"call": "nobody"}, {"request-id": "req_0000000000000000"}):
        assert server.command("POST", "/outcomes", {**subject, "outcome": "failed"})[0] == 404
    server.chat(headers={"x-brownout-call": "somebody"})
    said = {"call": "somebody", "outcome": "failed"}
    assert server.command("POST", "/outcomes", said)[0] < 300
    for wrong in ({"outcome": "lost"}, {"category": "bad_luck"}, {"retryable": "perhaps"}):
        status, answer = server.command("POST", "/outcomes", {**said, **wrong})
        assert status in (400, 422) and answer["error"]["message"], wrong


def test_every_rule_has_a_client_that_passes_and_one_that_fails():
    """Those that only measure fail nobody."""
    measuring = {"fallback", "key-rotated", "connection-reuse"}
    passed = {name for case in CASES for name, word in case.rules.items() if word == "pass"}
    failed = {name for case in CASES for name, word in case.rules.items() if word == "fail"}
    ended = subprocess.run([BROWNOUT, "schema"], capture_output=True, text=True, timeout=60)
    named = set(rules_of(json.loads(ended.stdout)))
    assert named - passed == set()
    assert named - failed == measuring


def test_every_habit_has_a_case():
    assert set(HABITS) == {case.habit for case in CASES}


def rules_of(schema):
    """The names that `scorecard` takes, wherever the schema has them."""
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        if "retry-after-honoured" in properties:
            yield from properties
        for value in schema.values():
            yield from rules_of(value)
    if isinstance(schema, list):
        for value in schema:
            yield from rules_of(value)
