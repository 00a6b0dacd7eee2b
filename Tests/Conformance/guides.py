"""Runs a page as its reader would, block by block, in a folder of its own.

    Tests/Conformance/guides.py PAGE    in a network of its own, so that default ports are free

Every fenced block of a page is run, written to a file, compared, or checked:

- One whose paragraph before it ends with `NAME`: is written to that file.
- `sh` is run and must exit with 0. A comment in the line before the fence says otherwise:
  `<!-- exit 1 -->`; `<!-- background -->`, which is waited for until it serves and stopped by
  SIGINT at the page's end, or at `<!-- stop -->`; `<!-- background: "text" -->`, which is waited
  for until it prints that text; `<!-- within 120 s -->`; `<!-- later: "why" -->`, which is not
  run. Several are separated by commas.
- `text` right behind `sh` is what that prints: its lines in this order, where … stands for
  anything, and a line of … alone for any number of lines. White space counts once.
- Anything else is checked for its syntax, and scenarios by `brownout check`.

What a block exports, later ones have: they are typed into one shell.
"""
import argparse
import ast
import contextlib
import dataclasses
import fcntl
import importlib.metadata
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import tomllib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
BROWNOUT = os.path.abspath(
    os.environ.get("BROWNOUT", str(ROOT / ".build" / "release" / "brownout")))
WHEEL = ROOT / "Packaging" / "python" / "src"

# Seconds that a block may take where its page says nothing else.
BOUND = 60
# Seconds between two blocks while something serves. A journal has an exchange 50 ms after it is
# over, and no reader types faster.
TYPING = 0.25
# What a server of Brownout's prints once its ports accept.
READY = re.compile(r"(?m)^(export [A-Z0-9_]+=|# .+: )http")
LANGUAGES = {
    "sh", "text", "python", "yaml", "json", "jsonl", "toml", "ini", "xml", "html", "http", "sql",
    "javascript", "typescript", "swift", "dockerfile", "groovy", "diff", "lua", "vim", "lisp"}
# What a rule does, by which a list of rules is known.
RULE_DOES = {"fault", "reply", "latency", "one-of", "sequence"}
# Files that have neither a dot nor a folder in their name.
BARE_NAMES = {"Dockerfile", "Containerfile", "Jenkinsfile", "Makefile"}


class PageError(Exception):
    """What is wrong with a page, and in which line."""

    def __init__(self, line, text):
        super().__init__(text)
        self.line = line


@dataclasses.dataclass
class Block:
    """A fenced block, or a `<!-- stop -->` between blocks."""
    line: int
    language: str
    text: str
    file: str | None = None
    exit_code: int = 0
    background: bool = False
    waits_for: str | None = None
    later: str | None = None
    bound: int = BOUND
    # Whether nothing but empty lines stands between the last block and this one.
    follows: bool = False
    markers: tuple[str, ...] = ()
    # What stands before it.
    paragraph: str = ""


# Reading a page

MARKER = re.compile(
    r'exit (?P<code>\d+)|(?P<background>background)(: "(?P<waits>[^"]+)")?'
    r'|within (?P<bound>\d+) s|later: "(?P<why>[^"]*\w[^"]*)"')


def read_markers(block, comment, line, extra=()):
    """Takes over what the comment before a fence says of its block."""
    for marker in re.split(r", (?=exit|background|within|later)", comment):
        if marker in extra:
            block.markers += (marker,)
            continue
        found = MARKER.fullmatch(marker)
        if not found:
            raise PageError(line, f"unknown marker '{marker}'; allowed: exit N, background, "
                                  f'background: "text", within N s, later: "why"')
        block.exit_code = int(found["code"] or block.exit_code)
        block.background = block.background or bool(found["background"])
        block.waits_for = found["waits"] or block.waits_for
        block.bound = int(found["bound"] or block.bound)
        block.later = found["why"] or block.later


