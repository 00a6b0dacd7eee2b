"""The image: the steps of its Dockerfile, in roots, since no engine is needed to run them.

The step that compiles is not repeated: what it makes is what `Packaging/link` has made. The step
that makes the image's root runs in a clean Debian; the last stage is that root and nothing else,
and runs read-only, as its user, with its own words.
"""
from __future__ import annotations

import os
import pathlib
import shlex
import shutil
import subprocess
import time

import pytest
import yaml
from dockerfile import Stage, stages
from roots import MADE, PROJECT, Root

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def final() -> Stage:
    return stages(PROJECT / "Dockerfile")[-1]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, final: Stage) -> Root:
    """The last stage's root, made by the build stage's own steps."""
    build = stages(PROJECT / "Dockerfile")[0]
    assert final.base == "scratch" and final.all("COPY") == ["--from=build /image /"]
    packages, compiles, makes = build.all("RUN")
    assert compiles.startswith("swift build ") and "Packaging/link" in compiles
    root = Root.clean(tmp_path_factory.mktemp("build") / "root")
    # Of the packages, those that the last step needs: the others are the compiler's.
    needed = [p for p in shlex.split(packages) if p in ("ca-certificates", "busybox-static")]
    assert len(needed) == 2
    root.run("apt-get", "update", "-qq")
    root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *needed)
    shutil.copytree(PROJECT / "Packaging", root.place / "source/Packaging")
    root.copy(MADE / "brownout", "usr/local/bin")
    root.run("sh", "-c", f"cd {build.last('WORKDIR')} && {makes}")
    image = Root(root.place / "image")
    assert (image.place / "data").stat().st_uid == int(final.last("USER").split(":")[0])
    # Every engine adds these.
    for folder in ("proc", "dev"):
        (image.place / folder).mkdir()
    return image


class Container:
    """The image as an engine would run it with --read-only: its root cannot be written, its
    volume can, and it has a user and no rights."""

    def __init__(self, image: Root, final: Stage, volume: pathlib.Path, *command: str) -> None:
        user, place = final.last("USER"), image.place
        folder = final.last("WORKDIR")
        assert final.last("VOLUME") == folder
        volume.mkdir()
        os.chown(volume, *(int(n) for n in user.split(":")))
        words = [*final.words("ENTRYPOINT"), *(command or final.words("CMD"))]
        uid, gid = user.split(":")
        inside = (
            "import os, sys; root, folder, uid, gid, *words = sys.argv[1:]; os.chroot(root); "
            "os.chdir(folder); os.setgroups([]); os.setgid(int(gid)); os.setuid(int(uid)); "
            "os.execve(words[0], words, {'PATH': '/usr/bin'})")
        enter = ["python3", "-c", inside, str(place), folder, uid, gid]
        # What an engine mounts: the root for reading, processes, the null device, the volume.
        script = (
            f"mount --bind {place} {place} && mount -t proc proc {place}/proc && "
            f"mount --bind /dev {place}/dev && mount --bind {volume} {place}{folder} && "
            f"mount -o remount,bind,ro {place} && ip link set lo up && "
            f"exec setpriv --no-new-privs {shlex.join([*enter, *words])}")
        self.enter = enter
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--net", "sh", "-c", script],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command in the running container, as the engine runs a health check."""
        return subprocess.run(
            ["nsenter", "--target", str(self.process.pid), "--mount", "--net", *self.enter, *words],
            capture_output=True, text=True, timeout=30)

    def is_healthy(self, probe: list[str]) -> bool:
        limit = time.monotonic() + 30
        while time.monotonic() < limit and self.process.poll() is None:
            if self.run(*probe).returncode == 0:
                return True
            time.sleep(0.2)
        return False

    def stop(self) -> tuple[int, str]:
        self.process.terminate()
        try:
            said = self.process.communicate(timeout=20)[0]
        finally:
            self.process.kill()
        return self.process.returncode, said


@pytest.fixture
def container(image: Root, final: Stage, tmp_path: pathlib.Path):
    running = Container(image, final, tmp_path / "volume")
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait(10)


def test_the_image_is_small(image: Root) -> None:
    sizes = {
        os.path.join(folder, name): os.lstat(os.path.join(folder, name)).st_size
        for folder, _, names in os.walk(image.place) for name in names}
    total = sum(sizes.values())
    print(f"\nthe image's root: {len(sizes)} files, {total / MEGABYTE:.1f} MB")
    assert total < 80 * MEGABYTE


def test_the_image_has_no_shell(image: Root) -> None:
    assert sorted(p.name for p in (image.place / "usr/bin").iterdir()) == ["brownout", "wget"]
    image.has_no_tools()


def test_it_serves_read_only_without_rights_and_stops(
    container: Container, final: Stage, tmp_path: pathlib.Path
) -> None:
    assert container.is_healthy(final.probe()), container.stop()
    status = pathlib.Path(f"/proc/{container.process.pid}/status").read_text()
    held = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
    assert held["Uid"].split() == ["65532"] * 4 and held["NoNewPrivs"] == "1"
    assert held["CapEff"] == held["CapPrm"] == "0000000000000000"
    mounts = pathlib.Path(f"/proc/{container.process.pid}/mountinfo").read_text()
    options = {line.split()[4]: line.split()[5].split(",") for line in mounts.splitlines()}
    assert "ro" in options["/"] and "rw" in options["/data"]
    said = container.run(
        "/usr/bin/wget", "-q", "-O", "-", "--header", "Content-Type: application/json",
        "--header", "Authorization: Bearer sk-any", "--post-data",
        '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}',
        "http://127.0.0.1:8787/openai/v1/chat/completions")
    assert '"chat.completion"' in said.stdout, said.stderr
    assert (tmp_path / "volume/brownout.sqlite").stat().st_size > 0
    code, log = container.stop()
    assert code == 0, log


def test_only_the_data_port_is_open_to_others(container: Container, final: Stage) -> None:
    assert container.is_healthy(final.probe())
    listening = set()
    for line in pathlib.Path(f"/proc/{container.process.pid}/net/tcp").read_text().splitlines()[1:]:
        address, state = line.split()[1], line.split()[3]
        if state == "0A":
            listening.add((address.split(":")[0], int(address.split(":")[1], 16)))
    assert listening == {("00000000", 8787), ("0100007F", 8788)}
    assert final.all("EXPOSE") == ["8787"]


def test_the_probe_fails_where_nothing_serves(image: Root, final: Stage) -> None:
    done = subprocess.run(
        ["unshare", "--mount", "--net", "chroot", str(image.place), *final.probe()],
        capture_output=True, timeout=30)
    assert done.returncode != 0


def test_another_control_host_needs_a_token(
    image: Root, final: Stage, tmp_path: pathlib.Path
) -> None:
    running = Container(
        image, final, tmp_path / "volume", "serve", "--host", "0.0.0.0",
        "--control-host", "0.0.0.0")
    said = running.process.communicate(timeout=30)[0]
    assert running.process.returncode == 2 and "needs a token" in said


def test_compose_publishes_on_loopback_and_no_control_port(final: Stage) -> None:
    (service,) = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"].values()
    assert service["ports"] == ["127.0.0.1:8787:8787"]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert f"journal:{final.last('VOLUME')}" in service["volumes"]
    # What it is told to serve is there, and holds.
    served = service["command"][-1].replace("/scenarios/", "Scenarios/")
    subprocess.run([MADE / "brownout", "check", PROJECT / served], check=True, capture_output=True)
