"""The action for GitHub, and the templates of other forges: held against their schemas, and run
step by step in a shell, with a real client and a real server."""
from __future__ import annotations

import html.parser
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest
import yaml

from composite import Action, Ended, own_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
BROWNOUT = os.path.abspath(
    os.environ.get("BROWNOUT", str(ROOT / ".build" / "release" / "brownout")))
ACTION = ROOT / "action.yml"
CI = ROOT / "Packaging" / "ci"
UPLOAD = "actions/upload-artifact@v4"

LIMITED = """\
scenario: limited
rules:
  - {name: r, attempts: 1, fault: {cause: rate-limited, retry-after: {ms: 300ms}}}
expect:
  attempts: {per-call: "<= 2"}
"""
BROKEN = "scenario: broken\nrules:\n  - {name: r, fault: overlaoded}\n"
# Nothing is promised, so nobody can tell whether a promise was kept.
OPEN = "scenario: open\nexpect:\n  retry-after: honoured\n"

CLIENT = textwrap.dedent('''
    import http.client, json, os, sys, time, urllib.parse
    base = urllib.parse.urlsplit(os.environ["OPENAI_BASE_URL"])
    connection = http.client.HTTPConnection(base.hostname, base.port)
    for attempt in range(2):
        connection.request("POST", base.path + "/chat/completions", json.dumps(
            {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]}), {
                "Content-Type": "application/json", "x-brownout-call": "one",
                "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            break
        time.sleep({"late": 0.33, "early": 0}[sys.argv[1]])
    print("asked", flush=True)
''')
PYTHON = shlex.quote(sys.executable)

HOSTILE = ['"; touch PWNED; "', "'; touch PWNED; '", "$(touch PWNED)", "x\ntouch PWNED"]


@pytest.fixture
def workspace(tmp_path: pathlib.Path) -> pathlib.Path:
    """A job's checkout."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "client.py").write_text(CLIENT)
    (folder / "limited.yaml").write_text(LIMITED)
    (folder / "broken.yaml").write_text(BROKEN)
    (folder / "open.yaml").write_text(OPEN)
    return folder


@pytest.fixture
def action(workspace: pathlib.Path, tmp_path: pathlib.Path) -> Callable[..., Ended]:
    """Runs the action in the workspace, with the binary that is under test."""
    temporary = tmp_path / "runner"
    temporary.mkdir()
    runner = Action(ACTION, workspace, temporary, own_environment())

    def run(scenarios: str = "limited.yaml", client: str = "late", **inputs: str) -> Ended:
        return runner.run(**{
            "scenarios": scenarios, "command": f"{PYTHON} client.py {client}",
            "binary": BROWNOUT, **inputs})

    return run


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with the package's wheel, made from this checkout and the binary under test."""
    folder = tmp_path_factory.mktemp("wheels")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder),
         str(ROOT / "Packaging" / "python")],
        env={**os.environ, "BROWNOUT_BINARY": BROWNOUT}, capture_output=True, text=True,
        timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


def offline(wheels: pathlib.Path) -> dict[str, str]:
    """An environment in which pip finds the wheel as it would in the registry, and nothing else."""
    return {**own_environment(), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}


class Page(html.parser.HTMLParser):
    """The words of a page, and whether it loads anything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words, self.loads = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads = self.loads or any(name in ("src", "href") and value
                                       and not value.startswith(("#", "data:"))
                                       for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


def reports(ended: Ended) -> tuple[dict, list[str], Page]:
    """What was judged as JSON, the failures of JUnit's XML, and the page."""
    verdict = json.loads(pathlib.Path(ended.outputs["json"]).read_text())
    root = ElementTree.parse(ended.outputs["junit"]).getroot()
    failures = [case.get("name", "") for case in root.iter("testcase")
                if case.find("failure") is not None]
    return verdict, failures, Page(pathlib.Path(ended.outputs["html"]).read_text())


# Schemas


def conforms(schema: str, file: pathlib.Path, *options: str) -> tuple[bool, str]:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, str(file)],
        capture_output=True, text=True, timeout=60)
    return done.returncode == 0, done.stdout + done.stderr


