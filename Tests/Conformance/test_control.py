"""The control port: every route, its document, who is let in, and what it changes."""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse

import httpx
import jsonschema
import openapi_spec_validator
import pytest
from prometheus_client.parser import text_string_to_metric_families

from kit import BROWNOUT, brownout
from sdks import CLIENTS

@pytest.mark.serial
def test_opening_recordings_holds_up_nobody_and_ends_with_the_server(serve, tmp_path):
    document = pathlib.Path(__file__).parent.parent.parent / "Recordings" / "openai-plain.yaml"
    one = document.read_text().split("\n...\n")[0] + "\n...\n"
    name = re.search(r"(?m)^id: (.*)$", one)[0]
    big = tmp_path / "big.yaml"
    big.write_text("".join(one.replace(name, f"id: r{number}") for number in range(20_000)))
    server = serve()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        def open_it(session):
            with contextlib.suppress(httpx.HTTPError):
                httpx.put(f"{server.control}/sessions/{session}/scenario", timeout=60,
                          content=f"scenario: big\nsource: {{replay: {big}, order: cycle}}")
        opening = [pool.submit(open_it, session) for session in "abc"]
        time.sleep(0.5)
        assert get(server, "/health").status_code == 200
        put(server, "/scenario", "scenario: other")
        assert not any(one.done() for one in opening)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5


PHASES = """
scenario: weather
seed: 3
clock: manual
phases:
  - {name: healthy, until: advanced}
  - {name: outage, until: advanced, rules: [{name: down, fault: unavailable}]}
rules: [{name: busy, when: {user-text: busy}, fault: overloaded}]
"""


def get(server, path, **options):
    return httpx.get(server.control + path, timeout=10, **options)


