"""The weather changes: phases, ramps, and a clock that a test moves."""
import json
import threading
import time

import pytest

from kit import SCENARIOS, brownout, events

pytestmark = pytest.mark.serial

OUTAGE = """
scenario: an outage
phases:
  - {name: healthy, calls: 3}
  - {name: outage, for: 60s, rules: [{name: down, fault: unavailable}]}
  - {name: recovery, until: advanced, rules: [{name: slow, latency: 5s}]}
rules:
  - {name: claude is limited, when: {provider: anthropic}, fault: rate-limited}
"""


@pytest.fixture
def outage(serve, tmp_path):
    path = tmp_path / "outage.yaml"
    path.write_text(OUTAGE)
    return serve(path, "--clock", "manual")


@pytest.fixture
def mode():
    return "sync"


def phase(server, session=None):
    status, body = server.command("GET", "/phase" + (f"?session={session}" if session else ""))
    assert status == 200, body
    return body["phase"]["name"]


def test_a_minute_of_outage_takes_no_time(outage):
    began = time.monotonic()
    statuses = [outage.chat(f"call {index}")[0] for index in range(5)]
    assert statuses == [200, 200, 200, 503, 503]
    outage.advance("59s")
    assert outage.chat("late")[0] == 503
    outage.advance("1s")
    assert phase(outage) == "recovery"
    assert time.monotonic() - began < 5


def test_each_session_goes_through_the_phases_by_itself(outage):
    for index in range(4):
        outage.chat(f"call {index}", headers={"x-brownout-session": "busy"})
    assert (phase(outage, "busy"), phase(outage, "calm")) == ("outage", "healthy")


def test_the_scenarios_rules_come_after_those_of_the_phase(outage):
    assert outage.message("before")[0] == 429
    status, body = outage.command("POST", "/phase", {"to": "outage"})
    assert status == 200, body
    assert outage.message("during")[0] == 503


def test_an_sdk_waits_for_what_the_hand_moved_clock_brings(outage, connect, provider):
    if provider == "anthropic":
        pytest.skip("limited in every phase")
    outage.command("POST", "/phase", {"to": "recovery"})
    client = connect(provider, outage, max_retries=0, timeout=20)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(client.ask("slowly")))
    began = time.monotonic()
    asking.start()
    time.sleep(0.3)
    assert not answers
    outage.advance("5s")
    asking.join(10)
    assert answers and time.monotonic() - began < 4
    row = outage.journal()[-1]
    assert row["planned_first_byte_us"] == row["first_byte_us"] == 5_000_000


def test_a_stall_of_half_a_minute_takes_no_time(serve, tmp_path):
    path = tmp_path / "stall.yaml"
    path.write_text("scenario: t\nclock: manual\n"
                    "rules: [{name: s, fault: {stall: 30s, at: event 3}}]\n")
    server = serve(path)
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(server.chat("hello", stream=True, timeout=20)))
    began = time.monotonic()
    asking.start()
    time.sleep(0.3)
    assert not answers
    server.advance("30s")
    asking.join(10)
    assert time.monotonic() - began < 5
    assert events(answers[0][2])[-1] == "[DONE]"


def test_a_fast_clock_shortens_the_waits(serve, tmp_path):
    path = tmp_path / "fast.yaml"
    path.write_text("scenario: t\nrules: [{name: s, latency: 60s}]\n")
    server = serve(path, "--clock", "x200")
    began = time.monotonic()
    assert server.chat("hello")[0] == 200
    assert 0.29 < time.monotonic() - began < 5
    assert server.command("POST", "/clock/advance", {"by": "1s"})[0] == 409


def test_a_clock_that_is_none_is_refused(tmp_path):
    done = brownout("serve", "--clock", "sundial", "--port", "0", "--control-port", "0")
    assert done.returncode == 2
    assert "allowed: real, manual, x10" in done.stderr


def test_plan_shows_the_timeline():
    path = SCENARIOS / "outage-and-recovery.yaml"
    done = brownout("plan", path, "--calls", "65", "--attempts", "1", "--every", "2s")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["healthy", "20", "calls", "call", "1,", "0s"] in lines
    assert ["outage", "1m", "call", "21,", "40s"] in lines
    assert ["recovery", "30s,", "100%..0%", "call", "51,", "100s"] in lines
    assert not any(line[:1] == ["(over)"] for line in lines)


def test_plan_spreads_the_calls_over_the_phases():
    path = SCENARIOS / "outage-and-recovery.yaml"
    done = brownout("plan", path, "--calls", "110", "--attempts", "1", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["at_us"] for row in rows[:3]] == [0, 1_000_000, 2_000_000]
    phases = {row["phase"] for row in rows}
    assert phases == {"healthy", "outage", "recovery"}
