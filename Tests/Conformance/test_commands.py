"""What the commands say and leave behind, as their users meet it. No SDK has a part in it."""
import http.server
import json
import os
import signal
import subprocess
import time

import pytest
from kit import BROWNOUT, brownout

pytestmark = pytest.mark.skipif(
    os.environ.get("PAIRING", "newest") != "newest", reason="no SDK has a part in it")

GOOD = "scenario: good\nrules:\n  - name: a\n    fault: {cut: reset, at: in tool-arguments}\n"
BROKEN = "scenario: broken\nrules:\n  - name: a\n    wen: {stream: true}\n    fault: reset\n"


def run(folder, *arguments, text=None):
    return subprocess.run([BROWNOUT, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, cwd=folder, input=text)


@pytest.mark.parametrize("words, said", [
    (["serv"], "error: there is no command 'serv'; did you mean 'serve'?"),
    (["journal", "lst"], "error: there is no command 'lst'; did you mean 'list'?"),
    (["recordings", "frobnicate"], "error: there is no command 'frobnicate'\nallowed: list, "),
    (["serve", "--prot", "1"], "error: Unknown option '--prot'. Did you mean '--port'?\n"
                               "Usage: brownout serve "),
    (["serve", "--port", "-1"], "error: --port is -1; expected 0 to 65535\n"
                                "Usage: brownout serve "),
    (["serve", "--control-port", "-1"], "error: --control-port is -1; expected 0 to 65535\n"),
    (["serve", "--port", "9000", "--control-port", "9000"],
     "error: --port and --control-port are both 9000"),
    (["record", "--upstream", "openai", "--to", "x.yaml"],
     "error: --upstream is 'openai'; expected NAME=URL, for example "
     "openai=https://api.openai.com/v1\nUsage: brownout record "),
    (["record", "--upstream", "foo=http://localhost:1", "--to", "x.yaml"],
     "error: 'foo' is not a provider; known are openai, anthropic, mistral, ollama, and a scenario can add others\n"
     "Usage: brownout record "),
    (["recordings", "export", "x.yaml", "--to", "x.txt"],
     "error: 'x.txt' does not say what to write; give --format har or --format vcr\n"
     "Usage: brownout recordings export "),
    (["recordings", "import", "x.har", "--to", "y.yaml", "--host", "foo"],
     "error: --host is 'foo'; expected HOST=PROVIDER, one of openai, anthropic, mistral, ollama\n"
     "Usage: brownout recordings import "),
])
def test_a_wrong_command_line_is_told_what_was_found_and_how_it_goes(tmp_path, words, said):
    result = run(tmp_path, *words)
    assert result.returncode == 2
    assert result.stderr.startswith(said)
    assert "--help' for more information." in result.stderr
    assert result.stdout == ""
    assert os.listdir(tmp_path) == []


def test_check_takes_folders_and_standard_input(tmp_path):
    (tmp_path / "b.yaml").write_text(GOOD)
    (tmp_path / "a.yml").write_text(GOOD)
    (tmp_path / "notes.md").write_text("no scenario")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.yaml").write_text(GOOD)
    result = run(tmp_path, "check", ".")
    assert result.returncode == 0, result.stderr
    heads = [line for line in result.stdout.splitlines() if line.endswith(": good")]
    assert heads == ["./a.yml: good", "./b.yaml: good"]
    assert "cut reset in tool-arguments" in result.stdout
    result = run(tmp_path, "check", "-", text=GOOD)
    assert (result.returncode, result.stdout.splitlines()[0]) == (0, "<stdin>: good")
    result = run(tmp_path, "check", "-", text=BROKEN)
    assert result.returncode == 1
    assert result.stderr.startswith("<stdin>:4:5: error: unknown key 'wen' in a rule")
    (tmp_path / "empty").mkdir()
    result = run(tmp_path, "check", "empty", "b.yaml")
    assert result.returncode == 1
    assert result.stderr.startswith("empty: error: the folder holds no *.yaml or *.yml")
    assert "b.yaml: good" in result.stdout


def test_check_says_in_json_what_is_wrong_with_each_file_and_where(tmp_path):
    (tmp_path / "broken.yaml").write_text(BROKEN)
    (tmp_path / "good.yaml").write_text(GOOD)
    result = run(tmp_path, "check", "broken.yaml", "missing.yaml", "good.yaml", "--json")
    assert (result.returncode, result.stderr) == (1, "")
    broken, missing, good = map(json.loads, result.stdout.splitlines())
    assert (broken["file"], broken["omitted"]) == ("broken.yaml", 0)
    [diagnostic] = broken["diagnostics"]
    assert diagnostic == {
        "file": "broken.yaml", "severity": "error", "line": 4, "column": 5, "end-line": 4,
        "end-column": 8, "message": "unknown key 'wen' in a rule", "nearest": "when",
        "allowed": diagnostic["allowed"]}
    assert "when" in diagnostic["allowed"]
    assert missing["diagnostics"][0]["message"] == "cannot be read: No such file or directory"
    assert good["scenario"] == "good" and "diagnostics" not in good


def test_a_port_that_is_taken_is_named_and_no_journal_is_left_behind(tmp_path):
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        taken = str(other.server_port)
        for ports in (["--port", taken, "--control-port", "0"],
                      ["--port", "0", "--control-port", taken]):
            result = run(tmp_path, "serve", *ports)
            assert result.returncode == 4
            assert f"127.0.0.1:{taken} is already in use; stop what listens there" in result.stderr
            assert os.listdir(tmp_path) == []


def start(folder, *arguments):
    process = subprocess.Popen(
        [BROWNOUT, "serve", *arguments, "--port", "0", "--control-port", "0", "--no-journal",
         "--ready-file", "ready.json"], cwd=folder, stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return process


def wait(file, process):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists():
            return json.loads(file.read_text())
        time.sleep(0.01)
    raise AssertionError("did not get ready")


def test_the_ready_file_is_there_as_long_as_its_server(tmp_path):
    ready = tmp_path / "ready.json"
    ready.write_text('{"pid": 1}')
    result = run(tmp_path, "serve", "no-such.yaml", "--ready-file", "ready.json")
    assert (result.returncode, ready.exists()) == (2, False)
    first = start(tmp_path)
    info = wait(ready, first)
    assert (info["pid"], sorted(info)) == (first.pid, ["control", "data", "pid", "seed"])
    # A server that took the file over keeps it.
    second = start(tmp_path)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if ready.exists() and json.loads(ready.read_text())["pid"] == second.pid:
            break
        time.sleep(0.01)
    first.send_signal(signal.SIGTERM)
    assert first.wait(20) == 0
    assert json.loads(ready.read_text())["pid"] == second.pid
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0
    assert not ready.exists()


def test_a_scenario_is_served_from_standard_input(tmp_path):
    process = start(tmp_path, "-")
    process.stdin.write('{"scenario": "a smile \\ud83d\\ude00"}')
    process.stdin.close()
    wait(tmp_path / "ready.json", process)
    process.send_signal(signal.SIGHUP)
    line = process.stderr.readline()
    assert "serving 'a smile \N{GRINNING FACE}'" in line
    assert "there is no scenario file to read again" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
