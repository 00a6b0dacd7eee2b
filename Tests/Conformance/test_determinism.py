"""The same scenario and seed give the same decisions, whatever the order and the threads."""
import concurrent.futures
import random

import pytest

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
