"""One server for each run, which is stopped whatever becomes of the run."""
from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest

from conftest import wait

# Each test says which server it saw, and the retries of each are its own.
MANY = '''
    import pathlib

    @pytest.mark.parametrize("number", range(9))
    def test_it(brownout, number):
        with open("servers", "a") as file:
            file.write(brownout.server.url + "\\n")
        brownout.fault("overloaded", attempts=1)
        ask()
        assert brownout.calls.one().statuses == [503, 200]
'''

# A test that goes on until somebody ends it.
LONG = '''
    import pathlib
    import time

    @pytest.mark.parametrize("number", range(3))
    def test_it(brownout, number):
        ask()
        brownout.scenario({"clock": "manual"})
        pathlib.Path(f"there-{number}").touch()
        time.sleep(60)
'''


def servers(runs) -> set[str]:
    return set((runs.pytester.path / "servers").read_text().split())


def test_a_run_has_one_server(runs):
    runs.test(MANY)
    runs.run(outcome={"passed": 9})
    assert len(servers(runs)) == 1


def test_workers_share_one_server(runs):
    runs.test(MANY)
    runs.run("-n", "3", outcome={"passed": 9})
    assert len(servers(runs)) == 1


def test_workers_that_crash_leave_the_server_to_the_others(runs):
    runs.test(MANY + '''
    @pytest.mark.parametrize("number", range(2))
    def test_crash(brownout, number):
        import os
        os._exit(7)
    ''')
    result = runs.run("-n", "2")
    result.assert_outcomes(passed=9, failed=2)
    assert len(servers(runs)) == 1


def test_workers_have_clocks_of_their_own(runs):
    runs.test('''
        @pytest.mark.brownout(clock="manual")
        @pytest.mark.parametrize("number", range(6))
        def test_it(brownout, number):
            before = brownout.clock.now
            ask()
            assert brownout.clock.advance("10s") == pytest.approx(before + 10, abs=1e-6)
    ''')
    runs.run("-n", "3", outcome={"passed": 6})


def test_two_runs_at_a_time(runs):
    runs.test(MANY)
    both = [runs.start(), runs.start("-n", "2")]
    for run in both:
        assert run.wait(90) == 0, runs.log.read_text()
    assert len(servers(runs)) == 2
    assert runs.gone()


def test_nobody_starts_a_server_that_no_test_asks_for(runs, monkeypatch):
    monkeypatch.setenv("BROWNOUT", "/nowhere/brownout")
    runs.file("test_inner.py", "def test_it(): pass\n")
    runs.run(outcome={"passed": 1})
    runs.run("-n", "2", outcome={"passed": 1})
    runs.run("--collect-only")


def test_a_test_that_is_repeated_has_another_session(runs):
    runs.test('''
        seen = []

        def test_it(brownout):
            ask()
            assert len(brownout.calls) == 1
            assert brownout.session not in seen
            seen.append(brownout.session)
    ''')
    runs.file("conftest.py", '''
        def pytest_runtestloop(session):
            for _ in range(2):
                for item in session.items:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            return True
    ''')
    runs.run(outcome={"passed": 2})


def test_the_same_draws_in_every_run(runs):
    runs.test('''
        def test_it(brownout):
            brownout.scenario({"rules": [
                {"name": "wobble", "chance": "50%", "fault": "bad-request"}]})
            client = openai.OpenAI(max_retries=0)
            for number in range(24):
                try:
                    ask(client, text=str(number))
                except openai.BadRequestError:
                    pass
            with open("drawn", "a") as file:
                file.write(str([call.statuses[0] for call in brownout.calls]) + "\\n")
    ''')
    runs.run(outcome={"passed": 1})
    runs.run("-n", "2", outcome={"passed": 1})
    first, second = (runs.pytester.path / "drawn").read_text().splitlines()
    assert first == second and "400" in first and "200" in first


@pytest.mark.parametrize("options", [(), ("-n", "3")], ids=["alone", "workers"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_ended_leaves_nothing(runs, options, number):
    runs.test(LONG)
    run = runs.start(*options)
    begun = "there-*" if not options else "there-2"
    assert wait(lambda: list(runs.pytester.path.glob(begun)), 60)
    # The shared server, and one with a clock, each with its keeper.
    assert len(runs.servers()) >= 4
    run.send_signal(number)
    run.wait(30)
    assert runs.gone(15), runs.left()


def test_a_keeper_that_is_killed_takes_its_server_along(runs):
    runs.test(LONG)
    run = runs.start()
    assert wait(lambda: list(runs.pytester.path.glob("there-*")), 60)
    keepers = [int(path.read_text()) for path in runs.places.glob("brownout-*/keeper")]
    assert len(keepers) == 2
    for keeper in keepers:
        os.kill(keeper, signal.SIGKILL)
    assert wait(lambda: not runs.servers(), 10)


def test_a_server_that_runs_already(runs):
    ready = runs.pytester.path / "ready.json"
    server = subprocess.Popen(
        [os.environ["BROWNOUT"], "serve", "--port", "0", "--control-port", "0", "--ready-file",
         str(ready), "--journal", str(runs.pytester.path / "journal.sqlite")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert wait(ready.exists)
        info = json.loads(ready.read_text())
        options = ["--brownout-url", info["data"], "--brownout-control-url", info["control"]]
        runs.test(MANY + '''
    def test_that_fails(brownout):
        ask()
        assert False

    def test_a_clock(brownout):
        brownout.scenario({"clock": "manual"})
        brownout.clock.advance("60s")
    ''')
        for _ in range(2):
            result = runs.run("-n", "2", *options)
            result.assert_outcomes(passed=10, failed=1)
            result.stdout.fnmatch_lines(["exchange *", "status        200"])
        assert servers(runs) == {info["data"]}
        result = runs.run("--brownout-url", info["data"])
        assert result.ret == 4
        result.stderr.fnmatch_lines(["*--brownout-url and --brownout-control-url go together"])
    finally:
        server.terminate()
        server.wait(20)
    result = runs.run(*options)
    result.stdout.fnmatch_lines(["*no answer from the control port http://127.0.0.1:*"])
