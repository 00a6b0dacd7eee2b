"""What `brownout drill` and `brownout report` print and write: every form is read back and held
against the numbers of `--json`."""
import base64
import hashlib
import html.parser
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
import xml.etree.ElementTree as ElementTree

import pytest

from kit import BROWNOUT
from test_drill import wait_for_end

EVIL = "</script><img src=x onerror=alert(1)>"

SCENARIO = """\
scenario: limited
rules:
  - {name: r, attempts: 1, fault: {cause: rate-limited, retry-after: {ms: 400ms}}}
expect:
  attempts: {per-call: "<= 1"}
  calls: {total: ">= 1"}
"""

HEALTHY = "scenario: healthy\n"

CLIENT = textwrap.dedent('''
    import http.client, json, os, sys, time, urllib.parse
    base = urllib.parse.urlsplit(os.environ["OPENAI_BASE_URL"])
    mode = sys.argv[1]
    if mode == "late":
        time.sleep(1.5)
    connection = http.client.HTTPConnection(base.hostname, base.port)
    for attempt in range(2):
        body = {"model": sys.argv[2] if len(sys.argv) > 2 else "gpt-4o-mini",
                "messages": [{"role": "user", "content": "hi"}]}
        connection.request("POST", base.path + "/chat/completions", json.dumps(body), {
            "Content-Type": "application/json", "x-brownout-call": "one",
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 429:
            break
        time.sleep(0 if mode == "early" else 0.45)
    print("one", flush=True)
    time.sleep(0.2)
    print("two", os.environ["BROWNOUT_URL"], flush=True)
    print("said beside it", file=sys.stderr)
''')

CHROMIUM = shutil.which("chromium")


@pytest.fixture
def drill(tmp_path):
    """Runs a drill in a folder of its own; returns how it ended."""
    (tmp_path / "client.py").write_text(CLIENT)
    (tmp_path / "limited.yaml").write_text(SCENARIO)
    (tmp_path / "healthy.yaml").write_text(HEALTHY)

    def run(*words, mode="early", model=None, command=None, **environment):
        variables = {name: value for name, value in os.environ.items()
                     if not name.startswith("GITHUB_")} | environment
        command = command or [sys.executable, "client.py", mode, *([model] if model else [])]
        return subprocess.run([BROWNOUT, "drill", *words, "--", *command], cwd=tmp_path,
                              env=variables, capture_output=True, text=True, timeout=120)

    return run


def verdict_of(file):
    return json.loads(file.read_text())


def judged(verdict):
    """What has a case of its own in JUnit's XML."""
    return [row for row in verdict["rules"]
            if row["verdict"] != "not-exercised"
            or row["rule"] in ("never-fired", "not-injected", "pacing")]


# The forms


def test_junit_tells_what_json_tells(drill, tmp_path):
    ended = drill("limited.yaml", "--json", "v.json", "--junit", "v.xml")
    assert ended.returncode == 1
    verdict = verdict_of(tmp_path / "v.json")
    root = ElementTree.parse(tmp_path / "v.xml").getroot()
    [suite] = root.findall("testsuite")
    properties = {row.get("name"): row.get("value") for row in suite.iter("property")}
    assert (suite.get("name"), properties["scenario"]) == ("limited", "limited")
    assert properties["seed"] == str(verdict["seed"])
    cases = suite.findall("testcase")
    rules = judged(verdict)
    assert len(cases) == 1 + len(rules) + len(verdict["expect"]) == int(suite.get("tests"))
    by_name = {case.get("name"): case for case in cases}
    assert len(by_name) == len(cases)
    for row in rules:
        case = by_name[row["rule"]]
        is_failure = row["verdict"] == "fail" and row["severity"] == "error"
        assert (case.find("failure") is not None) == is_failure, row
        is_skipped = row["verdict"] in ("unknown", "not-exercised")
        assert (case.find("skipped") is not None) == is_skipped, row
    assert row["says"] in ElementTree.tostring(root, encoding="unicode")
    failure = by_name["attempts.per-call <= 1 (line 5)"].find("failure")
    assert "429 → 200; promised 400 ms, waited" in failure.text
    assert suite.get("failures") == str(len(suite.findall(".//failure"))) == "2"
    seconds = by_name["command"].get("time")
    assert float(seconds) == pytest.approx(verdict["command"]["seconds"], abs=0.001)


