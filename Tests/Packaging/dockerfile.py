"""Reads a Dockerfile: the stages, and the instructions of each. Only what ours is made of."""
from __future__ import annotations

import dataclasses
import json
import pathlib
import shlex


@dataclasses.dataclass
class Stage:
    base: str
    name: str
    steps: list[tuple[str, str]]

    def last(self, word: str) -> str:
        return [rest for step, rest in self.steps if step == word][-1]

    def all(self, word: str) -> list[str]:
        return [rest for step, rest in self.steps if step == word]

    def words(self, word: str) -> list[str]:
        """The words of an instruction in its exec form."""
        return json.loads(self.last(word))

    def probe(self) -> list[str]:
        """What the health check runs; the form that needs no shell is the only one taken."""
        options, _, command = self.last("HEALTHCHECK").partition("CMD ")
        assert all(option.startswith("--") for option in shlex.split(options))
        return json.loads(command)


def stages(file: pathlib.Path) -> list[Stage]:
    lines = [line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]
    found: list[Stage] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if not word:
            continue
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name, []))
        else:
            found[-1].steps.append((word, rest.strip()))
    return found
