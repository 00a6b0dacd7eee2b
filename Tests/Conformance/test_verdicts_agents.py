"""Agents' libraries fall back from one provider to another. That is one call, and nothing is given
up, however often each provider is asked before."""
import json
import pathlib
import subprocess
import sys

import pytest

from kit import BROWNOUT

AGENTS = pathlib.Path(__file__).parent / "agents.py"

# How often each library asks OpenAI, and then Anthropic, where nothing is well. LiteLLM's router
# was told not to try again; the others leave that to the SDKs.
ATTEMPTS = {"litellm": (1, 1), "langchain": (3, 3), "pydantic-ai": (3, 3)}

DOWN = """
scenario: OpenAI is down
expect:
  - fallback: {from: openai, to: anthropic, within: 5s}
    calls: {total: "== 1"}
rules:
  - {name: down, when: {provider: WHO}, fault: unavailable}
"""


@pytest.fixture
def drill(tmp_path):
    def run(scenario, library):
        file, out = tmp_path / "scenario.yaml", tmp_path / "verdict.json"
        file.write_text(scenario)
        ended = subprocess.run(
            [BROWNOUT, "drill", file, "--json", out, "--", sys.executable, AGENTS, library],
            capture_output=True, text=True, timeout=120)
        print(ended.stdout + ended.stderr)
        return ended.returncode, json.loads(out.read_text()), ended.stdout
    return run


def check(verdict):
    """What is said of the one call, however it ended."""
    [call] = verdict["calls"]
    assert (call["tie"], call["hedged"]) == ("sure", False)
    rules = {row["rule"]: row["verdict"] for row in verdict["rules"]}
    assert [name for name, word in rules.items() if word == "fail"] == []
    assert rules["fallback"] == rules["transient-retried"] == "pass"
    assert {row["expect"]: row["verdict"] for row in verdict["expect"]} == {
        "fallback": "pass", "calls.total": "pass"}
    return call


@pytest.mark.parametrize("library", ATTEMPTS)
def test_a_fallback_is_one_call_that_was_delivered(drill, library):
    code, verdict, text = drill(DOWN.replace("WHO", "openai"), library)
    call = check(verdict)
    assert (code, verdict["verdict"], call["outcome"]) == (0, "pass", "delivered")
    asked, _ = ATTEMPTS[library]
    assert [(attempt["provider"], attempt["status"]) for attempt in call["attempts"]] == (
        [("openai", 503)] * asked + [("anthropic", 200)])
    assert "gave up" not in text


@pytest.mark.parametrize("library", ATTEMPTS)
def test_a_fallback_that_fails_too_is_one_call_that_is_exhausted(drill, library):
    code, verdict, text = drill(DOWN.replace("WHO", '"*"'), library)
    call = check(verdict)
    assert (code, verdict["verdict"], call["outcome"]) == (0, "pass", "exhausted")
    first, second = ATTEMPTS[library]
    assert [attempt["provider"] for attempt in call["attempts"]] == (
        ["openai"] * first + ["anthropic"] * second)
    assert "gave up" in text
