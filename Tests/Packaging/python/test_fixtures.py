"""What a test has of the fixture `brownout` and of the marks."""
from __future__ import annotations

from conftest import EXAMPLES


def test_a_test_of_five_lines_sees_the_sdk_retry(runs):
    runs.file("test_first.py", (EXAMPLES / "test_first.py").read_text())
    runs.run(outcome={"passed": 1})


def test_the_plugin_runs_in_the_process_of_a_run_too(runs):
    runs.test('''
        def test_it(brownout):
            ask()
            assert brownout.calls.one().outcome == "delivered"
    ''')
    result = runs.pytester.runpytest_inprocess(
        *(["-p", "brownout_llm.pytest_plugin"]), "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    assert runs.gone(2), runs.left()


def test_scenarios_are_texts_paths_and_mappings(runs):
    runs.file("tests/limited.yaml", '''
        scenario: Rate limited at first
        rules:
          - {name: first, attempts: 1, fault: {cause: rate-limited, retry-after: 1s}}
    ''')
    runs.test('''
        import pathlib

        def statuses(brownout):
            ask()
            return brownout.calls.one().statuses

        def test_text(brownout):
            brownout.scenario("""
            scenario: text
            rules: [{name: a, attempts: 1, fault: server-error}]
            """)
            assert statuses(brownout) == [500, 200]

        def test_text_of_one_line(brownout):
            brownout.scenario("{scenario: x, rules: [{name: a, attempts: 1, fault: conflict}]}")
            assert statuses(brownout) == [409, 200]

        def test_path_from_the_folder_of_the_test(brownout):
            brownout.scenario("limited.yaml")
            assert statuses(brownout) == [429, 200]
            first = brownout.calls.one().attempts[0]
            assert first.promised == 1 and 1 <= first.waited < 4

        def test_path_from_the_root(brownout):
            brownout.scenario(pathlib.Path("tests/limited.yaml"))
            assert statuses(brownout) == [429, 200]

        def test_mapping(brownout):
            brownout.scenario({"rules": [{"name": "a", "attempts": 1, "fault": "unavailable"}]})
            assert statuses(brownout) == [503, 200]

        def test_another_scenario_counts_anew(brownout):
            brownout.fault("server-error", attempts=1)
            ask()
            brownout.scenario({"rules": [{"name": "a", "attempts": 1, "fault": "unavailable"}]})
            ask()
            assert [call.statuses for call in brownout.calls] == [[500, 200], [503, 200]]

        def test_none(brownout):
            assert statuses(brownout) == [200]
    ''', name="tests/test_inner.py")
    runs.run(outcome={"passed": 7})


def test_the_environment_is_of_the_test_alone(runs):
    runs.test('''
        import os

        NAMES = ["OPENAI_BASE_URL", "OPENAI_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY",
                 "MISTRAL_BASE_URL", "MISTRAL_API_KEY", "OLLAMA_HOST", "BROWNOUT_URL",
                 "BROWNOUT_CONTROL_URL", "BROWNOUT_SESSION"]
        seen = []

        def test_within(brownout):
            for name in NAMES:
                assert os.environ[name], name
            assert os.environ["OPENAI_BASE_URL"] == brownout.openai
            assert os.environ["ANTHROPIC_BASE_URL"] == brownout.anthropic
            assert os.environ["OLLAMA_HOST"] == brownout.ollama
            assert os.environ["NO_PROXY"] == "example.com,127.0.0.1"
            seen.append(brownout.session)

        def test_without():
            assert os.environ["OPENAI_API_KEY"] == "mine"
            assert not set(NAMES) & set(os.environ) - {"OPENAI_API_KEY"}
            assert os.environ["NO_PROXY"] == "example.com"

        @pytest.mark.parametrize("words", ["a b/c:d", "ü" * 80, "x" * 80])
        def test_session_names(brownout, words):
            ask()
            assert len(brownout.calls) == 1
            assert 1 <= len(brownout.session) <= 64 and brownout.session not in seen
            seen.append(brownout.session)
    ''')
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "BROWNOUT_URL", "no_proxy"):
        runs.pytester._monkeypatch.delenv(name, raising=False)
    runs.pytester._monkeypatch.setenv("OPENAI_API_KEY", "mine")
    runs.pytester._monkeypatch.setenv("NO_PROXY", "example.com")
    # What would be asked if it were not for NO_PROXY; nobody listens there.
    runs.pytester._monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    runs.run(outcome={"passed": 5})


