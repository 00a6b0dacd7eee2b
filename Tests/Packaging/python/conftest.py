"""Runs of pytest inside of tests, with the real binary and the official SDKs."""
from __future__ import annotations

import contextlib
import importlib.metadata
import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCE = ROOT / "Packaging" / "python" / "src"
EXAMPLES = ROOT / "Examples" / "python"
sys.path.insert(0, str(SOURCE))

# The binary to test with, for this process and all that it starts.
os.environ.setdefault("BROWNOUT", str(ROOT / ".build" / "release" / "brownout"))

if not os.access(os.environ["BROWNOUT"], os.X_OK):
    raise pytest.UsageError(f"no {os.environ['BROWNOUT']}: build it first, or name it in BROWNOUT")

# Options by which an inner run has the plug-in: none where the package is installed.
PLUGIN = (
    [] if any(entry.value == "brownout_llm.pytest_plugin"
              for entry in importlib.metadata.entry_points(group="pytest11"))
    else ["-p", "brownout_llm.pytest_plugin"])

SDK = '''
    import anthropic
    import openai
    import pytest

    def ask(client=None, text="Hi", **more):
        return (client or openai.OpenAI()).chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": text}], **more)
'''


class Runs:
    """Makes runs of pytest in a folder of their own, with a folder of their own for servers."""

    def __init__(self, pytester: pytest.Pytester, places: pathlib.Path) -> None:
        self.pytester = pytester
        self.places = places
        self.started: list[subprocess.Popen[bytes]] = []
        pytester.makefile(".ini", pytest="[pytest]")

    def file(self, name: str, text: str) -> pathlib.Path:
        path = self.pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def test(self, text: str, name: str = "test_inner.py") -> pathlib.Path:
        """A file of tests, with the SDKs and `ask` at its top."""
        return self.file(name, textwrap.dedent(SDK) + textwrap.dedent(text))

    def run(self, *options: str, outcome: dict[str, int] | None = None) -> pytest.RunResult:
        """Runs what is there in a process of its own; nothing may be left of it."""
        result = self.pytester.runpytest_subprocess(
            *PLUGIN, "-p", "no:cacheprovider", *options, timeout=90)
        if outcome is not None:
            result.assert_outcomes(**outcome)
        assert self.gone(2), self.left()
        return result

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Begins a run that is not waited for, in a process group of its own."""
        self.log = self.pytester.path / f"log-{len(self.started)}"
        with open(self.log, "wb") as log:
            run = subprocess.Popen(
                [sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:cacheprovider", *options],
                cwd=self.pytester.path, start_new_session=True, stdout=log,
                stderr=subprocess.STDOUT)
        self.started.append(run)
        return run

    def servers(self) -> list[int]:
        """The processes that belong to servers of these runs, with their keepers."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(self.places).encode() + b"/brownout-" in line:
                found.append(int(entry.name))
        return found

    def left(self) -> list[str]:
        """What there still is of servers."""
        return [str(pid) for pid in self.servers()] + [
            path.name for path in self.places.glob("brownout-*")]

    def gone(self, seconds: float = 10) -> bool:
        """Whether nothing is left after a while."""
        return wait(lambda: not self.left(), seconds)


def wait(holds, seconds: float = 20) -> bool:
    """Whether something holds within a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def runs(pytester, tmp_path_factory, monkeypatch):
    places = tmp_path_factory.mktemp("servers")
    monkeypatch.setenv("TMPDIR", str(places))
    monkeypatch.setenv("PYTHONPATH", str(SOURCE))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    # These tests may themselves be run by a worker.
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST")]:
        monkeypatch.delenv(name)
    made = Runs(pytester, places)
    yield made
    for run in made.started:
        # Workers, which sleep on when their run has ended.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait(30)
    for pid in made.servers():
        os.kill(pid, signal.SIGKILL)
