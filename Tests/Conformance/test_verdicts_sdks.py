"""What is said of the official SDKs as they come: of their retries, of the promises they keep and
those they do not, and of streams that break."""
import contextlib
import json
import subprocess
import sys
import textwrap
import threading

import pytest

from kit import BROWNOUT, brownout


class Judged:
    """What the journal of a server says about the SDK that asked it."""

    def __init__(self, server, provider, connect):
        self.server, self.provider, self.connect = server, provider, connect

    def does(self, kind, **options):
        """Lets an SDK ask once, whatever comes of it."""
        client = self.connect(self.provider, self.server, **options)
        with contextlib.suppress(Exception):  # What it raises is tested elsewhere.
            client.stream() if kind == "stream" else client.ask(kind)

    def verdict(self):
        """The exit code of a report, and its JSON."""
        self.server.stop()
        ended = brownout("report", "--journal", self.server.journal_file, "--json", "-")
        return ended.returncode, json.loads(ended.stdout)


@pytest.fixture
def judge(serve, connect):
    """Serves a scenario for an SDK of one provider, in one of its two modes."""
    def start(provider, scenario):
        text = "scenario: an SDK\n" + textwrap.dedent(scenario)
        return Judged(serve(text), provider, connect)
    return start


@pytest.fixture
def habit(judge, provider):
    """An SDK asks once for each kind of question, and is judged."""
    return lambda scenario, *kinds, **options: judged(judge(provider, scenario), kinds, options)


@pytest.fixture
def openai_habit(judge):
    return lambda scenario, *kinds, **options: judged(judge("openai", scenario), kinds, options)


@pytest.fixture
def anthropic_habit(judge):
    return lambda scenario, *kinds, **options: judged(judge("anthropic", scenario), kinds, options)


def judged(asking, kinds, options):
    for kind in kinds or ["hi"]:
        asking.does(kind, **options)
    return asking.verdict()


@pytest.fixture
def drill(tmp_path):
    """Runs a drill; its exit code and its JSON."""
    def run(scenario, *command):
        file, out = tmp_path / "scenario.yaml", tmp_path / "verdict.json"
        file.write_text("scenario: an SDK\n" + textwrap.dedent(scenario))
        ended = subprocess.run(
            [BROWNOUT, "drill", file, "--json", out, "--", *command],
            capture_output=True, text=True, timeout=120, cwd=tmp_path)
        assert out.exists(), ended.stderr
        print(ended.stdout + ended.stderr)
        return ended.returncode, json.loads(out.read_text())
    return run