def file_name(paragraph, language):
    """The file that a block is to be written to, as the paragraph before it says."""
    found = re.search(r"`([^`\s]+)`:$", paragraph)
    if not found or (language == "sh") != found[1].endswith(".sh"):
        return None
    name = found[1]
    named = "." in name.rsplit("/", 1)[-1].strip(".") or "/" in name or name in BARE_NAMES
    if name.startswith(".") and "/" not in name:
        named = True
    if not named or name.startswith(("/", "-", "~")) or ".." in name.split("/"):
        return None
    return name


def read_page(text, extra=(), languages=LANGUAGES):
    """The blocks of a page; `extra` are markers that this page alone may have."""
    lines = text.splitlines()
    blocks, paragraph, comment, follows = [], "", None, False
    number = 0
    while number < len(lines):
        line, number = lines[number], number + 1
        fence = re.match(r"^( *)(`{3,}|~{3,})\s*(\S*)", line)
        if not fence:
            stripped = line.strip()
            whole = re.fullmatch(r"<!-- (.+?) -->", stripped)
            if whole and whole[1] == "stop":
                blocks.append(Block(number, "stop", ""))
                paragraph, comment, follows = "", None, False
            elif whole:
                comment = whole[1]
            elif stripped:
                # A paragraph is over at an empty line; what is before a fence is the last of them.
                fresh = number < 2 or not lines[number - 2].strip()
                paragraph = stripped if fresh else f"{paragraph} {stripped}"
                comment, follows = None, False
            else:
                comment = None
            continue
        indent, marks, language = fence[1], fence[2], fence[3]
        start, body = number, []
        while number < len(lines) and lines[number].strip() != marks:
            body.append(lines[number].removeprefix(indent))
            number += 1
        if number == len(lines):
            raise PageError(start, f"the block is never closed with {marks}")
        number += 1
        if language not in languages:
            raise PageError(start, f"unknown language '{language}'; allowed: "
                                   + ", ".join(sorted(languages)))
        block = Block(start, language, "\n".join(body) + "\n", follows=follows,
                      paragraph=paragraph)
        block.file = file_name(paragraph, language)
        if comment:
            read_markers(block, comment, start - 1, extra)
        if language != "sh" and (block.background or block.exit_code):
            raise PageError(start, f"only a sh block can be run; this is {language}")
        blocks.append(block)
        paragraph, comment, follows = "", None, True
    return blocks


# What a block prints, and its syntax

def compare(wanted, output, line):
    """Holds a `text` block against what was printed."""
    # How wide a column is depends on what is in it, so that any white space is as good.
    printed = [" ".join(text.split()) for text in output.splitlines()]
    place = 0
    for offset, text in enumerate(wanted.splitlines(), 1):
        text = " ".join(text.split())
        if text in ("", "…"):
            continue
        pattern = re.compile(".*".join(map(re.escape, re.split(" ?… ?", text))))
        for found in range(place, len(printed)):
            if pattern.fullmatch(printed[found]):
                place = found + 1
                break
        else:
            raise PageError(line + offset,
                            f"this line was not printed:\n  {text}\nprinted:\n{output}")


def check_syntax(block, page):
    """Whether a block is of the language that it says."""
    try:
        if block.language == "python":
            ast.parse(block.text)
        elif block.language == "json":
            json.loads(re.sub(r",?\s*…", "", block.text))
        elif block.language == "jsonl":
            [json.loads(line) for line in block.text.splitlines()]
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "yaml":
            check_yaml(block, page)
        elif block.language == "sh":
            result = subprocess.run(["bash", "-n"], input=block.text, capture_output=True,
                                    text=True, timeout=BOUND)
            if result.returncode:
                raise ValueError(result.stderr.strip())
        elif block.language == "javascript" and shutil.which("node"):
            result = subprocess.run(["node", "--input-type=module", "--check"],
                                    input=block.text, capture_output=True, text=True,
                                    timeout=BOUND)
            if result.returncode:
                raise ValueError(result.stderr.strip())
    except (ValueError, SyntaxError, yaml.YAMLError) as error:
        raise PageError(block.line, f"this is no {block.language}: {error}") from error