def test_every_provider_that_serve_prints_is_known(runs):
    runs.test('''
        import re
        from brownout_llm._session import PROVIDERS

        def test_it(brownout_server):
            log = (brownout_server.journal.parent / "log").read_text()
            printed = dict(re.findall(r"^export (\\w+)=(http\\S+)", log, re.M))
            assert printed == {
                variable: f"{brownout_server.url}/{name}{path}"
                for name, (variable, path, _) in PROVIDERS.items()}
    ''')
    runs.run(outcome={"passed": 1})


def test_official_clients_of_all_providers(runs):
    runs.test('''
        import asyncio
        import json
        import os
        import urllib.request

        def test_anthropic(brownout):
            brownout.fault("overloaded", attempts=1, provider="anthropic")
            anthropic.Anthropic().messages.create(
                model="claude-haiku-4-5", max_tokens=64,
                messages=[{"role": "user", "content": "Hi"}])
            call = brownout.calls.one()
            assert call.statuses == [529, 200]
            assert call.providers == ["anthropic", "anthropic"]
            assert call.causes == ["overloaded", None]

        def test_async_clients(brownout):
            brownout.fault("overloaded", attempts=1)

            async def both():
                await asyncio.gather(
                    openai.AsyncOpenAI().chat.completions.create(
                        model="gpt-4o-mini", messages=[{"role": "user", "content": "One"}]),
                    anthropic.AsyncAnthropic().messages.create(
                        model="claude-haiku-4-5", max_tokens=64,
                        messages=[{"role": "user", "content": "Two"}]))

            asyncio.run(both())
            assert sorted(call.statuses for call in brownout.calls) == [[503, 200], [529, 200]]

        def test_ollama(brownout):
            ollama = pytest.importorskip("ollama")
            ollama.Client().chat(model="llama3.2", messages=[{"role": "user", "content": "Hi"}])
            assert brownout.calls.one().providers == ["ollama"]

        def test_mistral(brownout):
            request = urllib.request.Request(
                os.environ["MISTRAL_BASE_URL"] + "/chat/completions", method="POST",
                data=json.dumps({"model": "mistral-small-latest", "messages": [
                    {"role": "user", "content": "Hi"}]}).encode(),
                headers={"Authorization": "Bearer " + os.environ["MISTRAL_API_KEY"],
                         "Content-Type": "application/json"})
            assert urllib.request.urlopen(request, timeout=20).status == 200
            assert brownout.calls.one().providers == ["mistral"]

        def test_a_provider_that_the_scenario_names(brownout):
            brownout.scenario({
                "providers": {"primary": "openai", "backup": "anthropic"},
                "rules": [{"name": "down", "when": {"provider": "primary"},
                           "fault": "unavailable"}]})
            with pytest.raises(openai.InternalServerError):
                ask(openai.OpenAI(base_url=brownout.url("primary"), max_retries=0))
            anthropic.Anthropic(base_url=brownout.url("backup", "anthropic")).messages.create(
                model="claude-haiku-4-5", max_tokens=64,
                messages=[{"role": "user", "content": "Hi"}])
            assert brownout.calls.attempts[0].provider == "primary"
            assert brownout.calls.attempts[-1].provider == "backup"
    ''')
    runs.run(outcome={"passed": 5})


def test_calls_wait_for_what_goes_on(runs):
    runs.test('''
        import threading
        import time

        def test_a_slow_answer_is_waited_for(brownout):
            brownout.scenario({"rules": [{"name": "slow", "latency": "600ms"}]})
            thread = threading.Thread(target=ask)
            thread.start()
            deadline = time.monotonic() + 5
            while not len(brownout._server.ask(
                    "GET", f"/sessions/{brownout.session}/calls")["calls"]):
                assert time.monotonic() < deadline
            assert brownout.calls.one().outcome == "delivered"
            thread.join()

        def test_but_not_for_ever(brownout):
            brownout.fault(hang="forever")
            client = openai.OpenAI(timeout=6, max_retries=0)
            thread = threading.Thread(
                target=lambda: pytest.raises(openai.APITimeoutError, ask, client))
            thread.start()
            deadline = time.monotonic() + 5
            while not len(brownout._server.ask(
                    "GET", f"/sessions/{brownout.session}/calls")["calls"]):
                assert time.monotonic() < deadline
            began = time.monotonic()
            assert brownout.calls.one().outcome == "pending"
            assert 1.9 < time.monotonic() - began < 4
            thread.join()
            assert brownout.calls.one().outcome == "abandoned"

        def test_a_client_that_gave_up(brownout):
            brownout.fault(hang="forever")
            with pytest.raises(openai.APITimeoutError):
                ask(openai.OpenAI(timeout=0.3, max_retries=1))
            call = brownout.calls.one()
            assert (call.outcome, call.statuses) == ("abandoned", [None, None])
            assert [a.ending for a in call.attempts] == ["client-left", "client-left"]

        def test_one_is_neither_none_nor_two(brownout):
            with pytest.raises(AssertionError, match="wanted one call, found none"):
                brownout.calls.one()
            ask(text="A")
            ask(text="B")
            with pytest.raises(AssertionError, match=r"(?s)found 2.*c1 delivered.*c2 delivered"):
                brownout.calls.one()
            assert brownout.calls.outcomes == ["delivered", "delivered"]
            assert brownout.calls[1:].one().id == "c2"

        def test_ids_are_those_that_the_client_saw(brownout):
            answer = ask()
            assert brownout.calls.one().request_ids == [answer._request_id]
            assert answer._request_id in str(brownout.explain(answer._request_id)) or \\
                brownout.calls.one().attempts[0].exchange in brownout.explain(answer._request_id)
    ''')
    runs.run(outcome={"passed": 5})