def at_once(asking, kinds):
    """Lets so many SDKs ask at a time."""
    threads = [threading.Thread(target=asking.does, args=[kind]) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def failed(verdict):
    return {row["rule"] for row in verdict["rules"] if row["verdict"] == "fail"}


def word(verdict, name):
    return next(row["verdict"] for row in verdict["rules"] if row["rule"] == name)


def only(verdict):
    """The one call of a run, which is sure."""
    [call] = verdict["calls"]
    assert call["tie"] == "sure" and not call["hedged"]
    return call


def statuses(call):
    return [attempt["status"] for attempt in call["attempts"]]


# Retries

def test_an_sdk_tries_again_and_is_one_call(habit):
    code, verdict = habit("rules: [{name: r, attempts: 1-2, fault: overloaded}]")
    call = only(verdict)
    assert len(call["attempts"]) == 3 and call["outcome"] == "delivered"
    assert (code, failed(verdict)) == (0, set())
    assert word(verdict, "transient-retried") == "pass"


def test_an_sdk_gives_up_after_three(habit):
    code, verdict = habit("rules: [{name: r, fault: server-error}]")
    call = only(verdict)
    assert statuses(call) == [500] * 3 and call["outcome"] == "exhausted"
    assert (code, failed(verdict)) == (0, set())


def test_an_sdk_with_more_retries_waits_longer_each_time(habit):
    code, verdict = habit("rules: [{name: r, attempts: 1-3, fault: unavailable}]", max_retries=5)
    assert len(only(verdict)["attempts"]) == 4
    assert (code, failed(verdict)) == (0, set())
    assert word(verdict, "backoff-grows") == "pass"


@pytest.mark.parametrize("cause", ["bad-request", "invalid-api-key", "model-not-found"])
def test_an_sdk_leaves_what_does_not_pass_alone(habit, cause):
    code, verdict = habit(f"rules: [{{name: r, fault: {cause}}}]")
    call = only(verdict)
    assert len(call["attempts"]) == 1 and call["outcome"] == "refused"
    assert word(verdict, "permanent-not-retried") == "pass"
    assert (code, failed(verdict)) == (0, set())


def test_openai_repeats_what_has_no_quota(openai_habit):
    code, verdict = openai_habit("rules: [{name: r, fault: insufficient-quota}]")
    assert statuses(only(verdict)) == [429] * 3
    assert (code, failed(verdict)) == (1, {"permanent-not-retried"})


def test_anthropic_does_not(anthropic_habit):
    code, verdict = anthropic_habit("rules: [{name: r, fault: insufficient-quota}]")
    assert statuses(only(verdict)) == [400]
    assert (code, failed(verdict)) == (0, set())


def test_an_sdk_does_what_should_retry_says(habit):
    told = "rules: [{name: r, attempts: 1, fault: {cause: CAUSE, should-retry: IT}}]"
    code, verdict = habit(
        told.replace("CAUSE", "bad-request").replace("IT", "true"))
    assert len(only(verdict)["attempts"]) == 2
    assert (code, failed(verdict)) == (0, set())
    assert word(verdict, "permanent-not-retried") == "not-exercised"
    code, verdict = habit(
        told.replace("CAUSE", "unavailable").replace("IT", "false"))
    call = only(verdict)
    assert len(call["attempts"]) == 1 and call["outcome"] == "refused"
    assert (code, failed(verdict)) == (0, set())


def test_an_sdk_without_retries_gives_up(habit):
    code, verdict = habit("rules: [{name: r, fault: unavailable}]", max_retries=0)
    assert (code, failed(verdict)) == (0, {"transient-retried"})


@pytest.mark.parametrize("fault", ["reset", "no-answer"])
def test_an_sdk_tries_again_what_the_network_broke(habit, fault):
    code, verdict = habit(f"rules: [{{name: r, attempts: 1, fault: {fault}}}]")
    call = only(verdict)
    assert statuses(call) == [None, 200] and call["outcome"] == "delivered"
    assert (code, failed(verdict)) == (0, set())


def test_two_clients_that_ask_the_same_are_two_calls(habit):
    code, verdict = habit("rules: [{name: r, calls: 2, attempts: 1, fault: overloaded}]",
                          "hi", "hi")
    assert [len(call["attempts"]) for call in verdict["calls"]] == [1, 2]
    assert all(call["tie"] == "sure" for call in verdict["calls"])
    assert (code, failed(verdict)) == (0, set())


def test_who_asks_again_behind_an_sdk_that_gave_up_goes_on_with_the_call(habit):
    """Its count begins anew, and that says nothing: a loop around an SDK does this."""
    code, verdict = habit("rules: [{name: r, fault: overloaded}]", "hi", "hi")
    assert len(only(verdict)["attempts"]) == 6
    assert (code, failed(verdict)) == (0, {"amplification"})


@pytest.mark.parametrize("fault", ["overloaded", "{cause: rate-limited, retry-after: {ms: 700ms}}"])
def test_users_who_ask_the_same_at_once_fail_nothing(judge, provider, fault):
    """Which attempt is whose may be unclear; that either did wrong is not said."""
    asking = judge(provider, f"rules: [{{name: r, attempts: 1, fault: {fault}}}]")
    at_once(asking, ["hi"] * 2)
    code, verdict = asking.verdict()
    assert (code, failed(verdict)) == (0, set())
    assert sum(len(call["attempts"]) for call in verdict["calls"]) == 4
    assert [call["outcome"] for call in verdict["calls"]] == ["delivered"] * 2


def test_waits_of_an_sdk_differ(judge, provider):
    asking = judge(provider, "rules: [{name: r, attempts: 1, fault: overloaded}]")
    at_once(asking, [f"question {number}" for number in range(10)])
    code, verdict = asking.verdict()
    assert word(verdict, "jitter") == "pass"
    assert (code, failed(verdict)) == (0, set())


# Promises

@pytest.mark.parametrize("promise", ["1s", "{ms: 600ms}", "{http-date: 2s}"])
def test_an_sdk_keeps_a_promise(habit, promise):
    code, verdict = habit(
        "rules: [{name: r, attempts: 1, "
        f"fault: {{cause: rate-limited, retry-after: {promise}}}}}]")
    assert statuses(only(verdict)) == [429, 200]
    assert word(verdict, "retry-after-honoured") == word(verdict, "retry-after-bounded") == "pass"
    assert (code, failed(verdict)) == (0, set())


def test_openai_does_not_wait_for_long(openai_habit):
    """Beyond two minutes its newest generation gives up at once, with a promise that is not absurd
    as with one that is."""
    for promise in ("5m", "absurd"):
        code, verdict = openai_habit(
            f"rules: [{{name: r, fault: {{cause: rate-limited, retry-after: {promise}}}}}]")
        call = only(verdict)
        if len(call["attempts"]) == 1:
            wanted = "unknown" if promise == "absurd" else "fail"
            assert word(verdict, "transient-retried") == wanted
            assert code == 0
        else:
            # The generation before takes a wait of its own, which is earlier than promised.
            wanted = "unknown" if promise == "absurd" else "fail"
            assert word(verdict, "retry-after-honoured") == wanted
            assert code == (0 if promise == "absurd" else 1)


def test_a_promise_that_is_none(habit):
    """An SDK takes a wait of its own then, and nobody can say whether that was right."""
    code, verdict = habit(
        "rules: [{name: r, attempts: 1, fault: {cause: rate-limited, retry-after: garbage}}]",)
    assert statuses(only(verdict)) == [429, 200]
    assert word(verdict, "retry-after-honoured") == "unknown"
    assert (code, failed(verdict)) == (0, set())


# Silence, and streams that break

def test_an_sdk_leaves_a_silent_answer(habit):
    code, verdict = habit("""
        expect: {patience: 500ms}
        rules: [{name: r, fault: {hang: forever, at: headers}}]""", timeout=0.3, max_retries=0)
    call = only(verdict)
    assert call["outcome"] == "abandoned"
    assert word(verdict, "hang-abandoned") == "pass"
    assert (code, failed(verdict)) == (0, set())


def test_an_sdk_leaves_a_silent_answer_and_tries_again(habit):
    code, verdict = habit("""
        expect: {patience: 500ms}
        rules: [{name: r, attempts: 1, fault: {hang: forever, at: start}}]""", timeout=0.3)
    call = only(verdict)
    assert len(call["attempts"]) == 2 and call["outcome"] == "delivered"
    assert (code, failed(verdict)) == (0, set())


@pytest.mark.parametrize("ending", ["reset", "fin", "clean"])
def test_a_stream_that_breaks_off_is_not_tried_again(habit, ending):
    code, verdict = habit(
        f"rules: [{{name: r, fault: {{cut: {ending}, at: event 4}}}}]", "stream")
    call = only(verdict)
    assert len(call["attempts"]) == 1 and call["outcome"] == "broken"
    assert word(verdict, "truncated-not-accepted") == "unknown"
    assert word(verdict, "no-retry-after-output") == "pass"
    assert (code, failed(verdict)) == (0, set())


def test_an_error_inside_a_stream_is_not_tried_again(habit):
    code, verdict = habit(
        "rules: [{name: r, fault: {cause: overloaded, at: event 3}}]", "stream")
    call = only(verdict)
    assert len(call["attempts"]) == 1 and call["outcome"] == "broken"
    assert (code, failed(verdict)) == (0, set())


def test_a_stream_is_begun_again_as_long_as_nothing_came(habit):
    code, verdict = habit("rules: [{name: r, attempts: 1, fault: unavailable}]", "stream")
    assert statuses(only(verdict)) == [503, 200]
    assert (code, failed(verdict)) == (0, set())


# A suite of tests as it stands in a project

SUITE = '''
import openai
import pytest


def answer(text):
    answer = openai.OpenAI().chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
    return answer.choices[0].message.content


def test_a_summary():
    assert answer("Sum this up: all is well.")


@pytest.mark.parametrize("city", ["Paris", "Rome"])
def test_a_city(city):
    assert answer(f"Where is {city}?")
'''


@pytest.mark.parametrize("mode", ["sync"])
def test_a_suite_of_a_project(drill, connect, tmp_path):
    (tmp_path / "test_project.py").write_text(SUITE)
    code, verdict = drill("""
        expect: {calls: {succeeded: "== 3"}, attempts: {per-call: "<= 2"}}
        rules: [{name: r, attempts: 1, fault: {cause: rate-limited, retry-after: {ms: 200ms}}}]
        """, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_project.py")
    assert [statuses(call) for call in verdict["calls"]] == [[429, 200]] * 3
    assert (code, verdict["verdict"], failed(verdict)) == (0, "pass", set())
    assert word(verdict, "retry-after-honoured") == "pass"


def test_a_suite_that_fails_fails_the_drill(drill, tmp_path):
    (tmp_path / "test_project.py").write_text(SUITE)
    code, verdict = drill(
        "rules: [{name: r, fault: bad-request}]",
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_project.py")
    assert (code, verdict["verdict"], verdict["command"]["exit"]) == (1, "fail", 1)
    assert failed(verdict) == set()
