"""Runs a composite action's steps in a shell, as the runner of GitHub Actions would."""
from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import subprocess
from typing import Any

import yaml

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w.-]*)"
                   r"|(?P<mark>&&|\|\||==|!=|!|\(|\)))")


class Expression:
    """What stands in `${{ … }}`: contexts, texts, `always()` and its like, and what joins them."""

    def __init__(self, text: str, contexts: dict[str, Any], failed: bool) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.contexts, self.failed = contexts, failed
        place = 0
        while text[place:].strip():
            found = TOKEN.match(text, place)
            if not found:
                raise ValueError(f"unknown expression: {text[place:]}")
            self.tokens.append((str(found.lastgroup), found[0].strip()))
            place = found.end()

    def value(self) -> Any:
        value = self._either()
        if self.tokens:
            raise ValueError(f"left over: {self.tokens}")
        return value

    def _takes(self, *marks: str) -> str | None:
        if self.tokens and self.tokens[0][1] in marks:
            return self.tokens.pop(0)[1]
        return None

    def _either(self) -> Any:
        value = self._both()
        while self._takes("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._equal()
        while self._takes("&&"):
            other = self._equal()
            value = value and other
        return value

    def _equal(self) -> Any:
        value = self._single()
        while mark := self._takes("==", "!="):
            value = (value == self._single()) == (mark == "==")
        return value

    def _single(self) -> Any:
        if self._takes("!"):
            return not self._single()
        if self._takes("("):
            value = self._either()
            assert self._takes(")")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        assert kind == "word", text
        if self._takes("("):
            assert self._takes(")")
            return {"always": True, "success": not self.failed, "failure": self.failed}[text]
        value: Any = self.contexts
        for part in text.split("."):
            # What is not there is empty, as the runner has it.
            value = value.get(part, "") if isinstance(value, dict) else ""
        return value


@dataclasses.dataclass
class Ended:
    """What became of a run."""
    code: int = 0
    stdout: str = ""
    stderr: str = ""
    summary: str = ""
    outputs: dict[str, str] = dataclasses.field(default_factory=dict)
    # Other actions that were used, with what they were given.
    used: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)

    @property
    def annotations(self) -> list[str]:
        return re.findall(r"(?m)^::(?:error|warning|notice) .*$", self.stdout)


def read_outputs(text: str) -> dict[str, str]:
    """What a step wrote to GITHUB_OUTPUT."""
    outputs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, mark, value = line.partition("=")
        if "<<" in name or not mark:
            raise ValueError(f"not name=value: {line}")
        outputs[name] = value
    return outputs


class Action:
    """An action, and the folder that stands for the job's workspace."""

    def __init__(self, file: pathlib.Path, workspace: pathlib.Path, temporary: pathlib.Path,
                 environment: dict[str, str]) -> None:
        self.action = yaml.safe_load(file.read_text())
        self.workspace, self.temporary = workspace, temporary
        self.environment = environment

    def run(self, **given: str) -> Ended:
        """Runs all steps with these inputs; `_` in names stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in given.items()}
        declared = self.action["inputs"]
        assert named.keys() <= declared.keys(), named.keys() - declared.keys()
        inputs = {name: named.get(name, row.get("default", "")) for name, row in declared.items()}
        missing = [name for name, row in declared.items()
                   if row.get("required") and name not in named]
        assert not missing, missing
        contexts: dict[str, Any] = {"inputs": inputs, "steps": {}}
        ended = Ended()
        for number, step in enumerate(self.action["runs"]["steps"]):
            failed = ended.code != 0
            condition = str(step.get("if", "success()"))
            if not re.search(r"\b(always|success|failure)\(\)", condition):
                condition = f"success() && ({condition})"
            condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", condition)
            if not Expression(condition, contexts, failed).value():
                continue

            def filled(text: Any) -> str:
                return re.sub(
                    r"\$\{\{(.*?)\}\}",
                    lambda found: str(Expression(found[1], contexts, failed).value()), str(text))

            if "uses" in step:
                ended.used[step["uses"]] = {
                    name: filled(value) for name, value in step.get("with", {}).items()}
                continue
            outputs = self._run_step(number, step, filled, ended)
            contexts["steps"][step.get("id", number)] = {"outputs": outputs}
        for name, row in self.action.get("outputs", {}).items():
            expression = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", row["value"])
            ended.outputs[name] = Expression(expression, contexts, False).value()
        return ended

    def _run_step(self, number: int, step: dict[str, Any], filled: Any,
                  ended: Ended) -> dict[str, str]:
        assert step["shell"] == "bash", step["shell"]
        script = self.temporary / f"step-{number}.sh"
        script.write_text(filled(step["run"]))
        files = {name: self.temporary / f"{name.lower()}-{number}"
                 for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        environment = {
            **self.environment, **{name: str(file) for name, file in files.items()},
            "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temporary),
            **{name: filled(value) for name, value in step.get("env", {}).items()}}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace, env=environment, capture_output=True, text=True, timeout=300,
            stdin=subprocess.DEVNULL)
        ended.code = ended.code or done.returncode
        ended.stdout += done.stdout
        ended.stderr += done.stderr
        ended.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        return read_outputs(files["GITHUB_OUTPUT"].read_text())


def own_environment() -> dict[str, str]:
    """This process's environment without what would stand for another job or server."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("GITHUB_", "RUNNER_", "BROWNOUT", "PIP_", "PYTHONPATH"))}
