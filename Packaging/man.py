"""Writes the manual pages from what the binary says of itself.

    python3 Packaging/man.py BROWNOUT FOLDER

`brownout.1` has the commands, and a page for each of them its arguments and options.
"""
from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import Any

Record = dict[str, Any]


def escaped(text: str) -> str:
    """Text as roff takes it: a backslash, a hyphen of an option, a dot that begins a line."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def paragraphs(text: str) -> list[str]:
    lines: list[str] = []
    for part in text.split("\n\n"):
        lines += [".PP", escaped(part)]
    return lines


def spelled(argument: Record) -> str:
    value = f"\\fI{escaped(argument['valueName'])}\\fR"
    if argument["kind"] == "positional":
        return value
    names = [("--" if n["kind"] == "long" else "-") + n["name"] for n in argument["names"]]
    text = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names)
    return text if argument["kind"] == "flag" else f"{text} {value}"


def shown(command: Record) -> list[Record]:
    return [a for a in command.get("arguments", []) if a["shouldDisplay"]]


def synopsis(path: str, command: Record) -> list[str]:
    words = [f"\\fB{escaped(path)}\\fR"]
    arguments = shown(command)
    if any(a["kind"] != "positional" for a in arguments):
        words.append("[\\fIoptions\\fR]")
    for argument in arguments:
        if argument["kind"] == "positional":
            word = spelled(argument) + (" ..." if argument["isRepeating"] else "")
            words.append(f"[{word}]" if argument["isOptional"] else word)
    if command.get("subcommands"):
        words.append("\\fIcommand\\fR ...")
    return [".PP", " ".join(words)]


def described(command: Record) -> list[str]:
    lines = paragraphs(command.get("abstract", ""))
    if command.get("discussion"):
        lines += paragraphs(command["discussion"])
    return lines


def options(command: Record) -> list[str]:
    sections: dict[str, list[str]] = {}
    for argument in shown(command):
        title = argument.get("sectionTitle") or (
            "Arguments" if argument["kind"] == "positional" else "Options")
        words = [argument.get("abstract", "")]
        if argument.get("allValues"):
            words.append("Allowed: " + ", ".join(argument["allValues"]) + ".")
        if argument.get("defaultValue"):
            words.append(f"Default: {argument['defaultValue']}.")
        said = escaped(" ".join(word for word in words if word))
        sections.setdefault(title, []).extend([".TP", spelled(argument), said])
    return [line for title, part in sections.items() for line in [f".SS {escaped(title)}", *part]]


def body(path: str, command: Record) -> list[str]:
    """A command and those below it, each with a section of its own."""
    lines = described(command) + options(command)
    for below in visible(command):
        inner = f"{path} {below['commandName']}"
        lines += [f'.SH "{escaped(inner.upper())}"', *synopsis(inner, below), *body(inner, below)]
    return lines


def visible(command: Record) -> list[Record]:
    return [
        c for c in command.get("subcommands", [])
        if c["shouldDisplay"] and c["commandName"] != "help"
    ]


def head(name: str, command: Record, version: str) -> list[str]:
    abstract = command.get("abstract", "").rstrip(".")
    return [
        f'.TH {name.upper()} 1 "" "brownout {version}" "User Commands"', ".SH NAME",
        f"{escaped(name)} \\- {escaped(abstract[:1].lower() + abstract[1:])}", ".SH SYNOPSIS"]


def main() -> None:
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)

    def said(option: str) -> str:
        return subprocess.run([binary, option], check=True, capture_output=True, text=True).stdout

    version = said("--version").strip()
    root: Record = json.loads(said("--experimental-dump-help"))["command"]
    commands = visible(root)
    lines = head("brownout", root, version) + synopsis("brownout", root)
    lines += [".SH DESCRIPTION", *described(root), *options(root), ".SH COMMANDS"]
    for command in commands:
        name = f"brownout-{command['commandName']}"
        lines += [".TP", f"\\fB{escaped(name)}\\fR(1)", escaped(command.get("abstract", ""))]
    (folder / "brownout.1").write_text("\n".join(lines) + "\n")
    for command in commands:
        name, path = f"brownout-{command['commandName']}", f"brownout {command['commandName']}"
        lines = head(name, command, version) + synopsis(path, command)
        lines += [".SH DESCRIPTION", *body(path, command)]
        lines += [".SH SEE ALSO", "\\fBbrownout\\fR(1)"]
        (folder / f"{name}.1").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
