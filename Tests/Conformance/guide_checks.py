"""What holds for the text of all pages: titles, widths, links, the index, commands that exist."""
import dataclasses
import functools
import json
import os
import pathlib
import re
import shlex
import subprocess

import yaml

from guides import BROWNOUT, LANGUAGES, ROOT, read_page

DOCS = ROOT / "Sources" / "brownout" / "brownout.docc"
GUIDES = DOCS / "Guides"
COLUMNS = 100
# Options of other commands that pages name by themselves, and whose they are.
OTHERS = {
    "--brownout-": "pytest, with the plug-in",
    "-n": "pytest-xdist",
    "--network": "docker",
    "--set": "helm",
    "--pid": "unshare",
    "--latency-ms": "llmock",
    "--error-rate": "llmock",
    "--response-style": "llmock",
    "--config": "llmock",
    "--read-only": "docker",
    "--tmpfs": "docker",
    "--user": "docker",
    "--replicas": "kubectl",
}
# Options that every command has, and that its help does not name.
HIDDEN = {"--generate-completion-script", "--experimental-dump-help"}


@dataclasses.dataclass
class Finding:
    """What is wrong with a page, and where."""
    path: pathlib.Path
    line: int
    text: str

    def __str__(self):
        return f"{os.path.relpath(self.path, ROOT)}:{self.line}: {self.text}"


def prose(text):
    """The lines outside fenced blocks and comments, with their numbers."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        marks = re.match(r"^ *(`{3,}|~{3,})", line)
        if fence:
            if line.strip() == fence:
                fence = None
        elif marks:
            fence = marks[1]
        elif not re.fullmatch(r"\s*<!--.*-->\s*", line):
            yield number, line


def anchors(text):
    """The anchors of a page's headings, as forges make them."""
    found = set()
    for _, line in prose(text):
        heading = re.match(r"#{1,6} (.+?) *#*$", line)
        if not heading:
            continue
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1])
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        count = sum(1 for other in found if re.fullmatch(re.escape(anchor) + r"(-\d+)?", other))
        found.add(f"{anchor}-{count}" if anchor in found else anchor)
    return found


def links(text):
    """The targets of all links, with the lines that they stand in."""
    for number, line in prose(text):
        line = re.sub(r"`[^`]*`", "``", line)
        definition = re.match(r"\[[^\]]+\]: +(\S+)", line)
        if definition:
            yield number, definition[1]
        for target in re.findall(r"\]\(([^)\s]+)\)", line):
            yield number, target


def check_names(path):
    """Links by name (`[words][name]`) have a line that says where they lead, and the reverse."""
    used, said = {}, {}
    for number, line in prose(path.read_text()):
        line = re.sub(r"`[^`]*`", "``", line)
        if definition := re.match(r"\[([^\]]+)\]: ", line):
            said[definition[1]] = number
        for name in re.findall(r"\]\[([^\]]+)\]", line):
            used.setdefault(name, number)
    for name in used.keys() ^ said.keys():
        yield Finding(path, used.get(name) or said[name],
                      f"[{name}] is " + ("nowhere said" if name in used else "used nowhere"))


def check_links(path):
    """Relative links lead to files, and anchors to headings."""
    text = path.read_text()
    yield from check_names(path)
    for number, target in links(text):
        if re.match(r"[a-z]+:", target):
            if not target.startswith(("https://", "http://", "mailto:")):
                yield Finding(path, number, f"the link '{target}' works in no browser")
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            yield Finding(path, number, f"the link '{target}' leads to no file")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
            yield Finding(path, number, f"'{target}' has no heading '#{anchor}'; it has "
                                        + ", ".join(sorted(anchors(file.read_text()))))


def check_text(path):
    """The first line is a title, a sentence follows, and lines are not too long."""
    text = path.read_text()
    lines = text.splitlines()
    if not lines or not re.match(r"# \S", lines[0]):
        yield Finding(path, 1, "the first line is no title ('# …')")
    following = next((line for line in lines[1:] if line.strip()), "")
    if not re.match(r"[\w`*\"]", following):
        yield Finding(path, 2, "no sentence behind the title says what the reader will have")
    for number, line in enumerate(lines, 1):
        # What is left when links are shown as their words.
        shown = re.sub(r"\]\([^)\s]+\)", "]", line)
        if len(shown) > COLUMNS and not line.lstrip().startswith("|") and " " in shown.strip():
            yield Finding(path, number, f"{len(shown)} columns; at most {COLUMNS}")
    for block in read_page(text):
        if re.search(r"\b[Ss]ave (this|it|them) as `", block.paragraph) and not block.file:
            yield Finding(path, block.line, "to be saved, the paragraph before ends with `NAME`:")
    for number, line in prose(text):
        if "<doc:" in line:
            yield Finding(path, number, "a forge does not show <doc:…>; write [words](File.md)")