def check_yaml(block, page):
    """Scenarios are checked as such, also single rules, and all else for its syntax. What a later
    block uses is left to that: it may be wrong on purpose, or need what is not there yet."""
    documents = list(yaml.safe_load_all(block.text))
    if page is None or block.file and page.uses(block.file):
        return
    for document in documents:
        if isinstance(document, list) and all(
                isinstance(rule, dict) and "name" in rule and
                rule.keys() & RULE_DOES for rule in document):
            # Rules without anything around them may be alternatives.
            texts = [json.dumps({"scenario": "an example", "rules": [rule]}) for rule in document]
        elif not isinstance(document, dict) or "apiVersion" in document:
            continue
        elif "\n" in str(document.get("scenario", "")):
            # A scenario's text inside of something else, as a chart's values.
            texts = [document["scenario"]]
        elif "scenario" in document:
            texts = [block.text]
        elif isinstance(document.get("rules"), list):
            texts = [f"scenario: an example\n{block.text}"]
        else:
            continue
        for text in texts:
            result = page.run_command([BROWNOUT, "check", "-"], text)
            if result.returncode:
                raise ValueError(f"brownout check says:\n{result.stderr}")


# Running a page

class Run:
    """One page on its way: its folder, its processes, and what they print."""

    def __init__(self, base):
        self.base = pathlib.Path(base)
        self.folder = self.base / "page"
        self.folder.mkdir(parents=True)
        (self.base / "bin").mkdir()
        (self.base / "bin" / "brownout").symlink_to(BROWNOUT)
        (self.base / "exports").write_text("")
        self.blocks = []
        self.processes = []
        self.background = []
        self.count = 0

    def environment(self):
        """Nothing of the caller's environment but what finds programs."""
        paths = [self.base / "bin", pathlib.Path(sys.executable).parent, os.environ["PATH"]]
        values = {
            "PATH": os.pathsep.join(map(str, paths)), "HOME": str(self.folder),
            "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1",
            "NO_COLOR": "1"}
        if (WHEEL / "brownout_llm").is_dir():
            values["PYTHONPATH"] = str(WHEEL)
            entries = importlib.metadata.entry_points(group="pytest11")
            if (WHEEL / "brownout_llm" / "pytest_plugin.py").exists() and not any(
                    entry.value.startswith("brownout_llm") for entry in entries):
                values["PYTEST_ADDOPTS"] = "-p brownout_llm.pytest_plugin -p no:cacheprovider"
        return values

    def uses(self, file):
        """Whether a block that is run names a file."""
        return any(block.language == "sh" and not block.later and file in block.text
                   for block in self.blocks)

    def run_command(self, words, text=""):
        return subprocess.run(words, input=text, capture_output=True, text=True, timeout=BOUND,
                              cwd=self.folder, env=self.environment())

    def start(self, block):
        """A shell with a block in it, in a process group of its own, and its output's file."""
        self.count += 1
        script = self.base / f"block-{self.count}.sh"
        script.write_text(block.text)
        log = self.base / f"block-{self.count}.log"
        keep = 'trap "export -p > $2" EXIT; . "$2"; . "$1"'
        if block.background:
            keep = '. "$2"; . "$1"'
        command = ["bash", "-euo", "pipefail", "-c", keep, "bash", str(script),
                   str(self.base / "exports")]
        with open(log, "wb") as output:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        self.processes.append(process)
        return process, log

    def wait(self, process, bound):
        """The exit code, or None where the bound is over first."""
        deadline = time.monotonic() + bound
        while time.monotonic() < deadline:
            if (code := process.poll()) is not None:
                return code
            self.reap()
            time.sleep(0.01)
        return None

    def reap(self):
        """Takes the ends of processes whose shells are gone, where this one is their parent now."""
        own = {process.pid for process in self.processes}
        with contextlib.suppress(ChildProcessError):
            while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if found.si_pid in own:
                    return
                os.waitpid(found.si_pid, 0)

    def run(self, block):
        """Runs a `sh` block to its end; the file of what it printed."""
        if self.background:
            time.sleep(TYPING)
        process, log = self.start(block)
        code = self.wait(process, block.bound)
        output = log.read_text(errors="replace")
        if code is None:
            raise PageError(block.line, f"not over after {block.bound} s; printed:\n{output}")
        if code != block.exit_code:
            raise PageError(block.line, f"exit code {code}, not {block.exit_code}; printed:\n"
                                        f"{output}")
        return log

    def run_background(self, block):
        """Starts a `sh` block and waits until it serves."""
        process, log = self.start(block)
        ready = re.compile(re.escape(block.waits_for)) if block.waits_for else READY
        deadline = time.monotonic() + block.bound
        while not ready.search(log.read_text(errors="replace")):
            if process.poll() is not None or time.monotonic() > deadline:
                raise PageError(block.line, f"does not serve (exit code {process.poll()}); "
                                            f"printed:\n{log.read_text(errors='replace')}")
            time.sleep(0.02)
        self.background.append((block, process, log))
        return log

    def stop(self):
        """Ends what runs in the background, as Ctrl-C would, the last one first."""
        while self.background:
            block, process, log = self.background.pop()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            code = self.wait(process, 20)
            # A server of somebody else's may end by the signal itself.
            allowed = {block.exit_code} | ({130, -2} if block.waits_for else set())
            if code not in allowed:
                raise PageError(block.line, f"exit code {code} when it was stopped, not "
                                            f"{block.exit_code}; printed:\n"
                                            f"{log.read_text(errors='replace')}")

    def close(self):
        """Ends whatever is still there."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def printed(self, block, log, background):
        """Holds a `text` block against a log, which of a server may still grow."""
        deadline = time.monotonic() + (5 if background else 0)
        while True:
            try:
                return compare(block.text, log.read_text(errors="replace"), block.line)
            except PageError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.05)

    def play(self, blocks):
        """Runs the blocks of a page from top to bottom."""
        self.blocks = blocks
        log = last = None
        for block in blocks:
            if block.language == "stop":
                self.stop()
            elif block.file:
                target = self.folder / block.file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.text)
                check_syntax(block, self)
            elif block.language == "sh":
                check_syntax(block, self)
                if block.later:
                    log = None
                else:
                    log = (self.run_background if block.background else self.run)(block)
                last = block
                continue
            elif block.language == "text" and block.follows and last and log:
                self.printed(block, log, last.background)
            elif not (block.later or block.language == "text"):
                check_syntax(block, self)
            log = last = None
        self.stop()


def play_page(path, blocks, base):
    """Runs a page; what is wrong with it, with its place, or None."""
    run = Run(base)
    try:
        run.play(blocks)
    except PageError as error:
        return f"{path}:{error.line}: {error}"
    finally:
        run.close()
    return None


def isolated(words):
    """The command that runs words in a network and with processes of their own."""
    return ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--", *words]


def set_loopback_up():
    """What `ip link set lo up` does, which not every machine has."""
    name, up, get_flags, set_flags = b"lo", 1, 0x8913, 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as place:
        found = fcntl.ioctl(place, get_flags, struct.pack("16sh22x", name, 0))
        flags = struct.unpack_from("16sh", found)[1]
        fcntl.ioctl(place, set_flags, struct.pack("16sh22x", name, flags | up))


def main():
    parser = argparse.ArgumentParser(description="Runs a page as its reader would.")
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path, help="where to run it; must not exist")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    page, folder = options.page.resolve(), options.folder
    if not options.inside:
        with tempfile.TemporaryDirectory() as spare:
            folder = (folder or pathlib.Path(spare) / "run").resolve()
            sys.exit(subprocess.run(isolated([
                sys.executable, __file__, str(page), "--folder", str(folder), "--inside"
            ])).returncode)
    set_loopback_up()
    try:
        blocks = read_page(page.read_text())
    except PageError as error:
        sys.exit(f"{page}:{error.line}: {error}")
    sys.exit(play_page(page, blocks, folder))


if __name__ == "__main__":
    main()