def test_a_manual_clock_is_moved_and_disturbs_nobody(runs):
    runs.file("outage.yaml", '''
        scenario: An outage of a minute
        clock: manual
        phases:
          - {name: outage, for: 1m, rules: [{name: down, fault: unavailable}]}
    ''')
    runs.test('''
        import datetime

        def outage(brownout):
            client = openai.OpenAI(max_retries=0)
            with pytest.raises(openai.InternalServerError):
                ask(client)
            assert brownout.phase == "outage"
            brownout.clock.advance("59s")
            with pytest.raises(openai.InternalServerError):
                ask(client)
            brownout.clock.advance(datetime.timedelta(seconds=2))
            assert brownout.phase is None
            ask(client)
            assert brownout.calls.one().statuses == [503, 503, 200]
            assert brownout.calls.one().waits == pytest.approx([59, 2], abs=0.01)

        def test_by_the_scenario(brownout):
            shared = brownout.server
            brownout.scenario("outage.yaml")
            assert brownout.server is not shared and shared.clock == "real"
            outage(brownout)

        @pytest.mark.brownout("outage.yaml")
        def test_by_the_mark(brownout):
            outage(brownout)

        @pytest.mark.brownout(clock="manual")
        def test_a_client_made_before_the_scenario(brownout):
            client = openai.OpenAI(max_retries=0)
            before = brownout.clock.now
            brownout.scenario("outage.yaml")
            with pytest.raises(openai.InternalServerError):
                ask(client)
            assert brownout.clock.advance(3.5) == pytest.approx(before + 3.5)

        @pytest.mark.brownout(clock="x100")
        def test_another_pace(brownout):
            brownout.scenario({"rules": [{"name": "slow", "latency": "20s"}]})
            ask()
            assert brownout.clock.mode == "x100"

        def test_a_real_clock_says_what_to_do(brownout):
            from brownout_llm import BrownoutError
            with pytest.raises(BrownoutError, match="clock: manual.*mark"):
                brownout.clock.advance("1s")

        def test_a_client_that_asks_where_nobody_looks(brownout):
            from brownout_llm import BrownoutError
            client = openai.OpenAI()
            brownout.scenario("outage.yaml")
            ask(client)
            with pytest.raises(BrownoutError, match="before its scenario chose the clock 'manual'"):
                brownout.calls

        def test_the_shared_server_is_still_there(brownout):
            ask()
            assert brownout.clock.mode == "real" and len(brownout.calls) == 1
    ''')
    runs.run(outcome={"passed": 7})


def test_phases_by_hand(runs):
    runs.test('''
        def test_it(brownout):
            brownout.scenario("""
            scenario: By hand
            phases:
              - {name: calm, until: advanced}
              - {name: storm, rules: [{name: down, fault: unavailable}]}
            """)
            client = openai.OpenAI(max_retries=0)
            ask(client)
            brownout.enter("storm")
            with pytest.raises(openai.InternalServerError):
                ask(client, text="More")
            assert brownout.phase == "storm"
            brownout.enter("calm")
            assert brownout.phase == "calm"
    ''')
    runs.run(outcome={"passed": 1})


