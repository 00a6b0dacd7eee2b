"""`brownout recordings`: what people do with recordings, by the command line alone."""
import base64
import gzip
import json
import os
import sqlite3
import subprocess

import pytest
import yaml

from kit import BROWNOUT, brownout


def document(identity, answer='{"id":"chatcmpl-1","n":1.0}', model="gpt-4o", status=200,
             recorded="2026-11-20T10:00:00.000000Z", path="/v1/chat/completions", extra=""):
    return f"""---
brownout-recording: 1
id: {identity}
recorded: {recorded}
provider: openai
dialect: openai
upstream: http://127.0.0.1:9000/openai/v1
recorder: by hand
failure: {str(status >= 400).lower()}
request:
  method: POST
  path: {path}
  headers:
    - content-type: application/json
{extra}  json:
    model: {model}
    messages:
      - role: user
        content: hello
response:
  status: {status}
  at: 1ms
  headers:
    - content-type: application/json
  chunks:
    - at: 2ms
      text: {json.dumps(answer)}
  ended: complete
  ended-at: 3ms
...
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "some.yaml"
    path.write_text(
        document("one") + "# a comment\n" + document("two", status=429, model="gpt-4o-mini")
        + document("three", recorded="2020-01-01T00:00:00Z", path="/v1/embeddings"))
    return path


def run(*arguments):
    done = brownout("recordings", *[str(argument) for argument in arguments])
    assert done.returncode in (0, 1, 2), done.stderr
    return done


def lines(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def ids(path, *options):
    return [row["id"] for row in lines(run("list", path, "--json", *options))]


def test_a_list_tells_recordings_apart(file):
    assert ids(file) == ["one", "two", "three"]
    assert ids(file, "--failed") == ["two"]
    assert ids(file, "--status", "200") == ["one", "three"]
    assert ids(file, "--model", "gpt-4o-*") == ["two"]
    assert ids(file, "--provider", "anthropic") == []
    table = run("list", file).stdout.splitlines()
    assert table[0].split() == ["ID", "RECORDED", "STATUS", "ENDED", "MODEL", "REQUEST"]
    assert table[2].split()[:4] == ["two", "2026-11-20T10:00:00Z", "429", "complete"]
    keys = [row["key"] for row in lines(run("list", file, "--json"))]
    assert len(set(keys)) == 3 and all(len(key) == 16 for key in keys)


def test_a_document_is_shown_as_it_is_kept(file):
    shown = run("show", file, "one")
    tree = yaml.safe_load(shown.stdout)
    assert tree["request"]["json"]["model"] == "gpt-4o"
    assert tree["response"]["json"] == {"id": "chatcmpl-1", "n": 1.0}
    assert run("show", file, "one", "--body").stdout == '{"id":"chatcmpl-1","n":1.0}'
    whole = json.loads(run("show", file, "two", "--json").stdout)
    assert whole["response"]["status"] == 429 and whole["failure"] is True
    missing = run("show", file, "four")
    assert missing.returncode == 1
    assert "no recording has the id 'four'" in missing.stderr
    assert run("show", file).returncode == 2


def test_a_coded_body_is_shown_decoded_and_raw(tmp_path):
    coded = gzip.compress(b'{"hello":"you"}', mtime=0)
    path = tmp_path / "gzip.yaml"
    path.write_text(document("one").replace(
        "  chunks:\n    - at: 2ms\n      text: " + json.dumps('{"id":"chatcmpl-1","n":1.0}'),
        "    - content-encoding: gzip\n  chunks:\n    - at: 2ms\n      base64: "
        + base64.b64encode(coded).decode()))
    assert run("show", path, "--body").stdout == '{"hello":"you"}'
    assert yaml.safe_load(run("show", path).stdout)["response"]["decoded"] == {"hello": "you"}
    raw = subprocess.run(
        [BROWNOUT, "recordings", "show", path, "--raw"], capture_output=True, timeout=60)
    assert raw.stdout == coded


def test_a_diff_shows_what_differs_and_ends_with_1(file, tmp_path):
    done = run("diff", file, "one", "two")
    assert done.returncode == 1
    assert '-   "model": "gpt-4o",' in done.stdout and '+   "model": "gpt-4o-mini",' in done.stdout
    assert "- 200" in done.stdout and "+ 429" in done.stdout
    assert "content-type" not in [line[2:] for line in done.stdout.splitlines() if line[0] in "+-"]
    other = tmp_path / "other.yaml"
    other.write_text(document("one") + document("two", status=429, model="gpt-4o-mini"))
    done = run("diff", file, other)
    assert done.returncode == 1 and done.stdout == f"only in {file}: three\n"
    assert run("diff", file, file).returncode == 0
    beside = run("diff", file, "one", "two", "--side-by-side").stdout
    assert "gpt-4o-mini" in beside and beside.split()[:2] == ["one", "two"]


def test_every_command_says_what_it_did_in_json_too(file, tmp_path):
    def said(*arguments, code=0):
        done = run(*arguments, "--json")
        assert done.returncode == code, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    differ = said("diff", file, "one", "two", code=1)
    assert [(row["left"], row["right"], row["same"]) for row in differ] == [("one", "two", False)]
    assert {"left": "200", "right": "429"} in differ[0]["lines"]
    other = tmp_path / "other.yaml"
    other.write_text(document("one"))
    assert [row.get("only-in") for row in said("diff", file, other, code=1)] == [
        None, str(file), str(file)]
    assert said("check", file) == [{"recordings": 3, "findings": 0}]
    store, copy = tmp_path / "store.sqlite", tmp_path / "copy.yaml"
    assert said("pack", file, "--to", store) == [{"recordings": 3, "to": str(store)}]
    assert said("unpack", store, "--to", copy) == [{"recordings": 3, "to": str(copy)}]
    gone = said("prune", file, "--failed", "--dry-run")
    assert gone[0]["id"] == "two" and gone[1:] == [{"removed": 0, "matched": 1}]
    assert said("prune", file, "--failed")[1:] == [{"removed": 1, "matched": 1}]
    broken = tmp_path / "broken.yaml"
    broken.write_text(document("one", extra=f"    - x-note: {SECRET}\n") + "---\nx: 1\n...\n")
    found = said("check", broken, code=1)
    assert found[0]["file"] == str(broken) and found[0]["line"] == 15 and "shown" in found[0]
    assert any(row.get("severity") == "error" for row in found)
    assert found[-1] == {"recordings": 1, "findings": 2}


def test_a_scenario_says_how_many_recordings_it_answers_from(file, tmp_path):
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    scenario = tmp_path / "scenario.yaml"
    for source, count in [(file, "3 recordings"), (empty, "0 recordings")]:
        scenario.write_text(f"scenario: some\nsource: {{replay: {source}}}\n")
        done = brownout("check", scenario)
        assert done.returncode == 0 and f"answers from {count} in " in done.stdout
        assert ("warning: there are no recordings in" in done.stderr) == (source == empty)
        assert json.loads(brownout("check", scenario, "--json").stdout)["recordings"] == int(
            count.split()[0])


def test_what_never_ends_is_refused_at_once(file, tmp_path):
    fifo, scenario = tmp_path / "fifo", tmp_path / "scenario.yaml"
    os.mkfifo(fifo)
    scenario.write_text(f"scenario: some\nsource: {{replay: {fifo}}}\n")
    for command in [["check", scenario], ["serve", scenario, "--port", "0"]]:
        done = brownout(*command)
        assert done.returncode in (1, 2)
        assert f"scenario.yaml:2:18: error: '{fifo}' is a FIFO" in done.stderr
    for command in ["list", "check", "show"]:
        done = run(command, fifo)
        assert done.returncode == 1 and f"{fifo}: error: this is a FIFO" in done.stderr
    for command in [["export", file, "--to", fifo, "--format", "har"], ["import", fifo, "--to", "x"],
                    ["import", file, "--to", fifo]]:
        done = run(*command)
        assert done.returncode == 1 and "is a FIFO" in done.stderr
    done = brownout("check", fifo)
    assert done.returncode == 1 and "it is a FIFO, and no file" in done.stderr
    for command in [["serve", "--port", "0", "--control-port", "0"], ["journal", "list"]]:
        done = brownout(*command, "--journal", fifo)
        assert done.returncode != 0 and "a journal is a file, and this is none" in done.stderr
    # A pipe that was given to the process is what it asked for.
    given = subprocess.run(
        [BROWNOUT, "check", "/dev/stdin"], input="scenario: piped\n", capture_output=True,
        text=True, timeout=60)
    assert given.returncode == 0 and "piped" in given.stdout


@pytest.mark.parametrize("options, gone", [
    (["--pattern", "gpt-4o-*"], ["two"]), (["--pattern", "*embeddings"], ["three"]),
    (["--pattern", "one"], ["one"]), (["--failed"], ["two"]), (["--older-than", "365d"], ["three"]),
    (["--all"], ["one", "two", "three"]), (["--status", "200", "--model", "gpt-4o"],
                                           ["one", "three"])])
def test_pruning_takes_out_what_is_named(file, tmp_path, options, gone):
    before = file.read_text()
    store = tmp_path / "store.sqlite"
    assert run("pack", file, "--to", store).returncode == 0
    dry = run("prune", file, *options, "--dry-run")
    assert [line.split()[0] for line in dry.stdout.splitlines()[:-1]] == gone
    assert file.read_text() == before
    rest = [name for name in ["one", "two", "three"] if name not in gone]
    for path in [file, store]:
        done = run("prune", path, *options)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1].startswith(f"{len(gone)} recording")
        assert ids(path) == rest
    if gone == ["two"]:
        assert file.read_text() == document("one") + "# a comment\n" + document(
            "three", recorded="2020-01-01T00:00:00Z", path="/v1/embeddings")


def test_pruning_by_key(file):
    key = lines(run("list", file, "--json"))[1]["key"]
    assert run("prune", file, "--key", key).returncode == 0
    assert ids(file) == ["one", "three"]
    assert run("prune", file).returncode == 2
    assert run("prune", file, "--all", "--failed").returncode == 2
    assert run("prune", file, "--key", "xyz").returncode == 2
    assert run("prune", file, "--older-than", "soon").returncode == 2


def test_a_store_holds_the_same_and_gives_it_back(file, tmp_path):
    store, copy, folder = tmp_path / "store.sqlite", tmp_path / "copy.yaml", tmp_path / "folder"
    assert run("pack", file, "--to", store).returncode == 0
    database = sqlite3.connect(store)
    assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    assert database.execute("select count(*) from recording").fetchone() == (3,)
    database.close()
    assert ids(store) == ["one", "two", "three"]
    assert run("unpack", store, "--to", copy).returncode == 0
    assert run("unpack", store, "--to", folder).returncode == 0
    assert ids(copy) == ids(folder) == ids(store)
    assert run("diff", file, copy).returncode == 0
    again = tmp_path / "again.sqlite"
    assert run("pack", folder, "--to", again).returncode == 0
    twice = tmp_path / "twice.yaml"
    assert run("unpack", again, "--to", twice).returncode == 0
    assert twice.read_bytes() == copy.read_bytes()
    # Nothing that is there is written over.
    assert run("unpack", store, "--to", copy).returncode == 1
    assert run("unpack", store, "--to", folder).returncode == 1
    before = store.read_bytes()
    done = run("pack", file, "--to", store)
    assert done.returncode == 1 and "occurs twice" in done.stderr
    assert store.read_bytes() == before
    assert run("pack", file, "--to", copy).returncode == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "again.sqlite", "copy.yaml", "folder", "some.yaml", "store.sqlite", "twice.yaml"]


SECRET = "sk-proj-" + "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW"


def test_a_check_finds_secrets_with_their_place(file, tmp_path):
    assert run("check", file).returncode == 0
    path = tmp_path / "leak.yaml"
    text = document("one") + document("two", extra=f"    - x-note: {SECRET}\n")
    path.write_text(text)
    line = text.splitlines().index(f"    - x-note: {SECRET}") + 1
    done = run("check", path)
    assert done.returncode == 1
    assert f"{path}:{line}:15: secret: " in done.stdout
    assert SECRET not in done.stdout + done.stderr
    store = tmp_path / "store.sqlite"
    assert run("pack", path, "--to", store).returncode == 0
    assert run("check", store).returncode == 1


def test_a_check_finds_what_is_no_right_recording(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(document("one") + document("two").replace("  method:", "  metod:")
                    + document("three").replace("ended: complete", "ended: well"))
    done = run("check", path)
    assert done.returncode == 1
    line = document("one").count("\n") + 11
    assert f"{path}:{line}:3: error: unknown key 'metod' in a request; did you mean 'method'?" \
        in done.stdout
    assert "error: 'well' is not an ending" in done.stdout
    assert done.stderr == "2 findings in 1 recording\n"
    for command in (["list", path], ["show", path, "two"], ["prune", path, "--all"]):
        assert run(*command).returncode == 1
    assert run("list", tmp_path / "none").returncode == 1


def test_an_id_that_occurs_twice_is_refused(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text(document("one") + document("one"))
    done = run("list", path)
    line = document("one").count("\n") + 1
    assert done.returncode == 1
    assert f"{path}:{line}: error: the id 'one' occurs twice" in done.stderr
    assert f"the first one is at {path}:1" in done.stderr
