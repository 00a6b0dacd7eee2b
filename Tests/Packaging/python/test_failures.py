"""What a run says when a test fails, when a word is wrong, and when Brownout cannot run."""
from __future__ import annotations

import os


def test_a_failure_explains_each_exchange(runs):
    runs.test('''
        @pytest.mark.fault("overloaded", attempts="1-2")
        def test_it(brownout):
            answer = ask()
            brownout.declare("failed", category="overload" and "timeout")
            assert answer.choices[0].message.content == "42"

        def test_that_passes(brownout):
            ask()
    ''')
    result = runs.run(outcome={"failed": 1, "passed": 1})
    result.stdout.fnmatch_lines([
        "*AssertionError*", "*- brownout -*",
        "session test_inner.py-test_it-* on http://127.0.0.1:*",
        "  c1 delivered, declared failed: openai 503 overloaded → 0.* s →"
        " openai 503 overloaded → * s → openai 200",
        "exchange *", "rule          fault 1", "fault         overloaded",
        "status        503, as planned", "attempt       2, *", "status        200, as planned",
    ])
    assert result.stdout.str().count("\nexchange ") == 3


def test_the_report_says_what_the_verdict_finds(runs):
    runs.test('''
        @pytest.mark.fault("invalid-api-key")
        def test_it(brownout):
            client = openai.OpenAI()
            for _ in range(2):
                with pytest.raises(openai.AuthenticationError):
                    ask(client)
            assert brownout.verdict.passed
    ''')
    result = runs.run(outcome={"failed": 1})
    result.stdout.fnmatch_lines([
        "E*<verdict fail; fail permanent-not-retried: *",
        "  error fail permanent-not-retried: *"])


def test_only_so_many_exchanges_are_explained(runs):
    runs.test('''
        def test_it(brownout):
            client = openai.OpenAI()
            for number in range(15):
                ask(client, text=str(number))
            assert not brownout.calls
    ''')
    result = runs.run(outcome={"failed": 1})
    assert result.stdout.str().count("\nexchange ") == 12
    result.stdout.fnmatch_lines(["and 3 more exchanges"])


def test_a_failure_in_a_worker_is_explained_too(runs):
    runs.test('''
        def test_it(brownout):
            ask()
            assert False
    ''')
    result = runs.run("-n", "2", outcome={"failed": 1})
    result.stdout.fnmatch_lines(["*- brownout -*", "  c1 delivered: openai 200", "exchange *"])


def test_a_wrong_scenario_is_shown_with_its_places(runs):
    runs.file("bad.yaml", '''\
        scenario: Bad
        rules:
          - name: one
            chanse: 20%
            fault: overloded
    ''')
    runs.test('''
        @pytest.mark.brownout("bad.yaml")
        def test_by_the_mark():
            pass

        def test_in_the_test(brownout):
            brownout.scenario("bad.yaml")

        def test_next(brownout):
            ask()
    ''')
    result = runs.run(outcome={"failed": 1, "errors": 1, "passed": 1})
    shown = [
        "bad.yaml:4:5: error: unknown key 'chanse' in a rule; did you mean 'chance'?",
        "        chanse: 20%", "        ^~~~~~", "allowed: name, when, attempts, *",
        "bad.yaml:5:12: error: 'overloded' is not a fault; did you mean 'overloaded'?"]
    result.stdout.fnmatch_lines(["*ERROR at setup of test_by_the_mark*", *shown])
    result.stdout.fnmatch_lines(
        ["*_ test_in_the_test _*", "E*ScenarioError: bad.yaml:4:5: error: unknown key*",
         *("E *" + line.strip() for line in shown[1:])])
    # Not our own code, where nothing is to be learnt.
    result.stdout.no_fnmatch_line("*_ask_put*")