def put(server, path, text):
    answer = httpx.put(server.control + path, content=text, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def until(condition, seconds=10):
    """Waits for what comes by itself."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def actions(server):
    status, body = server.command("GET", "/actions")
    assert status == 200
    return [(action["action"], action["outcome"]) for action in body["actions"]]


# Every route

STORM = "scenario: storm\nrules: [{name: a, fault: overloaded}]"
JOURNEY = [
    ("GET", "/health", None, 200), ("GET", "/scenario", None, 200),
    ("PUT", "/sessions/a/scenario", STORM, 200), ("GET", "/sessions/a/scenario", None, 200),
    ("GET", "/sessions", None, 200), ("POST", "/sessions/a/reset", None, 200),
    ("DELETE", "/sessions/a/scenario", None, 200), ("GET", "/phase", None, 200),
    ("POST", "/phase", {"to": "outage"}, 200), ("GET", "/access", None, 200),
    ("PATCH", "/access", {"deny": ["10.0.0.50"]}, 200), ("PUT", "/access", {}, 200),
    ("POST", "/rules", {"name": "once", "fault": "reset", "ttl": "1s"}, 201),
    ("GET", "/rules", None, 200), ("DELETE", "/rules/once", None, 200),
    ("GET", "/clock", None, 200), ("POST", "/clock/advance", {"by": "60s"}, 200),
    ("GET", "/exchanges", None, 200), ("GET", "/exchanges/1", None, 200),
    ("POST", "/outcomes", {"call": "a-call", "outcome": "failed", "category": "auth"}, 200),
    ("GET", "/verdict", None, 200), ("GET", "/sessions/default/calls", None, 200),
    ("GET", "/recordings", None, 200), ("POST", "/recordings/invalidate", {"all": True}, 200),
    ("GET", "/actions", None, 200), ("PUT", "/scenario", STORM, 200),
    ("GET", "/openapi.json", None, 200),
]


def test_every_route_answers_as_its_schema_says(serve):
    server = serve(PHASES)
    document = get(server, "/openapi.json").json()
    server.chat("a first exchange", headers={"x-brownout-call": "a-call"})
    seen = {("get", "/metrics"), ("get", "/events")}  # Not JSON; below.
    for method, path, body, status in JOURNEY:
        content = body if isinstance(body, str) or body is None else json.dumps(body)
        answer = httpx.request(method, server.control + path, content=content, timeout=10)
        assert answer.status_code == status, answer.text
        template = next(known for known in document["paths"]
                        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path))
        operation = document["paths"][template][method.lower()]
        schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        jsonschema.Draft202012Validator(
            {**schema, "components": document["components"]}).validate(answer.json())
        seen.add((method.lower(), template))
    assert seen == {(method, path) for path, known in document["paths"].items()
                    for method in known}


def test_the_document_is_valid(serve):
    openapi_spec_validator.validate(get(serve(), "/openapi.json").json())


# What the schema of a scenario generates is mostly no scenario, so that what is right is not
# always accepted; and `/events` never ends.
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,"
          "response_schema_conformance,response_headers_conformance,unsupported_method,"
          "allow_header_conformance,negative_data_rejection")


def generate(server, folder, phases, examples, option, operations):
    """Sends what the document allows, and what it does not."""
    tool = shutil.which("schemathesis", path=os.path.dirname(sys.executable))
    run = subprocess.run(
        [tool, "run", f"{server.control}/openapi.json", "--checks", CHECKS, "--seed", "7",
         "--max-examples", str(examples), "--phases", phases,
         "--request-timeout", "5", "--exclude-path", "/events", "--no-color",
         *[word for operation in operations for word in (option, operation)],
         "--suppress-health-check", "all", "--generation-database", "none"],
        capture_output=True, text=True, timeout=480, cwd=folder)
    assert run.returncode == 0, run.stdout[-6000:]


def test_nothing_generated_from_the_document_fails_the_server(serve, tmp_path):
    server = serve(PHASES)
    # Whole scenarios have a schema so wide that to cover each of its keys takes longer than a run
    # may; they are drawn at random instead. The body of a session's is that of PUT /scenario.
    wide = ["put-scenario", "add-rule"]
    skipped = [*wide, "put-session-scenario"]
    generate(server, tmp_path, "examples,coverage,fuzzing", 5, "--exclude-operation-id", skipped)
    generate(server, tmp_path, "fuzzing", 25, "--include-operation-id", wide)
    assert server.process.poll() is None
    put(server, "/sessions/quiet/scenario", "scenario: quiet")
    for rule in server.command("GET", "/rules")[1]["rules"]:
        server.command("DELETE", "/rules/" + urllib.parse.quote(rule["name"], safe=""))
    assert server.chat("still there?", {"x-brownout-session": "quiet"})[0] == 200


def test_the_feed_tells_what_happens(serve):
    server = serve("scenario: x\nrules: [{name: busy, fault: overloaded}]")
    events = []
    with httpx.stream("GET", f"{server.control}/events?session=s", timeout=10) as feed:
        assert feed.headers["content-type"] == "text/event-stream"
        lines = feed.iter_lines()
        assert next(lines) == ": listening"
        server.chat("one", {"x-brownout-session": "other"})
        server.chat("two", {"x-brownout-session": "s"})
        while len(events) < 2:
            line = next(lines)
            if line.startswith("event: "):
                number, data = next(lines), next(lines)
                events.append((line[7:], int(number[4:]), json.loads(data[6:])))
                # An exchange is told of once its last byte is out, which its client does not wait
                # for.
                if len(events) == 1:
                    server.command("POST", "/sessions/s/reset")
    assert [(name, number) for name, number, _ in events] == [("exchange", 2), ("action", 3)]
    assert events[0][2]["session"] == "s" and events[0][2]["rule"] == "busy"
    assert events[1][2]["action"] == "reset-session"
    until(lambda: samples(server)["brownout_event_listeners"][()] == 0)


# Metrics

def samples(server):
    answer = get(server, "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.name.startswith("brownout_") and family.documentation
        assert family.type in ("counter", "gauge", "histogram")
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert labels not in found.setdefault(sample.name, {})
            found[sample.name][labels] = sample.value
    return found


def total(found, name, **labels):
    """The sum of the samples of a metric that have these labels."""
    return sum(value for known, value in found[name].items()
               if labels.items() <= dict(known).items())


def test_metrics_are_what_was_done(serve):
    server = serve("""
scenario: numbers
reply: {text: "one two three four five six seven eight"}
pace: {between-tokens: 20ms}
providers: {mine: openai}
limits: [{name: narrow, when: {user-text: counted}, requests: 3/min}]
rules:
  - {name: busy, when: {user-text: busy}, fault: overloaded}
  - {name: cut, when: {user-text: cut}, fault: {cut: fin, at: event 2}}
  - {name: late, when: {user-text: late}, latency: 300ms}
""")
    for _ in range(4):
        server.chat("counted")
    for _ in range(3):
        server.message("busy")
    with contextlib.suppress(Exception):
        server.chat("cut", stream=True)
    server.chat("late")
    server.chat("slowly", stream=True)
    server.post("/mine/v1/chat/completions", {"model": "gpt-4o", "messages": []})
    found = samples(server)
    requests = "brownout_requests_total"
    assert total(found, requests) == 11
    assert total(found, requests, provider="openai", status="200", cause="none") == 6
    assert total(found, requests, status="429", cause="rate-limited") == 1
    assert total(found, requests, provider="anthropic", endpoint="messages", status="529",
                 cause="overloaded", model="claude-sonnet-4-5") == 3
    assert total(found, requests, provider="mine", status="400", model="gpt-4o") == 1
    assert total(found, "brownout_faults_total", fault="cut", reached="true") == 1
    assert total(found, "brownout_faults_total", fault="latency") == 1
    assert total(found, "brownout_faults_total") == 6
    assert total(found, "brownout_endings_total", ending="fin") == 1
    assert total(found, "brownout_accepted_connections_total") == 11
    assert total(found, "brownout_requests_in_progress") == 0
    assert total(found, "brownout_limit_remaining", limit="narrow", dimension="requests") == 0
    assert total(found, "brownout_limit_amount", limit="narrow") == 3
    assert total(found, "brownout_uptime_seconds") > 0
    for name in ("first_byte", "answer"):
        actual, planned = (f"brownout_{form}{name}_seconds" for form in ("", "planned_"))
        assert total(found, f"{actual}_count") == total(found, f"{planned}_count") == 11
        assert total(found, f"{actual}_bucket", le="+Inf") == 11
        assert 0.3 <= total(found, f"{planned}_sum") <= total(found, f"{actual}_sum") < 5
    assert total(found, "brownout_pacing_error_seconds_count") >= 7
    late = total(found, "brownout_pacing_error_seconds_bucket", le="0.1")
    assert late >= total(found, "brownout_pacing_error_seconds_count") - 1
    until(lambda: total(samples(server), "brownout_journal_written_total") == 11)


def test_names_that_clients_invent_are_bounded(serve):
    server = serve()
    for number in range(150):
        server.chat("hi", model=f"model-{number}")
    found = samples(server)["brownout_requests_total"]
    models = {dict(labels)["model"] for labels in found}
    assert len(models) == 101 and "other" in models
    assert sum(found.values()) == 150


# Sessions and rules

def test_eight_sessions_with_their_own_scenarios_do_not_disturb_each_other(serve, provider):
    server = serve()
    path = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}[provider]
    for number in range(8):
        put(server, f"/sessions/s{number}/scenario", f"""
scenario: of {number}
seed: {number}
reply: {{text: "I am {number}."}}
rules:
  - {{name: first attempts, attempts: 1-{number % 3 + 1}, fault: {{cause: overloaded,
     retry-after: {{ms: 5ms}}}}}}
""")

    def ask(number):
        client = CLIENTS[provider](
            server, "sync", max_retries=number % 3 + 1,
            default_headers={"x-brownout-session": f"s{number}"})
        try:
            return [client.text(client.ask(f"question {turn}")) for turn in range(5)]
        finally:
            client.close()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert answers == [[f"I am {number}."] * 5 for number in range(8)]
    rows = server.journal()
    for number in range(8):
        own = [row for row in rows if row["session"] == f"s{number}"]
        assert [row["attempt"] for row in own] == list(range(1, number % 3 + 3)) * 5
        assert {row["path"].endswith(path) for row in own} == {True}


@pytest.mark.serial
def test_a_temporary_rule_ends_by_itself(serve):
    server = serve()
    status, rule = server.command("POST", "/rules", "fault: overloaded\nttl: 1s\nsession: s",
                                  {"Content-Type": "application/yaml"})
    assert status == 201 and rule["name"] == "temporary-1" and 0.9 < rule["ends_in_s"] <= 1
    began = time.monotonic()
    session = {"x-brownout-session": "s"}
    assert server.chat("hi", session)[0] == 503
    assert server.chat("hi")[0] == 200
    until(lambda: server.chat("hi", session)[0] == 200)
    assert 0.5 < time.monotonic() - began < 3
    assert server.command("GET", "/rules")[1] == {"rules": []}


# Who is let in

def refused(*options, environment=None):
    run = subprocess.run(
        [BROWNOUT, "serve", "--port", "0", "--control-port", "0", "--no-journal", *options],
        capture_output=True, text=True, timeout=20, env={**os.environ, **(environment or {})})
    assert run.returncode == 2, run.stderr
    return run.stderr


def test_off_loopback_a_token_is_needed(tmp_path):
    assert "needs a token" in refused("--control-host", "0.0.0.0")
    assert "exclude each other" in refused("--control-token", "a", "--control-token-file", "b")
    assert "cannot be read" in refused("--control-token-file", str(tmp_path / "none"))
    (tmp_path / "empty").write_text("\n")
    assert "not a token" in refused("--control-token-file", str(tmp_path / "empty"))
    assert "not a token" in refused(environment={"BROWNOUT_CONTROL_TOKEN": "two words"})


@pytest.mark.parametrize("way", ["option", "file", "environment"])
def test_only_who_has_the_token_is_answered(serve, tmp_path, monkeypatch, way):
    options = ["--control-host", "0.0.0.0"]
    if way == "option":
        options += ["--control-token", "open-sesame"]
    elif way == "file":
        (tmp_path / "token").write_text("open-sesame\n")
        options += ["--control-token-file", str(tmp_path / "token")]
    else:
        monkeypatch.setenv("BROWNOUT_CONTROL_TOKEN", "open-sesame")
    server = serve(None, *options)
    key = {"Authorization": "Bearer open-sesame"}
    for path in ("/scenario", "/metrics", "/events", "/openapi.json"):
        answer = get(server, path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["error"]["code"] == "unauthorized"
    assert get(server, "/scenario", headers=key).status_code == 200
    assert get(server, "/health").json().keys() == {"status", "version"}
    assert get(server, "/health", headers=key).json()["scenario"] == "healthy"
    document = get(server, "/openapi.json", headers=key).json()
    assert document["security"] == [{"token": []}]
    assert "open-sesame" not in server.log.read_text()


def test_a_web_page_cannot_use_the_control_port(serve):
    server = serve()
    port = urllib.parse.urlsplit(server.control).port
    own = {"Origin": f"http://127.0.0.1:{port}"}
    assert get(server, "/scenario", headers=own).status_code == 200
    for headers in ({"Origin": "https://evil.example"}, {"Host": f"evil.example:{port}"},
                    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}):
        answer = httpx.post(f"{server.control}/sessions/a/reset", headers=headers)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    assert actions(server) == []


def test_the_data_port_has_no_control_functions(serve):
    server = serve()
    for path in get(server, "/openapi.json").json()["paths"]:
        for method in ("GET", "PUT", "POST", "DELETE"):
            status, fields, _ = server.request(method, path, b"scenario: x")
            assert status in (401, 404, 405) and fields.get("server") != "brownout"
    assert get(server, "/scenario").json()["scenario"] == "healthy"


# The journal

def test_actions_are_in_the_journal(serve):
    server = serve()
    put(server, "/sessions/a/scenario", STORM)
    assert server.command("PUT", "/scenario", "{}")[0] == 422
    assert actions(server) == [("put-session-scenario", "done"), ("put-scenario", "refused")]
    server.stop()
    listing = brownout("journal", "actions", "--json", "--journal", server.journal_file)
    rows = [json.loads(line) for line in listing.stdout.splitlines()]
    assert [row["action"] for row in rows] == ["put-session-scenario", "put-scenario"]
    assert rows[0]["session"] == "a" and rows[0]["detail"]["scenario"] == "storm"
    text = brownout("journal", "actions", "--journal", server.journal_file).stdout
    assert "refused  put-scenario" in text


# Hot change

def name_of(server):
    return get(server, "/scenario").json()["scenario"]


def test_sighup_reads_the_file_again(serve, tmp_path):
    path = tmp_path / "hot.yaml"
    path.write_text("scenario: one\n")
    server = serve(path)
    path.write_text("scenario: two\nseed: 9\nproviders: {mine: anthropic}\n")
    assert name_of(server) == "one"
    server.process.send_signal(signal.SIGHUP)
    until(lambda: name_of(server) == "two")
    assert get(server, "/health").json()["seed"] == 9
    assert server.post("/mine/v1/messages", {}, {"x-api-key": "sk"})[0] == 400
    path.write_text("scenario: three\nrulez: []\n")
    server.process.send_signal(signal.SIGHUP)
    until(lambda: "unknown key 'rulez'" in server.log.read_text())
    assert "the scenario in force stays" in server.log.read_text()
    assert name_of(server) == "two"
    assert actions(server) == [("reload", "done"), ("reload", "refused")]


def test_sighup_without_a_file_changes_nothing(serve):
    server = serve()
    server.process.send_signal(signal.SIGHUP)
    until(lambda: "no scenario file" in server.log.read_text())
    assert server.chat("still there?")[0] == 200


def test_an_edited_file_is_taken_while_it_is_watched(serve, tmp_path):
    path = tmp_path / "hot.yaml"
    path.write_text("scenario: one\n")
    server = serve(path, "--watch")
    path.write_text("scenario: two\n")
    until(lambda: name_of(server) == "two")
    # As editors do: another file takes its place.
    (tmp_path / "hot.yaml.new").write_text("scenario: three\nrules: [{name: a, fault: overloaded}]")
    os.replace(tmp_path / "hot.yaml.new", path)
    until(lambda: name_of(server) == "three")
    assert server.chat("hi")[0] == 503
    path.write_text("scenario: four\nrules: [{name: a, fault: overloded}]\n")
    until(lambda: "did you mean 'overloaded'" in server.log.read_text())
    assert name_of(server) == "three"
    # What is touched but the same is left as it is.
    path.write_text("scenario: five\n")
    until(lambda: name_of(server) == "five")
    before = get(server, "/scenario").json()["since"]
    os.utime(path)
    time.sleep(1)
    assert get(server, "/scenario").json()["since"] == before
    path.unlink()
    until(lambda: "is gone" in server.log.read_text())
    assert name_of(server) == "five"


def test_watching_needs_a_file():
    assert "--watch needs" in refused("--watch")
