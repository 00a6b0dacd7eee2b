"""The help of every command ends with examples, and every example runs."""
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from kit import BROWNOUT, ROOT, SCENARIOS, Server, brownout

HAR = ROOT / "Tests" / "BrownoutRecordingsTests" / "Fixtures" / "Import" / "chrome.har"
# Above this a line of a help is broken at a space.
WIDTH = 79
# A client as `drill` wants one: it takes its provider from the environment and asks again.
CLIENT = """\
import json, os, random, time, urllib.error, urllib.request

for number in range(4):
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": f"Hello {number}"}]}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
        {"Content-Type": "application/json",
         "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
    for attempt in range(4):
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                answer.read()
            break
        except urllib.error.HTTPError as error:
            wait = error.headers.get("Retry-After")
            error.read()
            time.sleep(float(wait or 0) + (0.1 * 2 ** attempt) * (1 + random.random() / 2))
"""
# What a command may end with where that is not 0 alone, as its help says.
ENDS = {"recordings diff": (1,), "drill": (0, 1, 3), "report": (0, 1, 3)}
# They go on until they are stopped.
SERVING = ("serve", "record")


class Command(NamedTuple):
    """A command by its words, and what its help says of it."""

    path: str
    discussion: str

    @property
    def examples(self) -> list[str]:
        """The lines below `Examples:`, the last paragraph; none without it."""
        head, *lines = self.discussion.split("\n\n")[-1].splitlines() or [""]
        return [line.strip() for line in lines] if head == "Examples:" else []


def commands() -> Iterator[Command]:
    """Every command that help shows, the root among them."""
    def walk(command: dict, path: list[str]) -> Iterator[Command]:
        yield Command(" ".join(path), command.get("discussion", ""))
        for below in command.get("subcommands", []):
            # The parser's own, which shows the others.
            if below["commandName"] != "help" and below.get("shouldDisplay", True):
                yield from walk(below, [*path, below["commandName"]])

    dump = brownout("--experimental-dump-help")
    assert dump.returncode == 0, dump.stderr
    yield from walk(json.loads(dump.stdout)["command"], [])


ALL = list(commands())
EXAMPLES = [(command.path, line) for command in ALL for line in command.examples]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with all the files that examples name, and `brownout` in `bin`."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(SCENARIOS, folder / "Scenarios")
    shutil.copytree(ROOT / "Recordings", folder / "Recordings")
    shutil.copy(HAR, folder)
    (folder / "client.py").write_text(CLIENT)
    (folder / "bin").mkdir()
    (folder / "bin" / "brownout").symlink_to(pathlib.Path(BROWNOUT).resolve())
    packed = brownout(
        "recordings", "pack", folder / "Recordings", "--to", folder / "recordings.sqlite")
    assert packed.returncode == 0, packed.stderr
    server = Server(SCENARIOS / "flaky-then-fine.yaml", folder)
    statuses = [server.chat(f"Hello {number}")[0] for number in range(3) for _ in range(3)]
    assert server.command("POST", "/sessions/default/reset")[0] < 300
    server.stop()
    assert 200 in statuses and set(statuses) != {200}
    os.rename(server.journal_file, folder / "brownout.sqlite")
    return folder


@pytest.fixture
def folder(prepared: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of it for one example, which may write there."""
    return pathlib.Path(shutil.copytree(prepared, tmp_path / "work", symlinks=True))


def environment(folder: pathlib.Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.path or "brownout")
def test_a_help_ends_with_one_to_three_examples(command: Command) -> None:
    assert 1 <= len(command.examples) <= 3
    words = f"brownout {command.path}".strip()
    shown = brownout(*command.path.split(), "--help").stdout.splitlines()
    for line in command.examples:
        assert line == words or line.startswith(words + " ")
        assert len(line) + 2 <= WIDTH
        # It is whole there: what is copied from a terminal runs.
        assert f"  {line}" in shown


def test_there_are_commands() -> None:
    assert len(ALL) >= 25


@pytest.mark.parametrize("path, line", EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_an_example_runs(path: str, line: str, folder: pathlib.Path) -> None:
    words = shlex.split(line)
    if words[1] in SERVING:
        assert served(words, folder) == 0
    elif words[1:3] == ["journal", "tail"]:
        assert "openai" in followed(words, folder)
    else:
        before = names(folder)
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line], cwd=folder, env=environment(folder),
            capture_output=True, text=True, timeout=120)
        said = run.stdout + run.stderr
        name = next((name for name in ENDS if line.startswith(f"brownout {name}")), "")
        assert run.returncode in ENDS.get(name, (0,)), said
        # It does something: it says so, or there is a file that was not there.
        assert said.strip() or names(folder) - before


def names(folder: pathlib.Path) -> set[str]:
    """The files there are, without those that SQLite keeps beside its own."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def served(words: list[str], folder: pathlib.Path) -> int:
    """Serves at free ports until it is ready, stops it as Ctrl-C does; its exit code."""
    ready = folder / "ready.json"
    options = ["--port", "0", "--control-port", "0", "--ready-file", str(ready)]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            [*words, *options], cwd=folder, env=environment(folder), stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while not ready.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert ready.exists(), (folder / "log").read_text()
        process.send_signal(signal.SIGINT)
        return process.wait(20)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def followed(words: list[str], folder: pathlib.Path) -> str:
    """What a command that follows a journal says first; it goes on until it is stopped."""
    out = folder / "out"
    with open(out, "wb") as file:
        process = subprocess.Popen(words, cwd=folder, env=environment(folder), stdout=file)
    try:
        deadline = time.monotonic() + 20
        while len(out.read_text().splitlines()) < 2 and time.monotonic() < deadline:
            assert process.poll() is None, "it has ended"
            time.sleep(0.02)
        return out.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
