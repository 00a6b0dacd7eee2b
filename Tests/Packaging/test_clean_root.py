"""The package, the tar and the wheel in a Debian that has no compiler and no Swift."""
from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import pytest
from roots import ANY_PORTS, MADE, VERSION, Root, Server

FIVE_LINES = """\
from openai import OpenAI
def test_the_sdk_gets_an_answer(brownout):
    client = OpenAI(base_url=brownout.url("openai"), api_key="sk-any")
    models = [model.id for model in client.models.list()]
    assert "gpt-4o-mini" in models
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Root:
    return Root.clean(tmp_path_factory.mktemp("clean") / "root")


def serve(root: Root, *command: str, before: str = "true") -> Server:
    words = [*command, *ANY_PORTS, "--ready-file", "/tmp/ready.json"]
    return Server(root.command(*words, before=before), root.place / "tmp/ready.json")


def test_the_tar_serves_where_it_is_unpacked(root: Root) -> None:
    (archive,) = MADE.glob("*.tar.gz")
    root.run("tar", "-xzf", root.copy(archive), "-C", "/opt")
    binary = f"/opt/{archive.name.removesuffix('.tar.gz')}/bin/brownout"
    assert root.run(binary, "--version").strip() == VERSION
    server = serve(root, binary, "serve", "--no-journal")
    server.serves()
    assert server.stop() == 0
    root.has_no_tools()


def test_the_package_installs_serves_and_is_gone_after_a_purge(root: Root) -> None:
    deb = root.copy(MADE / f"brownout_{VERSION}_amd64.deb")
    before = root.files()
    root.run("dpkg", "--install", deb)
    assert root.run("dpkg-query", "-W", "-f", "${Status}", "brownout") == "install ok installed"
    root.has_no_tools()
    # As the unit starts it, with the rights that the unit leaves.
    unit = (root.place / "lib/systemd/system/brownout.service").read_text()
    (start,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    for folder in ("var/lib/brownout", "run/brownout"):
        (root.place / folder).mkdir()
        os.chown(root.place / folder, 65532, 65532)
    words = start.replace("$BROWNOUT_OPTIONS", " ".join(ANY_PORTS)).split()
    server = Server(
        as_nobody(root.command(*words)), root.place / "run/brownout/ready.json")
    server.serves()
    assert server.stop() == 0
    listed = root.run(
        "brownout", "journal", "list", "--journal", "/var/lib/brownout/brownout.sqlite")
    assert "openai" in listed
    root.run("dpkg", "--purge", "brownout")
    left = {f for f in root.files() - before if not f.startswith(("proc/", "var/log/"))}
    # dpkg's own record of what was there before its last change.
    assert left - {"var/lib/dpkg/status-old", "var/lib/dpkg/diversions-old"} == set()


def as_nobody(command: list[str]) -> list[str]:
    """The same command, with a user of no rights and no way to more inside the root."""
    script = command[-1].replace(
        "exec chroot ", "exec setpriv --no-new-privs chroot --userspec=65532:65532 ")
    return [*command[:-1], script]


def test_system_calls_are_those_that_the_unit_allows() -> None:
    def members(group: str) -> set[str]:
        said = subprocess.run(
            ["systemd-analyze", "syscall-filter", group], check=True, capture_output=True,
            text=True).stdout
        names: set[str] = set()
        for line in said.splitlines()[1:]:
            word = line.strip()
            names |= members(word) if word.startswith("@") else {word} - {""}
        return {n for n in names if not n.startswith("#")}

    # As a user without rights: for root, SQLite calls more.
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copy(MADE / "brownout", folder)
        os.chown(folder, 65532, 65532)
        trace, ready = folder / "trace", folder / "ready.json"
        server = Server(
            ["strace", "-f", "-qq", "-o", str(trace), "./brownout", "serve", *ANY_PORTS,
             "--ready-file", str(ready)], ready, cwd=folder, user=65532, group=65532,
            extra_groups=[])
        server.serves()
        os.kill(server.ports["pid"], 15)
        assert server.process.wait(20) == 0
        called = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", trace.read_text(), re.MULTILINE))
    assert "epoll_wait" in called and len(called) > 30
    assert called - (members("@system-service") - members("@privileged")) == set()


def test_five_lines_are_green_without_a_compiler(root: Root) -> None:
    root.run("apt-get", "update", "-qq")
    root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv")
    (wheel,) = MADE.glob("*.whl")
    file = root.copy(wheel)
    (root.place / "tmp/test_five.py").write_text(FIVE_LINES)
    root.run("python3", "-m", "venv", "/tmp/venv")
    root.has_no_tools()
    since = time.monotonic()
    root.run("/tmp/venv/bin/pip", "install", "-q", file, "pytest", "openai")
    installed = time.monotonic() - since
    said = root.run("/tmp/venv/bin/python", "-m", "pytest", "-q", "/tmp/test_five.py")
    seconds = time.monotonic() - since
    assert "1 passed" in said
    print(f"\nfrom an empty environment to green: {seconds:.1f} s, of which pip {installed:.1f} s")
    assert seconds <= 30
    assert root.run("/tmp/venv/bin/brownout", "--version").strip() == VERSION
    server = serve(root, "/tmp/venv/bin/brownout", "serve", "--no-journal")
    server.serves()
    assert server.stop() == 0