def test_wrong_words_of_marks(runs):
    runs.test('''
        @pytest.mark.fault("overloded")
        def test_fault(): pass

        @pytest.mark.fault("overloaded", atempts="1-2")
        def test_key(): pass

        @pytest.mark.fault("overloaded", "reset")
        def test_two(): pass

        @pytest.mark.fault("overloaded")
        @pytest.mark.brownout("x.yaml")
        def test_both(): pass

        @pytest.mark.brownout("absent.yaml")
        def test_absent(): pass

        @pytest.mark.brownout(clok="manual")
        def test_clok(): pass

        @pytest.mark.brownout(clock="manuel")
        def test_clock(): pass

        @pytest.mark.fault("overloaded")
        @pytest.mark.fault("reset")
        def test_never(): pass

        @pytest.mark.brownout({"rules": [{"name": object()}]})
        def test_no_json(): pass
    ''')
    result = runs.run(outcome={"errors": 9})
    for line in [
        "fault:6:16: error: 'overloded' is not a fault; did you mean 'overloaded'?",
        "fault:*: error: unknown key 'atempts' in a fault; did you mean 'attempts'?",
        "a mark fault takes one fault, not 2; add a mark for each",
        "a test has a scenario by its mark brownout, or faults by its marks fault, not both",
        "there is no scenario 'absent.yaml'; looked for */absent.yaml",
        "the mark brownout takes a scenario and clock=*, not *clok*",
        "*'manuel' is not a clock; allowed: *",
        "fault:*: error: *never*",
        "the scenario cannot be written as JSON: *",
    ]:
        result.stdout.fnmatch_lines([line])
    # Each of them once.
    result.stdout.no_fnmatch_line("*During handling*")


def test_a_server_that_dies_in_the_middle_of_a_run(runs):
    runs.test('''
        import json
        import os

        def test_before(brownout):
            ask()

        def test_dies(brownout, brownout_server):
            ready = brownout_server.journal.parent / "ready.json"
            os.kill(json.loads(ready.read_text())["pid"], 9)
            with pytest.raises(openai.APIConnectionError):
                ask(openai.OpenAI(max_retries=0))
            assert len(brownout.calls) == 1

        def test_after(brownout):
            ask(openai.OpenAI(max_retries=0))
    ''')
    result = runs.run()
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["*_ test_dies _*", "E*BrownoutError: brownout serve has ended (signal 9); it said:",
         "E*brownout: serving 'healthy'*"])


def test_a_binary_that_is_not_there(runs, monkeypatch):
    monkeypatch.setenv("BROWNOUT", "/nowhere/brownout")
    runs.test('''
        def test_it(brownout): pass
        def test_other(): pass
    ''')
    result = runs.run(outcome={"errors": 1, "passed": 1})
    result.stdout.fnmatch_lines(
        ["BROWNOUT is '/nowhere/brownout', which is no program that can be run"])


def test_a_file_that_is_no_program(runs, monkeypatch):
    text = runs.file("no-program", "words\n")
    text.chmod(0o755)
    monkeypatch.setenv("BROWNOUT", str(text))
    runs.test("def test_it(brownout): pass\n")
    result = runs.run(outcome={"errors": 1})
    result.stdout.fnmatch_lines(
        ["brownout serve could not start (it cannot be run); it said:", "*no-program: *"])


def test_options_of_the_ini_file(runs):
    runs.file("pytest.ini", """
        [pytest]
        brownout_options = --seed 77 --h2
    """)
    runs.test('''
        import json

        def test_it(brownout_server):
            ready = brownout_server.journal.parent / "ready.json"
            assert json.loads(ready.read_text())["seed"] == 77
    ''')
    runs.run(outcome={"passed": 1})
    runs.file("pytest.ini", "[pytest]\nbrownout_options = --sed 77\n")
    result = runs.run(outcome={"errors": 1})
    result.stdout.fnmatch_lines(["brownout serve could not start (exit code 2); it said:",
                                 "*--sed*"])


def test_the_binary_of_the_ini_file(runs, monkeypatch):
    binary = os.environ["BROWNOUT"]
    monkeypatch.delenv("BROWNOUT")
    (runs.pytester.path / "tool").symlink_to(binary)
    runs.file("pytest.ini", "[pytest]\nbrownout_binary = ./tool\n")
    runs.test('''
        def test_it(brownout):
            ask()
            assert False
    ''')
    result = runs.run(outcome={"failed": 1})
    result.stdout.fnmatch_lines(["exchange *"])


def test_tls(runs):
    runs.file("pytest.ini", "[pytest]\nbrownout_options = --tls\n")
    runs.test('''
        def test_it(brownout):
            assert brownout.openai.startswith("https://")
            ask()
            assert brownout.calls.one().statuses == [200]
    ''')
    runs.run(outcome={"passed": 1})
