"""The wheel: built with the binary, installed into an empty environment, and used there."""
from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import time
import zipfile

import pytest

from conftest import EXAMPLES, ROOT

PROJECT = ROOT / "Packaging" / "python"


def build(folder: pathlib.Path, binary: pathlib.Path | None) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items()
                 if name not in ("BROWNOUT", "PYTHONPATH")}
    if binary is not None:
        variables["BROWNOUT_BINARY"] = str(binary)
    return subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-cache-dir",
         "--wheel-dir", str(folder), str(PROJECT)],
        env=variables, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    binary = folder / "brownout"
    # Without its symbols it is packed in a third of the time.
    if shutil.which("strip") is None or subprocess.run(
            ["strip", "-o", binary, os.environ["BROWNOUT"]], timeout=120).returncode != 0:
        shutil.copy(os.environ["BROWNOUT"], binary)
    done = build(folder, binary)
    assert done.returncode == 0, done.stderr
    [made] = folder.glob("*.whl")
    return made


def test_its_tag_is_the_platform(wheel):
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    assert wheel.name.endswith(f"-py3-none-{platform}.whl")
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
        kept = {name.rpartition("/")[2]: file.read(name).decode() for name in names
                if ".dist-info/" in name}
        mode = file.getinfo("brownout_llm/bin/brownout").external_attr >> 16
    assert {"brownout_llm/py.typed", "brownout_llm/LICENSE"} <= set(names)
    assert mode & 0o111 == 0o111
    assert "Root-Is-Purelib: false" in kept["WHEEL"]
    assert "Requires-Dist" not in kept["METADATA"]
    assert "brownout_llm.pytest_plugin = brownout_llm.pytest_plugin" in kept["entry_points.txt"]


def test_it_is_not_built_without_a_binary(tmp_path):
    done = build(tmp_path, None)
    assert done.returncode != 0
    assert "BROWNOUT_BINARY must name the brownout binary" in done.stdout + done.stderr
    done = build(tmp_path, pathlib.Path(__file__))
    assert done.returncode != 0
    assert "test_wheel.py', which cannot be run" in done.stdout + done.stderr


def test_five_lines_in_an_empty_environment(wheel, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True, timeout=120)
    began = time.monotonic()
    # Neither a compiler nor another brownout.
    variables = {"PATH": str(tmp_path / "venv" / "bin"), "HOME": str(tmp_path)}
    variables |= {name: value for name, value in os.environ.items()
                  if name.startswith("PIP_") or name.lower().endswith("_proxy")}

    def run(*words: str) -> str:
        done = subprocess.run(
            words, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=180,
            executable=str(tmp_path / "venv" / "bin" / words[0]))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("pip", "install", "--quiet", str(wheel), "pytest", "openai")
    shutil.copy(EXAMPLES / "test_first.py", tmp_path)
    assert "1 passed" in run("pytest", "-q", "test_first.py")
    print(f"installed and green after {time.monotonic() - began:.1f} s")
    # Who names the plug-in besides has it once.
    assert "1 passed" in run("pytest", "-q", "-p", "brownout_llm.pytest_plugin", "test_first.py")
    # The command is the binary, which needs no Python from there on.
    assert "serve" in run("brownout", "--help")
    assert "brownout_llm" not in run("brownout", "causes", "overloaded")
