"""The same scenario and seed give the same decisions, whatever the order and the threads."""
import concurrent.futures
import contextlib
import http.client
import json
import random

import pytest

from kit import brownout, chat_body, message_body

COIN = """scenario: coin
seed: 11
rules:
  - name: coin
    chance: 20%
    fault: {cause: overloaded, retry-after: absent}
"""
CALLS, CLIENTS, ATTEMPTS = 400, 16, 3


def attempt_until_success(server, number):
    for _ in range(ATTEMPTS):
        if server.chat(f"call {number}")[0] == 200:
            return


def decisions(serve, shuffle, *options):
    """The log of one run: what was decided for each attempt of each call."""
    server = serve(COIN, *options)
    calls = list(range(CALLS))
    random.Random(shuffle).shuffle(calls)
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda number: attempt_until_success(server, number), calls))
    return sorted((row["call_key"], row["attempt"], row["rule"] or "", row["status"], row["id"])
                  for row in server.journal())


@pytest.fixture(scope="module")
def first_log():
    """The log the others are held against, made once."""
    return {}


@pytest.mark.parametrize(("shuffle", "options"), [
    (1, ()), (2, ()), (3, ("--threads", "1")), (4, ("--threads", "4"))],
    ids=["one order", "another order", "1 loop", "4 loops"])
def test_runs_decide_alike(serve, first_log, shuffle, options):
    log = decisions(serve, shuffle, *options)
    assert log == first_log.setdefault("log", log)
    assert len({call for call, *_ in log}) == CALLS
    failed_first = sum(attempt == 1 and status == 503 for _, attempt, _, status, _ in log)
    assert 50 <= failed_first <= 110, "20 % of 400, five standard deviations either way"


def test_another_seed_decides_otherwise(serve, first_log):
    log = decisions(serve, 1, "--seed", "12")
    assert log != first_log.get("log")


# Whether an attempt succeeds is not the fault's name alone: a position may never come, and
# Anthropic refuses content with 200.
MIXED = """scenario: mixed
seed: 99
rules:
  - {name: late, also: true, chance: 40%, latency: 1ms..5ms}
  - name: wobble
    one-of:
      - {chance: 20%, fault: rate-limited}
      - {chance: 10%, fault: content-policy}
      - {chance: 10%, fault: {cut: fin, at: token 3}}
      - {chance: 10%, fault: {cut: clean, at: token 500}}
      - {chance: 10%, fault: {cause: overloaded, at: event 2}}
      - {chance: 10%, fault: {stall: 5ms, at: 50%}}
  - {name: by attempt, sequence: [ok, overloaded, ok]}
"""


def planned_fault(row):
    """The fault that the plan of a journal's row begins with."""
    first = row["plan"][0]
    return first.removeprefix("fault: ") if first.startswith("fault: ") else None


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize(("provider", "session"), [("openai", "default"), ("anthropic", "other")])
def test_the_plan_is_what_the_server_then_decides(serve, tmp_path, provider, session, stream):
    scenario = tmp_path / "mixed.yaml"
    scenario.write_text(MIXED)
    printed = brownout("plan", scenario, "--calls", 60, "--json", "--provider", provider,
                       "--session", session, *(["--stream"] if stream else []))
    assert printed.returncode == 0, printed.stderr
    plan = [json.loads(line) for line in printed.stdout.splitlines()]
    server = serve(MIXED)
    path, body = {"openai": ("/v1/chat/completions", chat_body("hello", stream=stream)),
                  "anthropic": ("/v1/messages", message_body("hello", stream=stream))}[provider]
    for entry in plan:
        with contextlib.suppress(OSError, http.client.HTTPException):
            server.post(path, body, {"x-brownout-call": entry["call"],
                                     "x-brownout-session": session,
                                     "anthropic-version": "2023-06-01"})
    assert [(row["call_key"], row["attempt"], row["id"], row["rule"], planned_fault(row))
            for row in server.journal()] == [
        (entry["call"], entry["attempt"], entry["id"], entry["rule"], entry["fault"])
        for entry in plan]


def test_a_plan_for_requests_that_are_refused_is_refused(tmp_path):
    scenario = tmp_path / "mixed.yaml"
    scenario.write_text(MIXED)
    printed = brownout("plan", scenario, "--session", "a b")
    assert printed.returncode == 2
    assert "Session names are 1 to 64 letters" in printed.stderr
