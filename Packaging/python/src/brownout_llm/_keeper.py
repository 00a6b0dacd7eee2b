"""Keeps a server for as long as its owner lives, and cleans up behind it.

Run as a script: `_keeper.py OWNERS FOLDER BINARY ARGUMENTS…`. The owners are process ids with
commas between: a test run, and a worker of it. Whatever becomes of one of them, a crash and
`kill -9` too, the server ends with it and the folder goes: a finaliser in the run itself would not
be called then. The keeper is nobody's child, so that
under xdist the worker that happens to start it may end before the others.
"""
from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time

# How often the owners are looked at.
LOOK = 0.25
# An answer in progress gets three seconds of the server's own; then it is ended.
GRACE = 4.0


def start_time(pid: int) -> str | None:
    """When a process began, as the kernel counts; None when it is over, reaped or not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            # The name, in parentheses, may have anything in it.
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def write(path: str, text: str) -> None:
    """Writes a file that is never seen in part."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def in_server() -> None:
    """Runs in the server's process before the binary does."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # PR_SET_PDEATHSIG: whoever kills the keeper kills the server, too.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def keep(owners: list[int], folder: str, command: list[str]) -> None:
    since = {owner: start_time(owner) for owner in owners}
    signals = [signal.SIGTERM, signal.SIGCHLD]
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    write(os.path.join(folder, "keeper"), str(os.getpid()))
    server: subprocess.Popen[bytes] | None = None
    try:
        server = subprocess.Popen(command, preexec_fn=in_server)
    except OSError as error:
        print(f"{command[0]}: {error}", file=sys.stderr, flush=True)
        write(os.path.join(folder, "ended"), "it cannot be run")
    is_said = server is None
    while all(begin is not None and start_time(owner) == begin for owner, begin in since.items()):
        came = signal.sigtimedwait(signals, LOOK)
        if came is not None and came.si_signo == signal.SIGTERM:
            break
        code = None if server is None else server.poll()
        if code is not None and not is_said:
            ending = f"signal {-code}" if code < 0 else f"exit code {code}"
            write(os.path.join(folder, "ended"), ending)
            is_said = True
    if server is not None and server.poll() is None:
        server.terminate()
        deadline = time.monotonic() + GRACE
        while server.poll() is None and time.monotonic() < deadline:
            signal.sigtimedwait([signal.SIGCHLD], LOOK)
        server.kill()
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    owners, folder, command = list(map(int, sys.argv[1].split(","))), sys.argv[2], sys.argv[3:]
    if os.fork():
        os._exit(0)
    # A session of its own: Ctrl-C is for the tests, which may still ask what happened.
    os.setsid()
    with open(os.path.join(folder, "log"), "ab") as log, open(os.devnull, "rb") as nothing:
        for number, file in ((0, nothing), (1, log), (2, log)):
            os.dup2(file.fileno(), number)
    keep(owners, folder, command)


if __name__ == "__main__":
    main()
