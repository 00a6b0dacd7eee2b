"""Pages that are no walk from top to bottom (the README, and what is looked up) with what it takes
to run their blocks all the same: what a reader has done before, and does between them.

Each edit is about words that the page must have. Where it has them no more, the edit says so.
"""
import shutil

from guides import ROOT
from guide_checks import DOCS



def edited(path, before, edits):
    """A page's text with `before` in front, and with each of the edits made once."""
    text = path.read_text()
    for old, new in edits:
        if old not in text:
            raise AssertionError(f"{path.name} does not say this any more:\n{old}")
        text = text.replace(old, new, 1)
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{before}\n{rest}"


def sh(text, marker=""):
    return f"\n{marker and f'<!-- {marker} -->'}\n```sh\n{text}\n```\n"


def file(name, language, text):
    return f"\nSave this as `{name}`:\n\n```{language}\n{text}\n```\n"


# curl that fails where it is refused, and does not follow a feed without an end.
CURL = file("bin/curl", "text", """#!/bin/sh
code=0
PATH=${PATH#*:} curl --fail-with-body --max-time 3 "$@" || code=$?
case " $* " in *events*) test $code = 28 ;; *) exit $code ;; esac""") + sh(
    'chmod +x bin/curl\nexport PATH="$PWD/bin:$PATH" C=http://127.0.0.1:8788')

ASK = """curl -s -o /dev/null http://127.0.0.1:8787/v1/chat/completions \\
    -H 'Authorization: Bearer sk-any' -H 'Content-Type: application/json' \\
    -H 'x-brownout-session: test-7' -H 'x-brownout-call: c-7' \\
    -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}'"""

WEATHER = """scenario: flaky
clock: manual
phases:
  - {name: healthy, calls: 20}
  - name: outage
    for: 60s
    rules: [{name: down, fault: unavailable}]"""


def control():
    """The control port's page, beside a server with a clock that is moved by hand."""
    query = '```sh\ncurl -s "$C/verdict'
    return edited(DOCS / "Control.md", (
        file("flaky.yaml", "yaml", WEATHER) + CURL + sh("brownout serve flaky.yaml", "background")
    ), [
        # The storm has no phases.
        ("## Weather\n",
         "## Weather\n" + sh("curl -s -X PUT $C/scenario --data-binary @flaky.yaml")),
        ("### POST /outcomes\n", "### POST /outcomes\n" + sh(ASK)),
    ] + ([] if shutil.which("jq") else [
        (query, f'<!-- later: "jq is not installed" -->\n{query}'),
    ]))


def verdicts():
    """The verdicts' page: what it shows of two clients is what `drill` says of them."""
    first = "```text\n  fail     retry-after-honoured  asked again after 0.223 s,"
    slow = "sed 's/sleep 0.2/sleep 1.1/' client.sh >slow.sh\nbrownout drill busy.yaml -- sh slow.sh"
    said = "`brownout drill busy.yaml -- sh declare.sh` says"
    return edited(DOCS / "Verdicts.md", "", [
        (first, sh("brownout drill busy.yaml -- sh client.sh", "exit 1") + "\n"
         + first.replace("0.223", "…")),
        ("With `sleep 1.1` it passes.", sh(slow) + "\nWith `sleep 1.1` it passes."),
        ("a client that takes a rate limit for a timeout:\n",
         "a client that takes a rate limit for a timeout, `declare.sh`:\n"),
        (said, sh("brownout drill busy.yaml --json out.json -- sh declare.sh", "exit 1")
         + "\n```text\n…called timeout what was rate_limit…\n```\n\n" + said),
    ])


