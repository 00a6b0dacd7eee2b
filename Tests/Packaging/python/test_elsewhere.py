"""Without pytest's fixtures: unittest, the context managers, the command, and the types."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from conftest import EXAMPLES, ROOT, SOURCE

CASES = '''
    import os
    import unittest

    import brownout_llm
    import openai

    def ask(client):
        return client.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}])

    class Plain(brownout_llm.TestCase):
        def test_retries(self):
            self.brownout.fault("overloaded", attempts=1)
            ask(openai.OpenAI())
            self.assertEqual(self.brownout.calls.one().statuses, [503, 200])

        def test_path(self):
            self.brownout.scenario("limited.yaml")
            ask(openai.OpenAI())
            self.assertEqual(self.brownout.calls.one().statuses, [429, 200])

        def test_that_fails(self):
            ask(openai.OpenAI())
            self.assertEqual(self.brownout.calls.one().statuses, [500])

        def test_clock(self):
            self.brownout.scenario({"clock": "manual"})
            ask(openai.OpenAI())
            self.brownout.clock.advance("60s")

    class Coroutines(brownout_llm.IsolatedAsyncioTestCase):
        async def test_retries(self):
            self.brownout.fault("overloaded", attempts=1)
            await ask(openai.AsyncOpenAI())
            self.assertEqual(self.brownout.calls.one().statuses, [503, 200])

    class Others(unittest.TestCase):
        def test_environment(self):
            self.assertNotIn("BROWNOUT_SESSION", os.environ)
'''


def cases(runs):
    runs.file("tests/limited.yaml", '''
        scenario: Rate limited at first
        rules: [{name: first, attempts: 1, fault: {cause: rate-limited, retry-after: 1s}}]
    ''')
    runs.file("tests/test_cases.py", CASES)


def run(runs, *command):
    done = subprocess.run(
        [sys.executable, *command], cwd=runs.pytester.path, capture_output=True, text=True,
        timeout=90)
    assert runs.gone(2), runs.left()
    return done


def test_unittest_runs_them(runs):
    cases(runs)
    done = run(runs, "-m", "unittest", "discover", "-s", "tests")
    assert done.returncode == 1
    assert "Ran 6 tests" in done.stderr and "FAILED (failures=1)" in done.stderr, done.stderr
    explained = done.stderr[done.stderr.index("FAIL: test_that_fails"):]
    assert "[200] != [500]" in explained
    assert "brownout: session test_cases.Plain.test_that_fails-" in explained
    assert "  c1 delivered: openai 200" in explained
    assert explained.count("\nexchange ") == 1 and "status        200, as planned" in explained


def test_pytest_runs_them_too(runs):
    cases(runs)
    result = runs.run("-n", "2")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*- brownout -*", "  c1 delivered: openai 200", "exchange *"])


def test_a_context_manager(runs):
    runs.file("script.py", '''
        import os
        import brownout_llm, openai

        os.environ["OPENAI_API_KEY"] = "mine"
        ask = dict(model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}])
        with brownout_llm.session("""
            scenario: x
            rules: [{name: a, attempts: 1, fault: overloaded}]
        """) as brownout:
            openai.OpenAI().chat.completions.create(**ask)
            assert brownout.calls.one().statuses == [503, 200]
            with brownout_llm.session(name="inner", clock="manual") as inner:
                openai.OpenAI().chat.completions.create(**ask)
                inner.clock.advance("1s")
                assert len(inner.calls) == 1
            assert os.environ["BROWNOUT_SESSION"] == brownout.session
            assert len(brownout.calls) == 1
        assert os.environ["OPENAI_API_KEY"] == "mine" and "OPENAI_BASE_URL" not in os.environ

        try:
            with brownout_llm.session({"rules": [{"name": "x", "fault": "overloded"}]}):
                pass
        except brownout_llm.ScenarioError as error:
            assert "did you mean 'overloaded'?" in str(error)
        assert "BROWNOUT_URL" not in os.environ

        with brownout_llm.serve("--seed", "5") as server:
            session = server.session("own", {"rules": [{"name": "x", "fault": "conflict"}]})
            client = openai.OpenAI(base_url=session.openai, max_retries=0)
            try:
                client.chat.completions.create(**ask)
            except openai.ConflictError:
                print(session.calls.one().causes)
    ''')
    done = run(runs, "script.py")
    assert (done.returncode, done.stdout) == (0, "['conflict']\n"), done.stderr


def test_a_script_that_is_killed_leaves_nothing(runs):
    runs.file("script.py", '''
        import os, brownout_llm
        with brownout_llm.session():
            os.kill(os.getpid(), 9)
    ''')
    subprocess.run([sys.executable, "script.py"], cwd=runs.pytester.path, timeout=60)
    assert runs.gone()


def test_the_module_is_the_command(runs):
    done = run(runs, "-m", "brownout_llm", "--version")
    assert (done.returncode, done.stdout.strip()) == (0, _version()), done.stderr
    done = run(runs, "-m", "brownout_llm", "check", "absent.yaml")
    assert done.returncode == 1 and "absent.yaml" in done.stderr


def test_a_missing_binary_is_said(runs, monkeypatch):
    monkeypatch.delenv("BROWNOUT")
    monkeypatch.setenv("PATH", str(runs.pytester.path))
    done = run(runs, "-m", "brownout_llm", "--version")
    assert done.returncode == 1
    assert done.stderr.startswith("error: no brownout binary: ")


def test_a_binary_on_the_path(runs, monkeypatch):
    binary = os.environ["BROWNOUT"]
    monkeypatch.delenv("BROWNOUT")
    # The wheel's own script of that name would start itself for ever.
    script = runs.file("a/brownout", "#!/bin/sh\n# from brownout_llm.__main__\nexit 9\n")
    script.chmod(0o755)
    (runs.pytester.path / "b").mkdir()
    (runs.pytester.path / "b" / "brownout").symlink_to(binary)
    monkeypatch.setenv("PATH", f"{script.parent}:{runs.pytester.path / 'b'}")
    assert run(runs, "-m", "brownout_llm", "--version").stdout.strip() == _version()


def _version() -> str:
    text = (ROOT / "Packaging" / "python" / "pyproject.toml").read_text()
    return text.split('version = "')[1].split('"')[0]


def test_the_versions_agree(runs):
    import brownout_llm
    assert brownout_llm.__version__ == _version()


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "workers"])
def test_the_examples(runs, options):
    for path in EXAMPLES.iterdir():
        if path.suffix in (".py", ".yaml"):
            shutil.copy(path, runs.pytester.path)
    # Sockets of SDKs' clients that an example does not close are its own affair.
    result = runs.run(
        "--strict-markers", "-W", "error", "-W", "ignore::ResourceWarning", *options)
    counts = result.parseoutcomes()
    assert set(counts) == {"passed"} and counts["passed"] >= 6, counts


def test_the_examples_of_unittest(runs):
    for path in EXAMPLES.iterdir():
        if path.suffix in (".py", ".yaml"):
            shutil.copy(path, runs.pytester.path)
    done = run(runs, "-m", "unittest", "-v", "test_unittest")
    assert done.returncode == 0, done.stderr


def test_the_types():
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, str(SOURCE)],
        capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stdout
