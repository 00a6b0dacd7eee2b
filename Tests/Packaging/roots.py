"""Roots to install into, and servers that run in them."""
from __future__ import annotations

import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import time
import urllib.request
from typing import Any

PROJECT = pathlib.Path(__file__).resolve().parents[2]
MADE = pathlib.Path(os.environ["MADE"])
QUESTION = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}
VERSION = subprocess.run(
    [MADE / "brownout", "--version"], check=True, capture_output=True, text=True).stdout.strip()


class Root:
    """A folder that processes take for the whole file system."""

    def __init__(self, place: pathlib.Path) -> None:
        self.place = place

    @classmethod
    def clean(cls, place: pathlib.Path) -> Root:
        """Debian's smallest, as debootstrap makes it."""
        place.mkdir()
        subprocess.run(["tar", "-xf", os.environ["CLEAN_ROOT"], "-C", place], check=True)
        shutil.copy("/etc/resolv.conf", place / "etc/resolv.conf")
        # It has no authorities; pip asks the index with this machine's.
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", place / "tmp/authorities.pem")
        return cls(place)

    def command(self, *words: str, before: str = "true") -> list[str]:
        """What runs words here; its mounts are gone with it, and it is one process throughout."""
        mounts = f"mount -t proc proc {self.place}/proc && {before}"
        return [
            "unshare", "--mount", "sh", "-c",
            f"{mounts} && exec chroot {self.place} {shlex.join(words)}"]

    def run(self, *words: str, code: int = 0, seconds: float = 300) -> str:
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, timeout=seconds,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
                 "DEBIAN_FRONTEND": "noninteractive", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                 "PIP_CERT": "/tmp/authorities.pem"})
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def has(self, command: str) -> bool:
        places = ["usr/local/bin", "usr/bin", "usr/sbin", "bin", "sbin", "opt/swift/usr/bin"]
        return any((self.place / place / command).exists() for place in places)

    def copy(self, file: pathlib.Path, to: str = "tmp") -> str:
        shutil.copy(file, self.place / to / file.name)
        return f"/{to}/{file.name}"

    def files(self) -> set[str]:
        """Every path of the root's own."""
        return {
            str((pathlib.Path(folder) / name).relative_to(self.place))
            for folder, folders, names in os.walk(self.place) for name in [*folders, *names]}

    def has_no_tools(self) -> None:
        """No compiler, no linker and nothing of Swift's is here."""
        tools = ("cc", "gcc", "clang", "ld", "as", "swift", "swiftc")
        assert [tool for tool in tools if self.has(tool)] == []
        assert [f for f in self.files() if pathlib.Path(f).name.startswith("libswift")] == []


class Server:
    """A server that was told to write a ready file, and answers."""

    def __init__(self, command: list[str], ready: pathlib.Path, **options: Any) -> None:
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
        limit = time.monotonic() + 30
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > limit:
                self.process.kill()
                raise AssertionError(f"not ready: {self.process.communicate()[0]}")
            time.sleep(0.02)
        self.ports = json.loads(ready.read_text())

    def ask(self) -> dict[str, Any]:
        request = urllib.request.Request(
            self.ports["data"] + "/openai/v1/chat/completions", json.dumps(QUESTION).encode(),
            {"Authorization": "Bearer sk-any", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def serves(self) -> None:
        assert self.ask()["choices"][0]["message"]["content"]
        with urllib.request.urlopen(self.ports["control"] + "/health", timeout=10) as answer:
            assert json.load(answer)["status"] == "ok"

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=20)
        finally:
            self.process.kill()
        return self.process.returncode


ANY_PORTS = ["--port", "0", "--control-port", "0"]
