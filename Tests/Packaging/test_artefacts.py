"""What is shipped, looked at from outside: sizes, sums, pages, completions, the unit."""
from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from roots import MADE, PROJECT, VERSION

BUILT = pathlib.Path(os.environ["BUILD"]) / "brownout"
SHIPPED = MADE / "brownout"
DEB = MADE / f"brownout_{VERSION}_amd64.deb"
MEGABYTE = 1_000_000


def run(*command: Any, code: int = 0) -> str:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("deb") / "root"
    run("dpkg-deb", "-x", DEB, folder)
    return folder


@pytest.mark.parametrize("name, megabytes", [
    ("brownout", 72), (f"brownout_{VERSION}_amd64.deb", 20), ("*.whl", 28), ("*.tar.gz", 28)])
def test_sizes_are_what_the_page_says(name: str, megabytes: int) -> None:
    (file,) = MADE.glob(name)
    assert file.stat().st_size < megabytes * MEGABYTE


def test_checksums_hold() -> None:
    said = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=MADE, capture_output=True, text=True)
    assert said.returncode == 0 and said.stdout.count(": OK") == 5, said.stdout + said.stderr


def test_no_symbols_and_no_library_but_glibc() -> None:
    assert ".symtab" not in run("readelf", "-SW", SHIPPED)
    dynamic = run("readelf", "-dW", SHIPPED)
    needed = {line.split("[")[1].rstrip("]") for line in dynamic.splitlines() if "NEEDED" in line}
    assert needed <= {"libc.so.6", "libgcc_s.so.1", "libm.so.6", "ld-linux-x86-64.so.2"}
    assert "RPATH" not in dynamic and "RUNPATH" not in dynamic and "NOW" in dynamic


def test_glibc_2_35_is_enough() -> None:
    names = run("readelf", "-VW", SHIPPED)
    asked = {
        tuple(int(n) for n in word[6:].split("."))
        for word in names.split() if word.startswith("GLIBC_2")}
    assert asked and max(asked) <= (2, 35)
    assert list(MADE.glob("*-manylinux_2_35_x86_64.whl"))


@pytest.mark.parametrize("words", [
    ["--help"], ["serve", "--help"], ["causes"], ["faults"], ["schema"], ["prices"],
    ["check", "--json", "Scenarios", "Scenarios/drills", "Scenarios/incidents", "Scenarios/faults"],
    ["plan", "Scenarios/flaky-then-fine.yaml", "--calls", "50"],
    ["plan", "Scenarios/capacity-wobble.yaml", "--calls", "50"],
    ["recordings", "list", "Recordings"]], ids=" ".join)
def test_it_says_what_the_build_says(words: list[str]) -> None:
    built, shipped = (
        subprocess.run([b, *words], cwd=PROJECT, capture_output=True, timeout=60)
        for b in (BUILT, SHIPPED))
    assert (shipped.returncode, shipped.stdout, shipped.stderr) == (
        built.returncode, built.stdout, built.stderr)
    assert shipped.returncode == 0 and shipped.stdout


def test_lintian_has_nothing_to_say() -> None:
    assert run("lintian", "--allow-root", "--fail-on", "error,warning", DEB).strip() == ""


def test_the_bill_of_materials_fits_its_schema() -> None:
    text = (MADE / "sbom.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    (digest,) = [h["content"] for h in bill["metadata"]["component"]["hashes"]]
    assert digest == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    versions = {c["name"]: c["version"] for c in bill["components"]}
    named = re.findall(r'url: "\S+/([^/]+)\.git"', (PROJECT / "Package.swift").read_text())
    assert {name.lower() for name in named} <= set(versions) and len(named) > 8
    assert {"swift", "libsqlite3-dev", "libyaml-dev", "libstdc++-12-dev"} <= set(versions)
    assert all(versions.values()) and "unspecified" not in versions.values()


def test_manual_pages_have_every_command_and_option(unpacked: pathlib.Path) -> None:
    pages = unpacked / "usr/share/man/man1"
    root = json.loads(run(SHIPPED, "--experimental-dump-help"))["command"]
    commands = [c for c in root["subcommands"] if c["commandName"] != "help"]
    assert len(list(pages.iterdir())) == len(commands) + 1 > 10
    for command in commands:
        page = pages / f"brownout-{command['commandName']}.1.gz"
        done = subprocess.run(
            ["man", "--warnings", "-E", "UTF-8", "-l", page], capture_output=True, text=True,
            env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""})
        assert done.returncode == 0 and done.stderr == "", done.stderr
        for argument in command.get("arguments", []):
            if argument["shouldDisplay"] and argument["kind"] != "positional":
                assert "--" + argument["preferredName"]["name"] in done.stdout


@pytest.mark.parametrize("shell, file", [
    ("bash", "bash-completion/completions/brownout"),
    ("zsh", "zsh/vendor-completions/_brownout"),
    ("fish", "fish/vendor_completions.d/brownout.fish")])
def test_completions_are_read_by_their_shell(
    unpacked: pathlib.Path, shell: str, file: str
) -> None:
    assert run(shell, "-n", unpacked / "usr/share" / file) == ""


def test_bash_completes_commands_and_options(unpacked: pathlib.Path) -> None:
    script = unpacked / "usr/share/bash-completion/completions/brownout"
    said = run(
        "bash", "-c",
        f'export PATH={MADE}:$PATH; source {script}; '
        'function=$(complete -p brownout | sed "s/.*-F \\([^ ]*\\).*/\\1/"); '
        'COMP_WORDS=(brownout ser); COMP_CWORD=1; $function brownout ser brownout; '
        'echo "${COMPREPLY[@]}"; '
        'COMP_WORDS=(brownout serve --contr); COMP_CWORD=2; $function brownout --contr serve; '
        'echo "${COMPREPLY[@]}"')
    assert "serve" in said and "--control-token-file" in said


def test_the_unit_is_valid_and_exposes_little(unpacked: pathlib.Path) -> None:
    unit = unpacked / "lib/systemd/system/brownout.service"
    # Beside systemd's own units and the other command that it names.
    shutil.copytree("/lib/systemd/system", unit.parent, dirs_exist_ok=True, symlinks=True)
    (unpacked / "bin").mkdir()
    shutil.copy("/bin/kill", unpacked / "bin/kill")
    said = run("systemd-analyze", "verify", "--man=no", f"--root={unpacked}", unit.name)
    assert "brownout" not in said
    said = run("systemd-analyze", "security", "--offline=yes", unit)
    level = float(said.rsplit("brownout.service:", 1)[1].split()[0])
    assert level <= 2.0, said