FILES = [
    ("vendor.github-actions", ACTION, (), "runs", "run"),
    ("vendor.github-workflows", ROOT / "Examples/ci/github.yml", (), "jobs", "runs-off"),
    ("vendor.gitlab-ci", CI / "gitlab.yml", ("--data-transform", "gitlab-ci"),
     "script", "scripts"),
    ("vendor.circle-ci", CI / "circleci.yml", (), "jobs", "job"),
]


@pytest.mark.parametrize("schema, file, options, word, other", FILES,
                         ids=[file.name for _, file, *_ in FILES])
def test_files_are_what_their_forges_take(schema: str, file: pathlib.Path,
                                          options: tuple[str, ...], word: str, other: str,
                                          tmp_path: pathlib.Path) -> None:
    # Schemas say little of a job that is there to be extended.
    text = file.read_text().replace("\n.brownout-drill:", "\ndrill:")
    whole, broken = tmp_path / "whole.yml", tmp_path / "broken.yml"
    whole.write_text(text)
    broken.write_text(re.sub(rf"(?m)^( *){word}:", rf"\g<1>{other}:", text))
    fits, says = conforms(schema, whole, *options)
    assert fits, says
    assert not conforms(schema, broken, *options)[0]


def test_no_shell_of_the_action_has_an_expression_in_its_text() -> None:
    action = yaml.safe_load(ACTION.read_text())
    steps = action["runs"]["steps"]
    texts = [step["run"] for step in steps if "run" in step]
    assert len(texts) == 2 and not any("${{" in text for text in texts)
    # What is declared is used, and what is used is declared.
    used = re.findall(r"\binputs\.([a-z-]+)", json.dumps(steps))
    assert set(used) == set(action["inputs"])
    [upload] = [step for step in steps if "uses" in step]
    assert upload["uses"] == UPLOAD
    assert upload["with"].keys() <= {"name", "path", "if-no-files-found", "retention-days"}


def test_the_example_gives_the_action_inputs_that_it_has() -> None:
    action = yaml.safe_load(ACTION.read_text())
    workflow = yaml.safe_load((ROOT / "Examples/ci/github.yml").read_text())
    [drill] = [step for job in workflow["jobs"].values() for step in job["steps"]
               if "brownout@" in step.get("uses", "")]
    assert drill["with"].keys() <= action["inputs"].keys()
    assert {name for name, row in action["inputs"].items() if row.get("required")} \
        <= drill["with"].keys()
    asked = re.findall(r"steps\.drill\.outputs\.([a-z-]+)", json.dumps(workflow))
    assert asked and set(asked) <= action["outputs"].keys()


# The action


def test_a_client_that_waits_passes(action: Callable[..., Ended], workspace: pathlib.Path) -> None:
    ended = action()
    assert (ended.code, ended.outputs["verdict"], ended.outputs["exit-code"]) == (0, "pass", "0"), \
        ended.stdout + ended.stderr
    assert "asked\n" in ended.stdout
    assert not [line for line in ended.annotations if line.startswith("::error")]
    assert ended.summary.startswith("## brownout: pass\n")
    verdict, failures, page = reports(ended)
    assert (verdict["verdict"], failures) == ("pass", [])
    assert "limited" in page.words and not page.loads
    upload = ended.used[UPLOAD]
    assert upload["name"] == "brownout-drill"
    assert pathlib.Path(upload["path"]) == workspace / "brownout-drill"
    assert {file.name for file in pathlib.Path(upload["path"]).iterdir()} == {
        "drill.json", "drill.xml", "drill.html"}


def test_a_client_that_comes_early_fails_and_all_is_told(action: Callable[..., Ended]) -> None:
    ended = action(client="early")
    assert (ended.code, ended.outputs["verdict"], ended.outputs["exit-code"]) == (1, "fail", "1")
    assert ended.summary.startswith("## brownout: fail\n")
    assert "| limited | retry-after-honoured | " in ended.summary
    [error] = [line for line in ended.annotations if line.startswith("::error")]
    assert error.startswith("::error file=limited.yaml,title=brownout%3A retry-after-honoured::")
    verdict, failures, page = reports(ended)
    assert (verdict["verdict"], failures) == ("fail", ["retry-after-honoured"])
    assert "retry-after-honoured" in page.words
    assert pathlib.Path(ended.used[UPLOAD]["path"], "drill.html").exists()


