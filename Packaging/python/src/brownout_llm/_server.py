"""Servers: one that is shared by a run, others with a clock of their own, or one that runs."""
from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from . import _keeper
from ._binary import find_binary
from ._control import Control, Unreachable
from ._errors import BrownoutError

if TYPE_CHECKING:
    from ._scenario import ScenarioLike
    from ._session import Brownout

# How long a server may take to get ready, and to end.
_START = 30.0
_STOP = 10.0


class Server:
    """A server that is running."""

    def __init__(
        self, url: str, control: str, *, folder: pathlib.Path | None = None,
        authority: str | None = None, token: str | None = None,
    ) -> None:
        #: The base URL of the data port, without a session.
        self.url = url.rstrip("/")
        #: The base URL of the control port.
        self.control = control.rstrip("/")
        #: The file of the authority to trust, with TLS.
        self.authority = authority
        self._folder = folder
        self._control = Control(self.control, token)
        self._clock: str | None = None
        self._source: Source | None = None

    @property
    def journal(self) -> pathlib.Path | None:
        """The file of the journal; None for a server that somebody else started."""
        return None if self._folder is None else self._folder / "journal.sqlite"

    @property
    def clock(self) -> str:
        """How its time goes: `real`, `manual`, or a factor such as `x10`."""
        if self._clock is None:
            self._clock = str(self.ask("GET", "/clock")["clock"])
        return self._clock

    def session(
        self, name: str, scenario: ScenarioLike | None = None, *, clock: str | None = None,
    ) -> Brownout:
        """A session that more than one test uses, with a scenario if there is one. It changes no
        variables: clients are given its base URLs. A path is looked for in the folder that is
        current."""
        from ._session import Brownout

        source = self._source or Source(running=self)
        session = Brownout(source, name, clock=clock)
        if scenario is not None:
            session.scenario(scenario)
        return session

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Asks the control port; a server that has died says so with its last words."""
        try:
            return self._control.ask(method, path, body)
        except Unreachable as error:
            ending = self._ending()
            if ending is None:
                raise
            raise BrownoutError(ending) from error

    def _ending(self) -> str | None:
        """How the server ended and what it said; None where it runs as far as anybody knows."""
        if self._folder is None:
            return None
        # The keeper is told of its end a moment after the connection was refused.
        deadline = time.monotonic() + 1
        while not (self._folder / "ended").exists():
            if time.monotonic() > deadline:
                return None
            time.sleep(0.02)
        return _last_words("brownout serve has ended", self._folder)


class Source:
    """Where the servers of a process come from. The shared one is started when it is first asked
    for, by whichever process of the run comes first; the others are the process's own."""

    def __init__(
        self, *, folder: pathlib.Path | None = None, owner: int | None = None,
        run: str | None = None, binary: str | None = None, options: Sequence[str] = (),
        running: Server | None = None,
    ) -> None:
        #: The folder of the shared server; it exists once the server was asked for.
        self.folder = folder or new_folder()
        #: The process that the shared server does not outlive.
        self.owner = os.getpid() if owner is None else owner
        self._binary = binary
        self._options = list(options)
        self._shared: Server | None = running
        if running is not None:
            running._source = self
        self._others: dict[str, tuple[Server, pathlib.Path]] = {}
        #: Whether somebody else started the shared server, and it outlives this run.
        self.is_foreign = running is not None
        #: Sets the sessions of this run apart from those that such a server has seen already.
        self.run = run or (uuid.uuid4().hex[:6] if self.is_foreign else None)

    def shared(self) -> Server:
        if self._shared is None:
            self._shared = self._start(self.folder, [self.owner], [])
        return self._shared

    def with_clock(self, clock: str) -> Server:
        """A server whose time goes so. Tests of a process come one after the other, so they can
        share it; those of other processes have their own, and nobody moves another's time."""
        if clock == self.shared().clock:
            return self.shared()
        if clock not in self._others:
            folder = new_folder()
            server = self._start(folder, [self.owner, os.getpid()], ["--clock", clock])
            self._others[clock] = (server, folder)
        return self._others[clock][0]

    def stop(self) -> None:
        """Stops what this process owns: its own servers, and the shared one if it is the owner."""
        folders = [folder for _, folder in self._others.values()]
        self._others.clear()
        if self.owner == os.getpid() and not self.is_foreign:
            folders.append(self.folder)
            self._shared = None
        for folder in folders:
            stop(folder)

    def explain(self, server: Server, identity: str) -> str | None:
        """What `brownout explain` says of an exchange; None where there is no journal to read."""
        if server.journal is None or not server.journal.exists():
            return None
        done = subprocess.run(
            [find_binary(self._binary), "explain", identity, "--journal", str(server.journal)],
            capture_output=True, text=True, errors="replace", timeout=_START, check=False)
        return done.stdout if done.returncode == 0 else done.stderr

    def _start(
        self, folder: pathlib.Path, owners: Sequence[int], more: Sequence[str],
    ) -> Server:
        binary = find_binary(self._binary)
        folder.mkdir(mode=0o700, exist_ok=True)
        with _locked(folder):
            ready = folder / "ready.json"
            if not ready.exists() and not (folder / "ended").exists():
                self._launch(binary, folder, owners, [*self._options, *more])
            if (folder / "ended").exists():
                raise BrownoutError(_last_words("brownout serve could not start", folder))
            info = json.loads(ready.read_text(encoding="utf-8"))
        server = Server(info["data"], info["control"], folder=folder, authority=info.get("ca"))
        server._source = self
        return server

    def _launch(
        self, binary: str, folder: pathlib.Path, owners: Sequence[int], options: Sequence[str],
    ) -> None:
        command = [
            binary, "serve", "--port", "0", "--control-port", "0",
            "--journal", str(folder / "journal.sqlite"), *options,
            "--ready-file", str(folder / "ready.json")]
        # The first process ends at once, and the keeper goes on without a parent.
        subprocess.run(
            [sys.executable, "-I", "-S", _keeper.__file__, ",".join(map(str, owners)),
             str(folder), *command], check=True, timeout=_START)
        deadline = time.monotonic() + _START
        while not (folder / "ready.json").exists() and not (folder / "ended").exists():
            if time.monotonic() > deadline:
                stop(folder)
                raise BrownoutError(f"brownout serve was not ready within {_START:g} s")
            time.sleep(0.005)


def new_folder() -> pathlib.Path:
    """A folder's name that nobody has; it is made when it is needed."""
    return pathlib.Path(tempfile.gettempdir()) / f"brownout-{uuid.uuid4().hex[:12]}"


def stop(folder: pathlib.Path) -> None:
    """Ends the server of a folder, if there is one, and waits until the folder has gone."""
    try:
        keeper = int((folder / "keeper").read_text(encoding="utf-8"))
        os.kill(keeper, signal.SIGTERM)
    except (OSError, ValueError):
        shutil.rmtree(folder, ignore_errors=True)
        return
    deadline = time.monotonic() + _STOP
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)


@contextlib.contextmanager
def _locked(folder: pathlib.Path) -> Iterator[None]:
    with open(folder / "lock", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _last_words(what: str, folder: pathlib.Path) -> str:
    try:
        ending = (folder / "ended").read_text(encoding="utf-8")
        log = (folder / "log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return what
    lines = [line for line in log.splitlines() if not line.startswith("export ")]
    said = "\n".join(lines[-20:])
    return f"{what} ({ending})" + (f"; it said:\n{said}" if said else ", without a word")
