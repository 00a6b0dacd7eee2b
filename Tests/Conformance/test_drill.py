"""`brownout drill`: a command beside a scenario, and what is said of it. The clients here do one
thing each, right or wrong, over a socket of their own."""
import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from kit import BROWNOUT

LIMITED = """
scenario: limited
rules:
  - {name: r, attempts: 1, fault: {cause: rate-limited, retry-after: {ms: 400ms}}}
"""

CLIENT = textwrap.dedent('''
    import http.client, json, os, sys, time, urllib.parse
    base = urllib.parse.urlsplit(os.environ["OPENAI_BASE_URL"])
    mode = sys.argv[1]

    def ask(text="hi", **headers):
        connection = http.client.HTTPConnection(base.hostname, base.port)
        body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]}
        connection.request("POST", base.path + "/chat/completions", json.dumps(body), {
            "Content-Type": "application/json",
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], **headers})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("retry-after-ms")

    if mode == "sleep":
        ask()
        print("asked", flush=True)
        time.sleep(60)
    for attempt in range(4):
        status, wait = ask()
        if status == 200 or mode == "once" or status == 400 and mode != "repeat":
            break
        time.sleep(0 if mode == "early" else (float(wait or 100) + 30) / 1000)
    sys.exit(3 if mode == "failing" else 0)
''')


@pytest.fixture
def drill(tmp_path):
    """Runs a drill; returns its exit code, its JSON and what it printed."""
    client = tmp_path / "client.py"
    client.write_text(CLIENT)

    def run(scenario, mode, *options):
        file, out = tmp_path / "scenario.yaml", tmp_path / "verdict.json"
        file.write_text(scenario)
        out.unlink(missing_ok=True)
        ended = subprocess.run(
            [BROWNOUT, "drill", file, "--json", out, *options, "--", sys.executable, client, mode],
            capture_output=True, text=True, timeout=60)
        verdict = json.loads(out.read_text()) if out.exists() else None
        return ended.returncode, verdict, ended.stdout + ended.stderr

    return run


def rule(verdict, name):
    return next(row for row in verdict["rules"] if row["rule"] == name)


def test_a_client_that_keeps_its_promise_passes(drill):
    code, verdict, text = drill(LIMITED, "polite")
    assert (code, verdict["verdict"]) == (0, "pass"), text
    assert rule(verdict, "retry-after-honoured")["verdict"] == "pass"
    [call] = verdict["calls"]
    assert [attempt["status"] for attempt in call["attempts"]] == [429, 200]
    assert (call["outcome"], call["tie"]) == ("delivered", "sure")
    for attempt in call["attempts"]:
        assert attempt["request-id"].startswith("req_" + attempt["exchange"])
    assert call["attempts"][0]["promised"] == 0.4 <= call["attempts"][0]["waited"]
    assert verdict["command"]["exit"] == 0
    assert verdict["faults"] == [
        {"rule": "r", "fault": "rate-limited", "fired": 1, "injected": 1}]
    assert verdict["coverage"] == [
        {"cause": "rate-limited", "endpoint": "chat-completions", "where": "before", "count": 1}]
    assert "retry-after-honoured" in text and text.rstrip().endswith("pass")


def test_a_client_that_comes_too_early_fails(drill):
    code, verdict, _ = drill(LIMITED, "early")
    finding = rule(verdict, "retry-after-honoured")
    assert (code, finding["verdict"]) == (1, "fail"), finding
    assert finding["calls"] == ["c1"] and len(finding["exchanges"]) == 2


def test_a_client_that_repeats_what_cannot_pass_fails(drill):
    code, verdict, _ = drill("scenario: bad\nrules:\n  - {name: r, fault: bad-request}\n", "repeat")
    assert code == 1
    assert rule(verdict, "permanent-not-retried")["verdict"] == "fail"
    assert verdict["calls"][0]["outcome"] == "refused"


def test_a_drill_that_injects_nothing_fails(drill):
    scenario = "scenario: never\nrules:\n  - {name: r, when: {model: other}, fault: overloaded}\n"
    code, verdict, _ = drill(scenario, "polite")
    assert (code, verdict["verdict"]) == (1, "fail")
    assert rule(verdict, "never-fired")["verdict"] == "fail"