def test_an_expectation_that_fails_stands_at_its_line(action: Callable[..., Ended],
                                                      workspace: pathlib.Path) -> None:
    (workspace / "strict.yaml").write_text(LIMITED.replace("<= 2", "<= 1"))
    ended = action("strict.yaml")
    assert ended.code == 1
    line = LIMITED.splitlines().index('  attempts: {per-call: "<= 2"}') + 1
    assert any(row.startswith(f"::error file=strict.yaml,line={line},") for row in
               ended.annotations), ended.annotations


def test_what_nobody_can_tell_is_unknown(action: Callable[..., Ended]) -> None:
    ended = action("open.yaml")
    assert (ended.code, ended.outputs["verdict"]) == (3, "unknown"), ended.stdout
    assert ended.summary.startswith("## brownout: unknown\n")
    assert UPLOAD in ended.used


@pytest.mark.parametrize("scenarios, place", [
    ("broken.yaml", "file=broken.yaml,line=3,col=22"),
    ("limited.yaml\nbroken.yaml", "file=broken.yaml,line=3,col=22"),
    ("gone.yaml", "file=gone.yaml"), ("*.yml", "file=*.yml"), ("-v", "file=./-v"),
])
def test_a_scenario_with_a_mistake_starts_nothing(action: Callable[..., Ended], scenarios: str,
                                                  place: str, workspace: pathlib.Path) -> None:
    (workspace / "brownout-drill").mkdir()
    # What an earlier drill left there is not this one's.
    (workspace / "brownout-drill" / "drill.json").write_text("{}")
    ended = action(scenarios)
    assert (ended.code, ended.outputs["verdict"], ended.outputs["exit-code"]) == (2, "error", "2")
    assert "asked\n" not in ended.stdout
    [annotation] = ended.annotations
    assert annotation.startswith(f"::error {place},title=brownout::"), annotation
    assert ended.summary.startswith("## brownout: not run\n")
    assert (ended.outputs["json"], ended.used) == ("", {})
    if scenarios.endswith("broken.yaml"):
        assert annotation.endswith("'overlaoded' is not a fault; did you mean 'overloaded'?")
        assert "    broken.yaml:3:22: error: 'overlaoded' is not a fault" in ended.summary


@pytest.mark.parametrize("inputs", [
    {"scenarios": " \n\t\n"}, {"output": ""}, {"output": "x\nverdict=pass"}, {"strict": "yes"},
    {"jobs": "many"}, {"shard": "3/2"}, {"seeds": "9..1"}, {"baseline": "gone.json"},
    {"prices": "gone.json"}, {"seed": "-1"}, {"seed": "1", "seeds": "1..2"}])
def test_an_input_that_is_wrong_is_an_error(action: Callable[..., Ended],
                                            inputs: dict[str, str]) -> None:
    ended = action(**inputs)
    assert (ended.code, ended.outputs["verdict"]) == (2, "error"), ended.stdout + ended.stderr
    assert any(row.startswith("::error title=brownout::") for row in ended.annotations)
    assert "asked\n" not in ended.stdout


def test_a_binary_that_is_not_there_ends_the_job(action: Callable[..., Ended]) -> None:
    ended = action(binary="/nowhere/brownout")
    assert ended.code == 2
    assert ended.annotations == [
        "::error title=brownout::the input binary names no program"]


def test_patterns_and_options_reach_the_drill(action: Callable[..., Ended],
                                              workspace: pathlib.Path) -> None:
    folder = workspace / "more scenarios"
    folder.mkdir()
    for name in ("a b.yaml", "c[1].yaml"):
        (folder / name).write_text(LIMITED.replace("limited", name, 1))
    ended = action("more scenarios/*.yaml\r\n  limited.yaml  \nmore scenarios/c[1].yaml",
                   jobs="4", seeds="1..2", output="out/here", artifact="mine")
    assert ended.code == 0, ended.stdout + ended.stderr
    runs = reports(ended)[0]["runs"]
    assert [(run["scenario"], run["seed"]) for run in runs] == [
        (name, seed) for name in ("a b.yaml", "c[1].yaml", "limited", "c[1].yaml")
        for seed in (1, 2)]
    assert ended.used[UPLOAD]["name"] == "mine"
    assert ended.outputs["json"] == str(workspace / "out/here/drill.json")
    shard = action("more scenarios/*.yaml", seeds="1..2", shard="2/2")
    assert [run["seed"] for run in reports(shard)[0]["runs"]] == [2, 2]
    assert UPLOAD not in action(artifact="").used