def test_declarations_and_verdicts(runs):
    runs.test('''
        def test_a_wrong_word_is_held_against_the_truth(brownout):
            brownout.fault("rate-limited")
            with pytest.raises(openai.RateLimitError):
                ask(openai.OpenAI(max_retries=0))
            brownout.declare("failed", category="timeout", retryable=True)
            verdict = brownout.verdict
            assert not verdict.passed and verdict.word == "fail"
            assert "categories" in [found.name for found in verdict.failures]
            assert verdict.rule("categories").says == "called timeout what was rate_limit"
            assert "called timeout what was rate_limit" in repr(verdict)
            assert brownout.calls.one().declared["category"] == "timeout"

        def test_a_right_one(brownout):
            brownout.fault("rate-limited")
            with pytest.raises(openai.RateLimitError) as caught:
                ask(openai.OpenAI(max_retries=0))
            brownout.declare(
                "failed", category="rate_limit", request_id=caught.value.request_id)
            assert brownout.verdict.passed, brownout.verdict

        def test_by_the_name_of_a_call(brownout):
            ask(extra_headers={"x-brownout-call": "c-7"})
            brownout.declare("succeeded", call="c-7", message="fine")
            assert brownout.calls.one().declared["message"] == "fine"

        def test_expectations(brownout):
            brownout.scenario("""
            scenario: Wishes
            expect: {attempts: {per-call: "<= 2"}}
            rules: [{name: down, attempts: 1-2, fault: unavailable}]
            """)
            ask()
            found = brownout.verdict.rule("attempts.per-call")
            assert (found.verdict, found.says) == ("fail", "wanted <= 2, found 3 (line 3)")
            assert not brownout.verdict.passed
            with pytest.raises(KeyError, match="no rule 'x'; there are: .*jitter"):
                brownout.verdict.rule("x")

        def test_a_rule_that_never_fired(brownout):
            brownout.fault("overloaded", provider="anthropic")
            ask()
            assert brownout.verdict.rule("never-fired").verdict == "fail"

        def test_nothing_to_declare(brownout):
            from brownout_llm import BrownoutError
            with pytest.raises(BrownoutError, match="nothing was asked yet"):
                brownout.declare("failed")

        def test_a_word_that_is_none(brownout):
            from brownout_llm import BrownoutError
            ask()
            with pytest.raises(BrownoutError, match="succeeded, failed, fell-back, partial"):
                brownout.declare("lost")
    ''')
    runs.run(outcome={"passed": 7})


def test_marks_bring_the_fixture(runs):
    runs.file("flaky.yaml", '''
        scenario: Flaky
        rules: [{name: first, attempts: 1, fault: unavailable}]
    ''')
    runs.test('''
        import os
        import unittest

        @pytest.mark.brownout("flaky.yaml")
        def test_without_asking_for_it():
            assert "/s/" in os.environ["OPENAI_BASE_URL"]
            ask()

        @pytest.mark.brownout("flaky.yaml")
        def test_with_it(brownout):
            ask()
            assert brownout.calls.one().statuses == [503, 200]

        @pytest.mark.fault("rate-limited", retry_after="1s", attempts=1)
        @pytest.mark.fault("server-error", attempts=2, endpoint="chat-completions")
        def test_faults(brownout):
            ask()
            assert brownout.calls.one().statuses == [429, 500, 200]

        @pytest.mark.fault({"cut": "reset"}, at="token 5", stream=True)
        def test_a_mapping(brownout):
            with pytest.raises(Exception):
                for _ in ask(stream=True):
                    pass
            assert brownout.calls[0].attempts[0].ending == "reset"

        @pytest.mark.fault(cut="reset", at="token 5", stream=True)
        def test_words_of_a_family(brownout):
            with pytest.raises(Exception):
                for _ in ask(stream=True):
                    pass
            assert brownout.calls[0].attempts[0].fault == ("cut reset at token 5",) or \\
                "cut" in brownout.calls[0].attempts[0].fault[0]

        @pytest.mark.brownout({"rules": [{"name": "x", "fault": "server-error"}]})
        class TestClass:
            def test_of_the_class(self, brownout):
                with pytest.raises(openai.InternalServerError):
                    ask(openai.OpenAI(max_retries=0))

            @pytest.mark.brownout("flaky.yaml")
            def test_of_its_own(self, brownout):
                ask()

        @pytest.mark.fault("unavailable", attempts=1)
        class TestUnittest(unittest.TestCase):
            def test_it(self):
                ask()
                assert "/s/" in os.environ["OPENAI_BASE_URL"]
    ''')
    runs.run("--strict-markers", outcome={"passed": 8})


def test_a_session_for_several_tests(runs):
    runs.test('''
        @pytest.fixture(scope="module")
        def shared(brownout_server):
            session = brownout_server.session("of-the-module", {
                "rules": [{"name": "x", "attempts": 1, "fault": "unavailable"}]})
            yield session
            session.close()

        def test_one(shared):
            ask(openai.OpenAI(base_url=shared.openai, api_key="sk-any"))
            assert shared.calls.one().statuses == [503, 200]

        def test_two(shared):
            assert len(shared.calls) == 1
            assert shared.session == "of-the-module"
    ''')
    runs.run(outcome={"passed": 2})