def test_an_unknown_expectation_is_an_error_of_junit(drill, tmp_path):
    (tmp_path / "open.yaml").write_text(
        "scenario: open\nexpect:\n  retry-after: honoured\n")
    ended = drill("open.yaml", "--junit", "v.xml")
    assert ended.returncode == 3, ended.stdout
    [suite] = ElementTree.parse(tmp_path / "v.xml").getroot().findall("testsuite")
    assert (suite.get("errors"), suite.get("failures")) == ("1", "0")


def test_markdown_names_the_failures_and_their_calls(drill, tmp_path):
    drill("limited.yaml", "--json", "v.json", "--markdown", "v.md")
    verdict, text = verdict_of(tmp_path / "v.json"), (tmp_path / "v.md").read_text()
    assert text.startswith("## brownout: fail\n")
    for row in verdict["rules"]:
        if row["verdict"] == "fail":
            assert f"| limited | {row['rule']} | " in text
    [call] = verdict["calls"]
    assert re.search(r"\| limited \| c1 \| 429 → 200 \| promised 400 ms, waited \d+ ms "
                     r"\| delivered", text)
    assert f"| limited | {verdict['seed']} | fail | 1 | 1 | {len(call['attempts'])} | 1 | " in text


def test_the_summary_of_a_job_is_appended_to(drill, tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("what was there\n")
    drill("limited.yaml", "--markdown", str(summary), GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text().startswith("what was there\n## brownout: fail")


def test_annotations_are_for_github_alone(drill, tmp_path):
    assert "::error" not in drill("limited.yaml").stdout
    ended = drill(str(tmp_path / "limited.yaml"), GITHUB_ACTIONS="true",
                  GITHUB_WORKSPACE=str(tmp_path))
    lines = [line for line in ended.stdout.splitlines() if line.startswith("::")]
    assert any(line.startswith("::error file=limited.yaml,line=5,title=brownout%3A expect "
                               "attempts.per-call::limited: attempts.per-call: wanted <= 1")
               for line in lines), lines
    assert any(line.startswith("::error file=limited.yaml,title=brownout%3A retry-after-honoured::")
               for line in lines), lines
    printed = drill("limited.yaml", "--json", "-", mode="early", GITHUB_ACTIONS="true",
                    command=["true"])
    assert json.loads(printed.stdout)["verdict"] == "fail"
    assert "::error" in printed.stderr


class Page(html.parser.HTMLParser):
    """Tags of a page, and the text between them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.within = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.within.append(tag)

    def handle_endtag(self, tag):
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self.within):
            self.texts.append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def test_the_page_has_every_call_and_needs_nothing_else(drill, tmp_path):
    drill("limited.yaml", "healthy.yaml", "--json", "v.json", "--html", "v.html", model=EVIL)
    runs, text = verdict_of(tmp_path / "v.json")["runs"], (tmp_path / "v.html").read_text()
    page = Page(text)
    calls = [(row["id"], row["data-outcome"]) for row in page.all("details")]
    assert calls == [(f"r{number}-{call['id']}", call["outcome"])
                     for number, run in enumerate(runs, 1) for call in run["calls"]]
    assert page.all("img") == [] and len(page.all("script")) == 1
    assert EVIL in page.texts
    for tag, attributes in page.tags:
        assert not {"src", "style", "onerror", "onclick"} & set(attributes), tag
        assert not attributes.get("href", "#").startswith(("http", "//")), tag
    shown = " ".join(page.texts)
    for row in [row for run in runs for row in judged(run)]:
        if row["verdict"] != "not-exercised":
            assert row["says"] in shown
    exchanges = [attempt["exchange"] for run in runs for call in run["calls"]
                 for attempt in call["attempts"]]
    assert all(exchange in page.texts for exchange in exchanges)


def test_the_page_runs_its_own_script_and_no_other(drill, tmp_path):
    drill("healthy.yaml", "--html", "v.html")
    text = (tmp_path / "v.html").read_text()
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert "default-src 'none'" in policy
    for tag in ["style", "script"]:
        [inner] = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy, f"the {tag}'s digest is {digest}"


def browse(folder, address):
    """The page as a browser has it once its script has run."""
    return subprocess.run(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu",
         f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=2000", "--dump-dom",
         f"file://{folder}/{address}"], capture_output=True, text=True, timeout=120).stdout


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
def test_a_browser_shows_the_calls_and_its_script_filters(drill, tmp_path):
    drill("limited.yaml", "healthy.yaml", "--html", "v.html", model=EVIL)
    page = Page(browse(tmp_path, "v.html#r1-c1"))
    calls = page.all("details")
    # The script ran: it opened the call that the address names, and counted.
    assert ["open" in call for call in calls] == [True, False]
    assert "2 of 2 calls" in page.texts
    assert page.all("img") == []
    text = re.sub("<meta http-equiv[^>]*>", "", (tmp_path / "v.html").read_text())
    for field, value, shown in [("verdict", "fail", ["r1-c1"]), ("text", "429", ["r1-c1"]),
                                ("text", "onerror", ["r1-c1", "r2-c1"]), ("text", "503", [])]:
        (tmp_path / "typed.html").write_text(text.replace("</body>", f"""<script>
            document.getElementById("{field}").value = "{value}";
            document.getElementById("filter").dispatchEvent(new Event("input"))
            </script></body>"""))
        page = Page(browse(tmp_path, "typed.html"))
        assert [call["id"] for call in page.all("details") if "hidden" not in call] == shown
        assert f"{len(shown)} of 2 calls" in page.texts


# The terminal


def test_colours_are_for_terminals(tmp_path):
    (tmp_path / "healthy.yaml").write_text(HEALTHY)

    def shown(**environment):
        # `script` is a terminal for what it runs.
        ended = subprocess.run(
            ["script", "-qec", f"{BROWNOUT} drill healthy.yaml -- true", "/dev/null"],
            cwd=tmp_path, capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name != "NO_COLOR"}
            | {"TERM": "xterm"} | environment)
        return ended.stdout

    assert "\x1b[32mpass" in shown()
    assert "\x1b" not in shown(NO_COLOR="1")
    assert "\x1b" not in shown(TERM="dumb")
    assert "\x1b[32mpass" in shown(NO_COLOR="")


def test_a_terminal_has_one_line_of_progress_that_is_written_anew(tmp_path):
    (tmp_path / "healthy.yaml").write_text(HEALTHY)
    ended = subprocess.run(
        ["script", "-qec", f"{BROWNOUT} drill healthy.yaml --repeat 3 --jobs 2 -- sleep 0.7",
         "/dev/null"], cwd=tmp_path, capture_output=True, timeout=60,
        stdin=subprocess.DEVNULL, env=os.environ | {"TERM": "xterm"})
    shown = ended.stdout.decode()
    assert re.search(r"\r\x1b\[2Kdrill: 0 of 3 over, \d s, 0 requests; healthy.yaml seed \d+ "
                     r"and 1 beside it\r\x1b\[2K", shown), shown
    assert re.search(r"\r\x1b\[2Kdrill: 3 of 3 healthy.yaml seed \d+( run \d)? … pass in ", shown)


def test_expectations_and_faults_are_in_the_text(drill):
    text = drill("limited.yaml").stdout
    assert "rule r (rate-limited): fired 1 time, met by a client 1 time" in text
    assert re.search(r"fail +attempts.per-call +wanted <= 1, found 2 \(line 5\)", text)


# Lists of runs


def seeds(run):
    return [row["seed"] for row in run["runs"]]


def test_seeds_and_repetitions_make_a_list_in_a_fixed_order(drill, tmp_path):
    ended = drill("healthy.yaml", "limited.yaml", "--seeds", "7..8", "--repeat", "2", "--jobs", "3",
                  "--json", "v.json", mode="polite")
    verdict = verdict_of(tmp_path / "v.json")
    assert seeds(verdict) == [7, 8] * 4
    assert [row["scenario"] for row in verdict["runs"]] == ["healthy"] * 4 + ["limited"] * 4
    # On standard error alone, one line a run.
    lines = [line for line in ended.stderr.splitlines() if line.startswith("drill: ")]
    assert len(lines) == 8 and "drill: " not in ended.stdout
    assert re.fullmatch(r"drill: 8 of 8 limited.yaml seed \d( run 2)? … (pass|fail) "
                        r"in [\d.]+ m?s", lines[-1])


def test_shards_hold_each_run_once(drill, tmp_path):
    held = []
    for number in [1, 2, 3]:
        ended = drill("healthy.yaml", "--seeds", "1..5", "--shard", f"{number}/3", "--json",
                      "v.json", command=["true"])
        assert ended.returncode == 0, ended.stderr
        verdict = verdict_of(tmp_path / "v.json")
        held.append([row["seed"] for row in verdict.get("runs", [verdict])])
    assert held == [[1, 4], [2, 5], [3]]


def test_a_shard_without_runs_passes(drill, tmp_path):
    ended = drill("healthy.yaml", "--shard", "2/2", "--json", "v.json", "--junit", "v.xml",
                  "--html", "v.html", "--markdown", "v.md", command=["false"])
    assert ended.returncode == 0 and "holds none of 1 run" in ended.stderr
    assert verdict_of(tmp_path / "v.json") == {"format": 1, "runs": []}
    assert ElementTree.parse(tmp_path / "v.xml").getroot().get("tests") == "0"


@pytest.mark.parametrize("words, expected", [
    (["--shard", "0/2"], "--shard"), (["--shard", "3/2"], "--shard"),
    (["--shard", "1"], "--shard"), (["--seeds", "5..1"], "--seeds"),
    (["--seeds", "1-3"], "--seeds"), (["--jobs", "0"], "--jobs is 0; expected 1 to 64"),
    (["--repeat", "0"], "--repeat is 0"), (["--seed", "1", "--seeds", "1..2"], "exclude"),
    (["--repeat", "10000", "--seeds", "1..2"], "more than 10000 runs"),
    (["--webhook", "nowhere"], "--webhook is no URL"),
    (["--webhook-format", "xml"], "--webhook-format"),
    (["--json", "a", "--html", "a"], "both go to 'a'"),
    (["--json", "-", "--html", "-"], "both go to standard output"),
])
def test_options_that_mean_nothing_are_refused(drill, tmp_path, words, expected):
    ended = drill("healthy.yaml", *words, command=["touch", "ran"])
    assert ended.returncode == 2 and expected in ended.stderr, ended.stderr
    assert not (tmp_path / "ran").exists()


def test_several_at_a_time_have_servers_of_their_own_and_whole_outputs(drill, tmp_path):
    began = time.monotonic()
    ended = drill("healthy.yaml", "--repeat", "4", "--jobs", "4", "--json", "v.json", mode="late")
    assert time.monotonic() - began < 4 * 1.5, "they ran one after the other"
    assert ended.returncode == 0, ended.stdout
    lines = ended.stdout.splitlines()
    blocks = re.findall(r"^one\ntwo (http://\S+)$", ended.stdout, re.MULTILINE)
    assert len(set(blocks)) == 4, lines
    assert ended.stderr.count("said beside it\n") == 4
    assert [len(run["calls"]) for run in verdict_of(tmp_path / "v.json")["runs"]] == [1] * 4


def test_the_worst_run_is_the_verdict(drill):
    assert drill("healthy.yaml", "limited.yaml").returncode == 1
    assert drill("healthy.yaml", "healthy.yaml").returncode == 0


def test_a_reader_who_leaves_early_does_not_change_the_verdict(drill, tmp_path):
    ended = drill("limited.yaml", "--repeat", "2", command=["true"])
    assert ended.returncode == 1
    process = subprocess.Popen([BROWNOUT, "drill", "limited.yaml", "--", "true"], cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.close()
    assert process.wait(60) == 1


def test_a_file_that_cannot_be_written_keeps_no_other_out(drill, tmp_path):
    ended = drill("healthy.yaml", "--json", "no/such/v.json", "--junit", "v.xml",
                  "--html", "v.html")
    assert ended.returncode == 4
    assert "error: 'no/such/v.json' cannot be written" in ended.stderr
    assert (tmp_path / "v.xml").exists() and (tmp_path / "v.html").exists()
    assert "healthy, seed" in ended.stdout


def test_a_command_that_cannot_be_run_ends_all(drill):
    ended = drill("healthy.yaml", "--repeat", "3", "--jobs", "2", command=["/no/such"])
    assert ended.returncode == 2 and "'/no/such' cannot be run" in ended.stderr


LASTING = """
import os, signal, sys, time
{listen}
open(f"pid-{{os.getpid()}}", "w").close()
time.sleep(300)
"""


def started(folder, words, listen, count):
    """A drill of commands that last, once so many run; and their process ids."""
    (folder / "healthy.yaml").write_text(HEALTHY)
    process = subprocess.Popen(
        [BROWNOUT, "drill", "healthy.yaml", *words, "--json", "v.json", "--", sys.executable, "-c",
         LASTING.format(listen=listen)], cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and len(list(folder.glob("pid-*"))) < count:
        time.sleep(0.05)
    return process, [int(file.name[4:]) for file in folder.glob("pid-*")]


def test_ctrl_c_ends_all_and_what_there_was_is_judged(tmp_path):
    process, pids = started(tmp_path, ["--repeat", "5", "--jobs", "2"], "", 2)
    assert len(pids) == 2
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert len(verdict_of(tmp_path / "v.json")["runs"]) == 2
    assert "stopped; 3 runs did not begin" in errors
    assert all(wait_for_end(pid) for pid in pids)


def test_a_second_signal_ends_all_that_do_not_listen(tmp_path):
    process, pids = started(tmp_path, ["--repeat", "2", "--jobs", "2"],
                            "signal.signal(signal.SIGINT, signal.SIG_IGN)", 2)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert len(pids) == 2 and all(wait_for_end(pid) for pid in pids)


# Baselines


def test_what_is_worse_than_the_baseline_fails(drill, tmp_path):
    assert drill("healthy.yaml", "--json", "before.json", mode="polite").returncode == 0
    same = drill("healthy.yaml", "--baseline", "before.json", mode="polite")
    assert same.returncode == 0 and "nothing is worse" in same.stdout
    before = verdict_of(tmp_path / "before.json")
    late = drill("healthy.yaml", "--baseline", "before.json", "--junit", "v.xml", "--json",
                 "now.json", mode="late")
    assert late.returncode == 1
    now = verdict_of(tmp_path / "now.json")
    assert now["verdict"] == "pass" and now["command"]["seconds"] > before["command"]["seconds"]
    assert re.search(r"the command took [\d.]+ s; in the baseline [\d.]+ m?s", late.stdout)
    suites = ElementTree.parse(tmp_path / "v.xml").getroot().findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["healthy", "baseline"]
    assert suites[1].get("failures") == "1"


def test_new_failures_and_lost_calls_are_named(drill, tmp_path):
    drill("limited.yaml", "--json", "before.json", mode="polite")
    ended = drill("limited.yaml", "--baseline", "before.json", mode="early")
    assert "retry-after-honoured fails: " in ended.stdout
    assert "it did not fail in the baseline" in ended.stdout
    # The expectation failed before, too.
    assert "attempts.per-call: wanted <= 1, found 2, which fails" not in ended.stdout
    (tmp_path / "bad.yaml").write_text(
        "scenario: limited\nrules:\n  - {name: r, fault: bad-request}\n")
    ended = drill("bad.yaml", "--baseline", "before.json", mode="polite")
    assert "0 % (0 of 1) of calls succeeded; in the baseline 100 % (1 of 1) did" \
        in " ".join(ended.stdout.split())


@pytest.mark.parametrize("text, expected", [
    (None, "cannot be read"), ("{", "is not JSON"),
    ('{"format": 2}', "at /format: found 2; expected format 1"),
    ('{"format": 1, "scenario": "s"}', "there is no 'seed'"),
])
def test_a_baseline_that_is_none_ends_it_before_anything_runs(drill, tmp_path, text, expected):
    if text is not None:
        (tmp_path / "before.json").write_text(text)
    ended = drill("healthy.yaml", "--baseline", "before.json", command=["touch", "ran"])
    assert ended.returncode == 2
    assert "the baseline 'before.json'" in ended.stderr and expected in ended.stderr
    assert not (tmp_path / "ran").exists()


# Webhooks


@pytest.fixture
def hook():
    """A server that takes what is posted; `status` is what it answers."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            self.server.posts.append((self.path, dict(self.headers.items()), body.decode()))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.posts, server.status = [], 200
    server.place = f"127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_a_webhook_is_told_the_verdict_and_no_secret(drill, hook):
    secret = "sk-very-secret-1234567890"
    ended = drill("limited.yaml", "--webhook", f"http://u:pw@{hook.place}/path?token=t0k3n",
                  model=secret, MY_KEY=secret)
    assert ended.returncode == 1
    [(path, headers, text)] = hook.posts
    assert path == "/path?token=t0k3n"
    assert headers["authorization"] == "Basic " + base64.b64encode(b"u:pw").decode()
    body = json.loads(text)
    assert (body["verdict"], body["scenario"], body["exit"]) == ("fail", "limited", 0)
    assert body["counts"]["calls"] == 1
    assert body["failing"][0]["rule"] == "retry-after-honoured" and body["failing"][0]["says"]
    assert secret not in text and "client.py" not in text and "sk-brownout" not in text
    assert "webhook" not in ended.stderr


def test_a_chat_is_told_in_its_own_form(drill, hook):
    drill("limited.yaml", "--webhook", f"http://{hook.place}/", "--webhook-format", "slack")
    [(_, headers, text)] = hook.posts
    assert headers["content-type"] == "application/json"
    body = json.loads(text)
    assert list(body) == ["text"] and body["text"].startswith("*brownout: fail*: 1 run (1 fail)\n")
    assert "wanted &lt;= 1" in body["text"]


def test_a_webhook_that_fails_is_a_warning(drill, hook):
    hook.status = 500
    ended = drill("healthy.yaml", "--webhook", f"http://u:pw@{hook.place}/p4th?token=t0k3n")
    assert ended.returncode == 0
    assert f"warning: the webhook at http://{hook.place} was not told: it answered 500" \
        in ended.stderr
    hook.shutdown()
    hook.server_close()
    ended = drill("healthy.yaml", "--webhook", f"http://u:pw@{hook.place}/p4th?token=t0k3n")
    assert ended.returncode == 0 and f"the webhook at http://{hook.place} was not" in ended.stderr
    for word in ["u:pw", "p4th", "t0k3n"]:
        assert word not in ended.stderr + ended.stdout


# Journals


def test_report_judges_several_journals_in_every_form(tmp_path, serve):
    servers = [serve(SCENARIO), serve(HEALTHY)]
    (tmp_path / "client.py").write_text(CLIENT)
    for server in servers:
        subprocess.run(
            [sys.executable, tmp_path / "client.py", "early"], timeout=60, check=True,
            env=os.environ | {"OPENAI_BASE_URL": server.data + "/openai/v1",
                              "OPENAI_API_KEY": "sk-any", "BROWNOUT_URL": server.data},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.stop()
    journals = [word for server in servers for word in ["--journal", server.journal_file]]
    ended = subprocess.run(
        [BROWNOUT, "report", *journals, "--json", "v.json", "--junit", "v.xml",
         "--markdown", "v.md", "--html", "v.html"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1, ended.stderr
    verdict = verdict_of(tmp_path / "v.json")
    assert [run["verdict"] for run in verdict["runs"]] == ["fail", "pass"]
    suites = ElementTree.parse(tmp_path / "v.xml").getroot().findall("testsuite")
    assert [suite.get("name") for suite in suites] == [run["scenario"] for run in verdict["runs"]]
    assert len(Page((tmp_path / "v.html").read_text()).all("details")) == 2
    assert "## brownout: fail" in (tmp_path / "v.md").read_text()
    again = subprocess.run(
        [BROWNOUT, "report", *journals, "--baseline", "v.json"], cwd=tmp_path,
        capture_output=True, text=True, timeout=60)
    assert "nothing is worse" in again.stdout and again.returncode == 1