def test_a_command_that_fails_fails_the_drill(drill):
    code, verdict, _ = drill(LIMITED, "failing")
    assert (code, verdict["command"]["exit"], verdict["verdict"]) == (1, 3, "fail")


def test_what_is_wrong_is_said_before_anything_runs(drill, tmp_path):
    code, verdict, text = drill("scenario: x\nrulez: []\n", "polite")
    assert (code, verdict) == (2, None)
    assert "rulez" in text
    ended = subprocess.run([BROWNOUT, "drill", tmp_path / "scenario.yaml"], capture_output=True,
                           text=True, timeout=60)
    assert ended.returncode == 2 and "no command" in ended.stderr
    (tmp_path / "scenario.yaml").write_text(LIMITED)
    ended = subprocess.run([BROWNOUT, "drill", tmp_path / "scenario.yaml", "--", "/no/such"],
                           capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2 and "/no/such" in ended.stderr


def test_ctrl_c_ends_the_command_and_judges_what_there_was(tmp_path):
    (tmp_path / "client.py").write_text(CLIENT)
    (tmp_path / "scenario.yaml").write_text("scenario: healthy\n")
    process = subprocess.Popen(
        [BROWNOUT, "drill", "scenario.yaml", "--json", "out.json", "--", sys.executable,
         "client.py", "sleep"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"asked\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    verdict = json.loads((tmp_path / "out.json").read_text())
    assert len(verdict["calls"]) == 1
    assert verdict["command"]["exit"] != 0
    assert process.returncode == 1


def is_running(pid):
    try:
        state = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for_end(pid, seconds=5):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and is_running(pid):
        time.sleep(0.05)
    return not is_running(pid)


def test_a_second_signal_ends_a_command_that_does_not_listen(tmp_path):
    (tmp_path / "scenario.yaml").write_text("scenario: healthy\n")
    process = subprocess.Popen(
        [BROWNOUT, "drill", tmp_path / "scenario.yaml", "--", sys.executable, "-c",
         "import os, signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
         "print(os.getpid(), flush=True); time.sleep(300)"], stdout=subprocess.PIPE)
    pid = int(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert wait_for_end(pid)


def test_nothing_of_the_command_outlives_the_drill(tmp_path):
    (tmp_path / "scenario.yaml").write_text("scenario: healthy\n")
    note = tmp_path / "pid"
    subprocess.run(
        [BROWNOUT, "drill", tmp_path / "scenario.yaml", "--", "sh", "-c",
         f"sleep 300 & echo $! > {note}"], timeout=60, capture_output=True)
    assert wait_for_end(int(note.read_text()))


def test_report_and_calls_read_a_journal(tmp_path, serve):
    # One loop hears in order that a connection is closed and that the next one asks.
    server = serve(LIMITED, "--threads", "1")
    environment = os.environ | {"OPENAI_BASE_URL": server.data + "/openai/v1",
                                "OPENAI_API_KEY": "sk-any"}
    (tmp_path / "client.py").write_text(CLIENT)
    subprocess.run([sys.executable, tmp_path / "client.py", "early"], env=environment, timeout=60)
    server.stop()
    ended = subprocess.run([BROWNOUT, "calls", "--json", "--journal", server.journal_file],
                           capture_output=True, text=True, timeout=60)
    [call] = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [attempt["status"] for attempt in call["attempts"]][0] == 429
    ended = subprocess.run([BROWNOUT, "report", "--journal", server.journal_file, "--json", "-"],
                           capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert rule(json.loads(ended.stdout), "retry-after-honoured")["verdict"] == "fail"


def test_expectations_are_about_requests_with_a_header(drill, tmp_path):
    scenario = textwrap.dedent("""
        scenario: scoped
        rules:
          - {name: r, attempts: 1, fault: overloaded}
        expect:
          - when: {header: {x-brownout-nobody: "*"}}
            calls: {total: "== 0"}
          - when: {header: {authorization: "Bearer *"}, body: {/model: gpt-4o-mini}}
            calls: {total: "== 1"}
    """)
    code, verdict, text = drill(scenario, "polite")
    assert code == 0, text
    assert [row["verdict"] for row in verdict["expect"]] == ["pass", "pass"]