def test_what_is_worse_than_the_baseline_fails(action: Callable[..., Ended],
                                               workspace: pathlib.Path) -> None:
    (workspace / "plain.yaml").write_text("scenario: plain\n")
    before = action("plain.yaml")
    assert before.code == 0
    (workspace / "plain.yaml").write_text(
        "scenario: plain\nrules: [{name: r, fault: overloaded}]\n")
    # The baseline is read before its place is written anew.
    after = action("plain.yaml", baseline="brownout-drill/drill.json")
    assert (after.code, after.outputs["verdict"]) == (1, "fail"), after.stdout
    assert any("title=brownout%3A baseline::plain: " in row for row in after.annotations)


def test_strict_counts_what_is_unknown(action: Callable[..., Ended],
                                       workspace: pathlib.Path) -> None:
    (workspace / "cut.yaml").write_text(
        "scenario: cut\nrules: [{name: r, fault: {cut: fin, at: 50%}}]\n")
    command = f"{PYTHON} client.py late || true"
    relaxed = action("cut.yaml", command=command)
    strict = action("cut.yaml", command=command, strict="true")
    assert (relaxed.code, strict.code) == (0, 3), relaxed.stdout + strict.stdout


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_an_input_is_run_but_the_command(action: Callable[..., Ended], text: str,
                                                    workspace: pathlib.Path) -> None:
    inputs = yaml.safe_load(ACTION.read_text())["inputs"].keys() - {"command"}
    for name in sorted(inputs):
        action(**{name: text})
        assert not list(workspace.parent.rglob("PWNED")), name


def test_a_hostile_name_is_a_name(action: Callable[..., Ended], workspace: pathlib.Path) -> None:
    name = '"; touch PWNED; $(touch PWNED) `touch PWNED`, 100%.yaml'
    title = '"; rm -rf x; $(touch PWNED) <img src=x onerror=alert(1)> %0A::error::x'
    scenario = LIMITED.replace("limited", json.dumps(title), 1)
    (workspace / name).write_text(scenario)
    ended = action(name, client="early")
    assert ended.code == 1, ended.stdout + ended.stderr
    verdict, failures, page = reports(ended)
    assert verdict["scenario"] == title and failures == ["retry-after-honoured"]
    assert title in page.words and not page.loads
    [error] = [row for row in ended.annotations if row.startswith("::error")]
    escaped = name.replace("%", "%25").replace(",", "%2C")
    assert error.startswith(f"::error file={escaped},title=")
    (workspace / name).write_text(BROKEN)
    [error] = action(name).annotations
    assert error.startswith(f"::error file={escaped},line=3,col=22,title=brownout::")
    assert not list(workspace.parent.rglob("PWNED"))


@pytest.mark.parametrize("by", ["newest", "version", "wheel"])
def test_the_package_is_installed_beside_the_jobs_own(by: str, wheels: pathlib.Path,
                                                      workspace: pathlib.Path,
                                                      tmp_path: pathlib.Path) -> None:
    [wheel] = wheels.glob("brownout_llm-*.whl")
    version = {"newest": "", "version": wheel.name.split("-")[1], "wheel": str(wheel)}[by]
    temporary = tmp_path / "runner folder"
    temporary.mkdir()
    ended = Action(ACTION, workspace, temporary, offline(wheels)).run(
        scenarios="limited.yaml", command=f"{PYTHON} client.py late", version=version,
        python=sys.executable)
    assert (ended.code, ended.outputs["verdict"]) == (0, "pass"), ended.stdout + ended.stderr
    assert ended.outputs["binary"] == str(temporary / "brownout" / "bin" / "brownout")
    if by == "version":
        other = Action(ACTION, workspace, temporary, offline(wheels)).run(
            scenarios="limited.yaml", command="true", version="99.0")
        assert other.code != 0 and other.used == {}


# Other forges


def run_lines(lines: list[str], workspace: pathlib.Path, environment: dict[str, str],
              shell: tuple[str, ...] = ("sh", "-e")) -> subprocess.CompletedProcess[str]:
    """Runs lines as a job would: in one shell, which the first that fails ends."""
    return subprocess.run([*shell, "-c", "\n".join(lines)], cwd=workspace, env=environment,
                          capture_output=True, text=True, timeout=300,
                          stdin=subprocess.DEVNULL)


