"""`brownout causes` and `brownout faults`: what they print is what the server does."""
import json
import re

import pytest

from causes import EXPECTED, OPENAI, REFUSED_WITH_SUCCESS
from kit import brownout, chat_body, message_body, ollama_body

CAUSES = "scenario: causes\nrules:\n" + "".join(
    f"  - {{name: {cause}, when: {{header: {{x-cause: {cause}}}}}, fault: {cause}}}\n"
    for cause in OPENAI)
# What tells the time, and what frames the body on a connection.
OF_THE_MOMENT = ("date", "content-length")


def printed(*arguments):
    command = brownout(*arguments, "--json")
    assert command.returncode == 0, command.stderr
    return json.loads(command.stdout)


def lasting(headers):
    return {name: value for name, value in headers.items()
            if not (name in OF_THE_MOMENT
                    or name.startswith("anthropic-ratelimit-") and name.endswith("-reset"))}


def asked(server, provider, cause):
    """The server's answer to the request that `brownout causes` speaks of."""
    server.command("POST", "/sessions/default/reset")
    bodies = {"openai": chat_body, "anthropic": message_body, "ollama": ollama_body}
    bodies["mistral"] = lambda text, **more: chat_body(
        text, "mistral-small-latest", stream=False, **more)
    body = bodies[provider]("hello", max_tokens=1024)
    path = {"openai": "/openai/v1/chat/completions", "anthropic": "/anthropic/v1/messages",
            "mistral": "/mistral/v1/chat/completions", "ollama": "/ollama/api/chat"}
    return server.post(path[provider], body, {
        "x-cause": cause, "x-brownout-call": "call-1", "anthropic-version": "2023-06-01",
        "Authorization": "Bearer sk-causes"})


def test_every_cause_is_answered_as_it_is_printed(serve):
    server = serve(CAUSES)
    causes = printed("causes")
    assert [entry["cause"] for entry in causes] == list(OPENAI)
    for entry in causes:
        assert list(entry["providers"]) == ["openai", "anthropic", "mistral", "ollama"]
        for provider, said in entry["providers"].items():
            status, headers, body = asked(server, provider, entry["cause"])
            where = (provider, entry["cause"])
            assert (*where, status) == (*where, said["status"])
            assert (*where, lasting(headers)) == (*where, lasting(said["headers"]))
            told = body.decode()
            assert said["body"] == (told if said["body"] == told else json.loads(told))


@pytest.mark.parametrize("provider", EXPECTED)
def test_the_printed_causes_agree_with_the_sdks(provider):
    for entry in printed("causes"):
        if (provider, entry["cause"]) == ("anthropic", REFUSED_WITH_SUCCESS):
            continue
        expected = EXPECTED[provider][entry["cause"]]
        said = entry["providers"][provider]
        assert said["status"] == expected.status
        if expected.page:
            assert said["headers"]["content-type"].startswith("text/html")
            assert said["body"].startswith("<html>")
        else:
            assert said["body"]["error"]["type"] == expected.type
            assert said["body"]["error"].get("code") == expected.code


def test_a_rate_limit_suggests_a_delay_and_other_causes_do_not():
    delays = {entry["cause"]: entry["suggested_delay_ms"] for entry in printed("causes")}
    assert {cause: delay for cause, delay in delays.items() if delay is not None} == {
        "rate-limited": 1000}


def test_one_cause_is_shown_with_headers_and_bodies():
    shown = brownout("causes", "bad-gateway").stdout
    assert "openai: 502 Bad Gateway" in shown and "<h1>502 Bad Gateway</h1>" in shown
    assert [entry["cause"] for entry in printed("causes", "overloaded")] == ["overloaded"]


def test_every_fault_that_is_printed_can_be_written(tmp_path):
    faults = printed("faults")
    names = [fault["name"] for fault in faults]
    assert len(names) == len(set(names)) > 90
    files = []
    for fault in faults:
        assert set(fault) == {
            "name", "family", "summary", "category", "retryable", "example", "need", "at", "word",
            "clients"}
        assert list(fault["clients"]) == ["openai-python", "anthropic-python"]
        for index, line in enumerate(written(fault)):
            files.append(tmp_path / f"{fault['name']}-{index}.yaml")
            files[-1].write_text(f"scenario: x\nrules:\n  - name: x\n    {line}\n")
    checked = brownout("check", *files)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_fault_has_a_category_and_is_worth_a_retry_or_not():
    lines = brownout("faults").stdout.splitlines()
    rows = [line.split() for line in lines if line.startswith("  ") and line[2] != " "]
    shown = {row[0]: row[1:3] for row in rows}
    for fault in printed("faults"):
        name, category, retryable = fault["name"], fault["category"], fault["retryable"]
        assert (category is None) == (fault["family"] == "cause")
        if category is not None and retryable is not None:
            assert shown[name] == [category, "yes" if retryable else "no"]
        if category in {"network_error", "timeout"} and name != "page-portal":
            assert retryable, name
    assert re.search("worth a retry +yes", brownout("faults", "reset").stdout)


def written(fault):
    """The ways a scenario can write a fault: its example, and its name where that is enough."""
    yield fault["example"]
    if fault["word"]:
        yield f"fault: {fault['name']}"
        if fault["at"]:
            yield f"fault: {{{fault['family']}: {fault['name']}, at: 50%}}"


@pytest.mark.parametrize("command", ["causes", "faults"])
def test_the_table_fits_a_terminal(command):
    lines = brownout(command).stdout.splitlines()
    assert len(lines) > 20
    assert [line for line in lines if len(line) > 100 or line != line.rstrip()] == []


@pytest.mark.parametrize(("command", "name", "hint"), [
    ("causes", "rate-limitd", "did you mean 'rate-limited'?"),
    ("faults", "no-anser", "did you mean 'no-answer'?"),
    ("faults", "overloaded", "`brownout causes overloaded` shows it")])
def test_a_wrong_name_is_told_what_it_may_have_meant(command, name, hint):
    told = brownout(command, name)
    assert (told.returncode, told.stdout) == (2, "")
    assert hint in told.stderr


def test_one_fault_is_shown_in_full():
    shown = brownout("faults", "bad-chunk-size").stdout
    assert "fault: {framing: bad-chunk-size, at: event 3}" in shown
    assert "anthropic-python" in shown