def check_index(index, pages):
    """The index leads to every page."""
    reached = {(index.parent / target.partition("#")[0]).resolve()
               for _, target in links(index.read_text())}
    for page in sorted(set(pages) - {index}):
        if page.resolve() not in reached:
            yield Finding(index, 1, f"leads nowhere to {page.name}")


# Commands

@functools.cache
def commands():
    """The options of each command of the binary, by its words: `journal list`."""
    dump = subprocess.run([BROWNOUT, "--experimental-dump-help"], capture_output=True, text=True,
                          timeout=60, check=True)
    found = {}

    def take(command, words, inherited):
        options = set(inherited)
        for argument in command.get("arguments", []):
            for name in argument.get("names", []):
                dashes = "--" if name["kind"] == "long" else "-"
                options.add(dashes + name["name"])
        found[" ".join(words)] = options
        for child in command.get("subcommands", []):
            take(child, [*words, child["commandName"]], ())

    take(json.loads(dump.stdout)["command"], [], ())
    return found


def check_words(words):
    """What of a command line that begins with `brownout` is not the binary's; None: nothing."""
    known = commands()
    command = []
    while len(command) < len(words) and " ".join([*command, words[len(command)]]) in known:
        command.append(words[len(command)])
    rest = words[len(command):]
    parents = {" ".join(name.split()[:-1]) for name in known if name}
    name = " ".join(command)
    # Words in capitals, dots and the like stand for anything.
    if rest and name in parents and name != "help" and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
        return f"there is no command 'brownout {' '.join([*command, rest[0]])}'"
    for word in rest:
        if word == "--":
            break
        option = word.partition("=")[0]
        allowed = known[name] | known[""] | HIDDEN
        if re.fullmatch(r"--[a-z][a-z0-9-]*", option) and option not in allowed:
            return f"'brownout {name}' has no option {option}"
    return None


# What may stand before a command's name, and after an operator.
BEFORE_COMMAND = re.compile(
    r"[;&|()<>]+|\w+=.*|[0-9.]+|!|if|then|else|elif|while|until|do|exec|sudo|env|time|timeout"
    r"|nohup|command|wait")


def command_lines(text):
    """The command lines of `brownout` in a shell's text, as words."""
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        try:
            words = list(lexer)
        except ValueError:
            words = line.split()
        current, first = None, True
        for word in [*words, ";"]:
            if re.fullmatch(r"[;&|()<>]+", word):
                if current is not None:
                    yield current
                current, first = None, True
            elif current is not None:
                current.append(word)
            elif first and word.rsplit("/", 1)[-1] == "brownout":
                current = []
            # A word elsewhere may be the name of a chart, an image or a service.
            first = first and bool(BEFORE_COMMAND.fullmatch(word))


def check_commands(path, extra=()):
    """Commands and options that a page names are the binary's."""
    text = path.read_text()
    every = set().union(*commands().values())
    for number, line in prose(text):
        for span in re.findall(r"`([^`]+)`", line):
            if span.startswith("brownout "):
                for words in command_lines(span):
                    if said := check_words(words):
                        yield Finding(path, number, said)
            elif option := re.match(r"(--[a-z][a-z0-9-]*)", span):
                if option[1] not in every and not option[1].startswith(tuple(OTHERS)):
                    yield Finding(path, number, f"no command has an option {option[1]}")
    for block in read_page(text, extra, LANGUAGES | {""}):
        # What is to be refused may be wrong on purpose.
        if block.language == "sh" and block.exit_code != 2:
            for words in command_lines(block.text):
                if said := check_words(words):
                    yield Finding(path, block.line, said)


FAULT_KEYS = {"cause", "cut", "stall", "hang", "dribble", "slow-headers", "refuse", "connection",
              "framing", "mangle", "shape", "missing", "content", "page", "http2"}


def check_faults(path):
    """Faults that a page writes within its lines, as `{cut: reset, at: 50%}`, are right."""
    for number, line in prose(path.read_text()):
        for span in re.findall(r"`(\{[^`…]+\})`", line):
            try:
                value = yaml.safe_load(span)
            except yaml.YAMLError:
                continue
            if not isinstance(value, dict) or not value.keys() & FAULT_KEYS:
                continue
            scenario = f"scenario: a\nrules:\n  - name: a\n    fault: {span}\n"
            result = subprocess.run([BROWNOUT, "check", "--h2", "-"], input=scenario,
                                    capture_output=True, text=True, timeout=60)
            if result.returncode:
                yield Finding(path, number, f"{span}: {result.stderr}")