def gitlab() -> tuple[list[list[str]], dict[str, str], list[str]]:
    """GitLab's job: its scripts, its variables, and what it keeps."""
    job = yaml.safe_load((CI / "gitlab.yml").read_text())[".brownout-drill"]
    kept = job["artifacts"]
    assert kept["when"] == "always"
    return [job["script"]], job["variables"], [*kept["paths"], kept["reports"]["junit"]]


def circleci() -> tuple[list[list[str]], dict[str, str], list[str]]:
    """CircleCI's command: its shells, their variables, and what is stored."""
    command = yaml.safe_load((CI / "circleci.yml").read_text())["commands"]["brownout-drill"]
    scripts, variables, kept = [], {}, []
    for step in command["steps"]:
        [(kind, row)] = step.items()
        if kind != "run":
            kept.append(row["path"])
            continue
        assert "<<" not in row["command"]
        scripts.append([row["command"]])
        for name, value in row["environment"].items():
            [parameter] = re.findall(r"^<< parameters\.(\w+) >>$", value)
            variables[name] = command["parameters"][parameter].get("default", "")
    return scripts, variables, kept


def jenkins() -> tuple[list[list[str]], dict[str, str], list[str]]:
    """Jenkins' stage: each `sh` step, the environment, and what is kept."""
    text = (CI / "Jenkinsfile").read_text()
    scripts = [[textwrap.dedent(found)] for found in re.findall(r"sh '''\n(.*?)'''", text, re.S)]
    assert len(scripts) == 2 == len(re.findall(r"(?m)^ +sh ", text))
    # Groovy takes a backslash in such a text for an escape, and one before a line's end away.
    scripts = [[script.replace("\\\n", "")] for [script] in scripts]
    assert not any("\\" in script for [script] in scripts)
    variables = dict(re.findall(r"(?m)^ +(BROWNOUT_\w+) = '(.*)'$", text))
    variables |= {name: value for name, value in re.findall(
        r"string\(name: '(\w+)', defaultValue: '(.*?)'", text)}
    kept = re.findall(r"(?:testResults|artifacts): '([^'*]*)", text)
    return scripts, variables, kept


FORGES = {"gitlab": gitlab, "circleci": circleci, "jenkins": jenkins}


@pytest.mark.parametrize("forge", FORGES)
def test_a_forges_job_drills_and_keeps_what_was_judged(forge: str, wheels: pathlib.Path,
                                                       workspace: pathlib.Path) -> None:
    scripts, variables, kept = FORGES[forge]()
    environment = {**offline(wheels), "BROWNOUT_VERSION": "", **variables}
    (workspace / "second.yaml").write_text(LIMITED.replace("limited", "second", 1))
    environment["BROWNOUT_SCENARIOS"] = "limited.yaml sec*.yaml"

    def run(client: str, **more: str) -> subprocess.CompletedProcess[str]:
        given = {**environment, "BROWNOUT_COMMAND": f"{PYTHON} client.py {client}", **more}
        for lines in scripts:
            done = run_lines(lines, workspace, given)
            if done.returncode:
                break
        return done

    passed = run("late", BROWNOUT_OPTIONS="--seed 5 --jobs 2")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    for path in kept:
        assert (workspace / path).exists(), path
    [report] = (workspace / "brownout-drill").rglob("*.xml")
    assert any(report == workspace / path or report.parent == workspace / path for path in kept)
    suites = ElementTree.parse(report).getroot().findall("testsuite")
    assert [suite.get("failures") for suite in suites] == ["0", "0"]
    # Its install lines stand a second run in the same folder.
    failed = run("early")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "retry-after-honoured" in report.read_text()
    assert (workspace / "brownout-drill" / "drill.html").exists()
    if forge == "jenkins":
        return
    # Of two jobs in parallel, the second has the second scenario.
    run("late", CI_NODE_INDEX="2", CI_NODE_TOTAL="2", CIRCLE_NODE_INDEX="1", CIRCLE_NODE_TOTAL="2")
    verdict = json.loads((workspace / "brownout-drill" / "drill.json").read_text())
    assert verdict["scenario"] == "second"
