"""The shipped drills, each with a client that does as its page says, and with those that do not.
The clock is one that the clients move, so that minutes take no time."""
import itertools
import json
import pathlib
import subprocess
import sys

import pytest

from kit import BROWNOUT, ROOT, SCENARIOS, brownout

DRILLS = SCENARIOS / "drills"
SHIPPED = sorted(path.stem for path in DRILLS.glob("*.yaml"))
PAGE = ROOT / "Sources" / "brownout" / "brownout.docc" / "Drills.md"
CLIENTS = pathlib.Path(__file__).parent / "drill_clients.py"

# For each client the rules of the scorecard that fail, and the expectations that do not pass.
HABITS = {
    "breaker-probe-refused": {
        "keeps-apart": (set(), {}),
        # It was closed before there was a recovery.
        "closes": (set(), {"calls.failed": "fail", "breaker.closes-within": "unknown"}),
        "wedges": ({"circuit-breaker"}, {"breaker.closes-within": "fail"}),
    },
    "recovery-herd": {
        "waits-longer-and-differently": (set(), {}),
        "polls": ({"herd", "amplification", "jitter", "backoff-grows"},
                  {"attempts.amplification": "fail"}),
    },
    "fallback-fails-too": {
        "says-so": (set(), {}),
        "takes-turns": ({"permanent-not-retried"}, {"not-retried": "fail"}),
        "calls-it-overload": ({"categories"}, {"categories.accuracy": "fail"}),
        "is-content": (set(), {"calls.succeeded": "fail", "categories.accuracy": "unknown"}),
    },
    "cut-after-tool-call": {
        # What went out is paid for, whoever repeats it.
        "waits-for-all-of-it": ({"duplicate-billing"}, {}),
        "runs-it-twice": ({"tool-executed-once", "duplicate-billing"}, {}),
        "says-nothing": ({"no-retry-after-output", "duplicate-billing"}, {}),
    },
}


@pytest.fixture
def drill(tmp_path):
    def run(name, habit):
        file, out = tmp_path / "drill.yaml", tmp_path / "verdict.json"
        text = (DRILLS / f"{name}.yaml").read_text()
        file.write_text(text.replace("\nseed:", "\nclock: manual\nseed:"))
        ended = subprocess.run(
            [BROWNOUT, "drill", file, "--json", out, "--", sys.executable, CLIENTS, name, habit],
            capture_output=True, text=True, timeout=60)
        assert out.exists(), ended.stderr
        return ended.returncode, json.loads(out.read_text()), ended.stdout + ended.stderr
    return run


@pytest.mark.parametrize("name", SHIPPED)
def test_a_drill_opens_with_its_lesson_and_has_no_faults_of_its_own(name):
    path = DRILLS / f"{name}.yaml"
    comment = list(itertools.takewhile(
        lambda line: line.startswith("#"), path.read_text().splitlines()))
    assert 3 <= len(comment) <= 8 and comment[1] == "#"
    checked = brownout("check", path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "warning" not in checked.stdout + checked.stderr


@pytest.mark.parametrize("name", SHIPPED)
def test_a_drill_has_clients_and_a_place_on_the_page(name):
    assert len(HABITS[name]) >= 2
    assert f"`Scenarios/drills/{name}.yaml`" in PAGE.read_text()


@pytest.mark.parametrize(
    "name, habit", [(name, habit) for name, habits in HABITS.items() for habit in habits])
def test_a_drill_tells_good_clients_from_others(drill, name, habit):
    code, verdict, text = drill(name, habit)
    rules, expectations = HABITS[name][habit]
    assert verdict["command"]["exit"] == 0, text
    assert {row["rule"] for row in verdict["rules"] if row["verdict"] == "fail"} == rules, text
    assert {row["expect"]: row["verdict"] for row in verdict["expect"]
            if row["verdict"] != "pass"} == expectations, text
    is_good = habit == next(iter(HABITS[name]))
    assert (code, verdict["verdict"]) == ((0, "pass") if is_good else (1, "fail")), text