LOAD = '''import concurrent.futures
import json
import os
import random
import time
import urllib.error
import urllib.request


def ask(number):
    """Waits longer each time, and never as long as the others."""
    draws = random.Random(number)
    words = [{"role": "user", "content": f"Question {number}"}]
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps({"model": "gpt-4o-mini", "messages": words}).encode(),
        {"Authorization": "Bearer sk-any", "Content-Type": "application/json"})
    for wait in (2, 5, 6, 7):
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.read()
        except urllib.error.HTTPError:
            time.sleep(wait * draws.uniform(0.7, 1.5))
    raise AssertionError("gave up")


def test_fifty_at_a_time():
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        assert len(list(pool.map(ask, range(50)))) == 50'''

# The request id of the newest call's first attempt, as its client saw it.
REQUEST = """$(brownout calls --json | tail -1 | python -c \\
    'import json, sys; print(json.load(sys.stdin)["attempts"][0]["request-id"])')"""


def drills():
    """The drills' page: the suite that it names is one of fifty callers."""
    return edited(DOCS / "Drills.md", (
        file("tests/load/test_load.py", "python", LOAD) + CURL
        + sh(f"ln -s '{ROOT}/Scenarios' Scenarios")
    ), [
        ("Some of what is expected here", file("down.yaml", "yaml", (
            "scenario: down\nrules:\n  - {name: down, fault: unavailable}")) + sh(
                "brownout serve down.yaml", "background") + sh(
                "export BROWNOUT_CONTROL_URL=http://127.0.0.1:8788", "") + sh(ASK, "exit 22")
         + "\nSome of what is expected here"),
        ("req_…", f"'\"{REQUEST}\"'"),
    ])


def readme():
    """The README: from the first server to the replay, and a drill of a suite."""
    suite = ("import openai\n\n\ndef test_it():\n    openai.OpenAI().models.list()")
    served = "`.build/release/brownout serve flaky.yaml`:"
    return edited(ROOT / "README.md", sh(
        f"mkdir -p .build/release\nln -s \"$(readlink -f \"$(command -v brownout)\")\" "
        f".build/release/brownout\nln -s '{ROOT}/Scenarios' Scenarios"
    ) + sh(".build/release/brownout serve Scenarios/first-day.yaml", "background"), [
        ("<!-- serve -->", '<!-- later: "it has been built, and serves" -->'),
        ("<!-- test -->", '<!-- later: "it is what runs this" -->'),
        ("Now a provider that fails.", "<!-- stop -->\n\nNow a provider that fails."),
        (served, served + "\n\nIt is `flaky.yaml`:"),
        ("```python\nfrom openai", sh(".build/release/brownout serve flaky.yaml", "background")
         + "\nSave this as `ask.py`:\n\n```python\nfrom openai"),
        ("It prints an answer:", sh("python ask.py") + "\nIt prints an answer:"),
        ("explain req_…", f'explain "{REQUEST}"'),
        ("```sh\n.build/release/brownout record", "<!-- background -->\n```sh\n"
         ".build/release/brownout record"),
        ("Ask again with", sh("sed -i s/8787/8789/ ask.py\npython ask.py")
         + "\n<!-- stop -->\n\nAsk again with"),
        ("and serve it:\n", "and serve it; as `replay.yaml`:\n"),
        ("At port 8787 the same question", sh(
            ".build/release/brownout serve replay.yaml", "background") + sh(
                "sed -i s/8789/8787/ ask.py\npython ask.py")
         + "\n<!-- stop -->\n\nAt port 8787 the same question"),
        ("adds to the job's summary:\n", "adds to the job's summary.\n"
         + file("tests/client/test_it.py", "python", suite) + sh(
             "rm Scenarios\nmkdir Scenarios\ncp flaky.yaml Scenarios/\n"
             "export GITHUB_STEP_SUMMARY=$PWD/summary.md\n"
             "sed -i 's/chance: 1.4/optional: true/; s/flaky start/flaky start\\n"
             "    optional: true/' Scenarios/flaky.yaml\ncat Scenarios/flaky.yaml")),
    ])


PAGES = {"README": readme, "Control": control, "Verdicts": verdicts, "Drills": drills}
