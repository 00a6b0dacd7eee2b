"""Recordings come from other tools, and go back to them: vcrpy itself reads what we write."""
import base64
import gzip
import json
import os
import pathlib
import subprocess

import pytest

from kit import BROWNOUT

vcr = pytest.importorskip("vcr")
requests = pytest.importorskip("requests")

FIXTURES = (
    pathlib.Path(__file__).parent.parent / "BrownoutRecordingsTests" / "Fixtures" / "Import"
)


def recordings(*arguments):
    return subprocess.run(
        [BROWNOUT, "recordings", *map(str, arguments)], capture_output=True, text=True,
        check=False, timeout=60)


def imported(tmp_path, *files, options=()):
    target = tmp_path / "imported.yaml"
    done = recordings("import", *files, "--to", target, *options)
    assert done.returncode == 0, done.stderr
    return target, done


def exported(source, target, *options):
    done = recordings("export", source, "--to", target, *options)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("name", sorted(
    path.name for path in FIXTURES.iterdir() if path.suffix != ".expected"))
def test_every_format_is_found_out(tmp_path, name):
    target = tmp_path / "imported.yaml"
    done = recordings("import", FIXTURES / name, "--to", target)
    # One of them is about no provider, which is said, and keeps nobody out.
    assert done.returncode == (1 if name == "traces.jsonl" else 0), done.stderr
    assert "from" in done.stdout
    assert target.read_text().startswith("---\nbrownout-recording: 1\n")


def test_what_is_imported_has_no_secrets(tmp_path):
    target, _ = imported(tmp_path, FIXTURES / "vcr-requests-coded.yaml")
    assert "sk-test-fake" not in target.read_text()
    kept = tmp_path / "kept.yaml"
    done = recordings(
        "import", FIXTURES / "vcr-requests-coded.yaml", "--to", kept, "--keep-secrets")
    assert done.returncode == 0
    assert "sk-test-fake" in kept.read_text()


def test_a_file_is_added_to_and_ids_stay_apart(tmp_path):
    target, _ = imported(tmp_path, FIXTURES / "traceforge.json")
    imported(tmp_path, FIXTURES / "traceforge.json", FIXTURES / "aimock.json")
    ids = [line for line in target.read_text().splitlines() if line.startswith("id: ")]
    assert len(ids) == len(set(ids)) > 2
    before = target.read_bytes()
    _, done = imported(tmp_path, FIXTURES / "traceforge.json")
    assert "already there, unchanged" in done.stdout and done.stdout.endswith("\n")
    assert target.read_bytes() == before


def cassette(path, text, uri="https://api.openai.com/v1/chat/completions", body=None):
    path.parent.mkdir(exist_ok=True)
    asked = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]})
    path.write_text(json.dumps({"version": 1, "interactions": [{
        "request": {"method": "POST", "uri": uri, "body": asked,
                    "headers": {"content-type": ["application/json"]}},
        "response": {"status": {"code": 200, "message": "OK"},
                     "headers": {"content-type": ["application/json"]},
                     "body": {"string": body or json.dumps({"text": text})}}}]}))
    return path


SOCKET = "interactions:\n- {kind: message, data: {type: session.update}}\nversion: 1\n"


def test_one_bad_file_does_not_keep_the_others_out(tmp_path):
    first = cassette(tmp_path / "first" / "recording.json", "first")
    second = cassette(tmp_path / "second" / "recording.json", "second")
    socket = tmp_path / "socket.yaml"
    socket.write_text(SOCKET)
    os.mkfifo(tmp_path / "fifo")
    files = [first, socket, tmp_path / "gone.yaml", tmp_path / "fifo", second]
    for target in [tmp_path / "all.yaml", f"{tmp_path}/folder/"]:
        done = recordings("import", *files, "--to", target)
        assert done.returncode == 1
        assert "socket.yaml:interaction 1 (line 2): error: is a message of a WebSocket" in (
            done.stderr)
        assert "gone.yaml: error: cannot be read: No such file" in done.stderr
        assert "fifo: error: cannot be read: it is a FIFO" in done.stderr
        assert done.stderr.endswith("error: 2 files and 1 entry could not be read\n")
        listed = recordings("list", target, "--json").stdout.splitlines()
        assert [json.loads(line)["id"] for line in listed] == [
            "first-recording-1", "second-recording-1"]
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == [
        "first-recording.yaml", "second-recording.yaml"]


def test_an_import_of_nothing_is_no_success(tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({
        "request": {"method": "POST", "urlPath": "/v1/chat/completions"},
        "response": {"status": 200, "body": "{}"}}))
    elsewhere = cassette(tmp_path / "else.json", "a", uri="https://example.com/v1/other")
    for file, words in [(mapping, "WireMock"), (elsewhere, "example.com is no provider")]:
        for target in ["out.yaml", "new/"]:
            done = recordings("import", file, "--to", f"{tmp_path}/{target}")
            assert done.returncode == 1 and words in done.stderr
            assert "error: nothing was imported" in done.stderr
            assert not (tmp_path / target).exists()


def test_a_folder_gets_a_file_for_each(tmp_path):
    folder = tmp_path / "recordings"
    folder.mkdir()
    done = recordings(
        "import", FIXTURES / "aimock.json", FIXTURES / "chrome.har", "--to", folder)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["aimock.yaml", "chrome.yaml"]


def test_a_cassette_of_ours_is_replayed_by_vcrpy(tmp_path):
    source, _ = imported(tmp_path, FIXTURES / "vcr-gzip-binary.yaml",
                         FIXTURES / "vcr-openai-sdk.yaml", options=["--keep-secrets"])
    cassette = tmp_path / "again.yaml"
    done = exported(source, cassette)
    assert "gzip" in done.stderr
    with vcr.use_cassette(str(cassette), record_mode="none", allow_playback_repeats=True) as tape:
        url = "https://api.openai.com/v1/chat/completions"
        first = requests.post(url, json={"any": 1}, timeout=5)
        assert first.json()["choices"][0]["message"]["content"] == "zipped as sent"
        assert tape.play_count == 1
        bodies = [response["body"]["string"] for response in tape.responses]
    assert any(b"data: [DONE]" in body for body in bodies)


def test_the_sdks_read_a_cassette_of_ours(tmp_path):
    openai = pytest.importorskip("openai")
    source, _ = imported(tmp_path, FIXTURES / "vcr-openai-sdk.yaml")
    cassette = tmp_path / "again.yaml"
    exported(source, cassette, "--format", "vcr")
    client = openai.OpenAI(
        base_url="https://api.openai.com/v1", api_key="sk-test", max_retries=0)
    messages = [{"role": "user", "content": "Hi"}]
    with vcr.use_cassette(str(cassette), record_mode="none"):
        plain = client.chat.completions.create(model="gpt-4o-mini", messages=messages)
        chunks = list(client.chat.completions.create(
            model="gpt-4o-mini", messages=messages, stream=True))
    assert plain.choices[0].message.content.startswith("A shadow remembers")
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert chunks[-1].choices[0].finish_reason == "length"


def test_what_was_recorded_plays_under_the_url_that_was_asked(tmp_path, serve, record):
    openai = pytest.importorskip("openai")
    anthropic = pytest.importorskip("anthropic")
    upstream = serve()
    recorder = record(upstream)
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}
    told = {"model": "claude-sonnet-4-5", "max_tokens": 8,
            "messages": [{"role": "user", "content": "Hi"}]}

    def ask(base):
        client = openai.OpenAI(base_url=f"{base}/openai/v1", api_key="sk-test", max_retries=0)
        other = anthropic.Anthropic(
            base_url=f"{base}/anthropic", api_key="sk-test", max_retries=0)
        return [
            client.chat.completions.create(**asked).id,
            [chunk.id for chunk in client.chat.completions.create(**asked, stream=True)],
            client.models.list().data[0].id, other.messages.create(**told).id]

    said = ask(recorder.data)
    recorder.stop()
    archive, tape = tmp_path / "out.har", tmp_path / "out.yaml"
    exported(recorder.file, archive)
    exported(recorder.file, tape, "--format", "vcr")
    urls = [entry["request"]["url"] for entry in json.loads(archive.read_text())["log"]["entries"]]
    assert urls == [f"{upstream.data}/openai/v1/{path}" for path in [
        "chat/completions", "chat/completions", "models"]] + [
        f"{upstream.data}/anthropic/v1/messages"]
    upstream.stop()
    with vcr.use_cassette(str(tape), record_mode="none"):
        assert ask(upstream.data) == said


def test_an_archive_is_har_and_comes_back_as_it_was(tmp_path):
    source, _ = imported(tmp_path, FIXTURES / "vcr-gzip-binary.yaml", FIXTURES / "chrome.har")
    archive = tmp_path / "out.har"
    exported(source, archive)
    log = json.loads(archive.read_text())["log"]
    assert log["version"] == "1.2" and log["creator"]["name"] == "Brownout"
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert {"method", "url", "httpVersion", "cookies", "headers", "queryString",
                "headersSize", "bodySize"} <= set(entry["request"])
        assert {"status", "statusText", "httpVersion", "cookies", "headers", "content",
                "redirectURL", "headersSize", "bodySize"} <= set(entry["response"])
        timings = entry["timings"]
        assert entry["time"] == pytest.approx(
            timings["send"] + timings["wait"] + timings["receive"])
    first = log["entries"][0]
    assert json.loads(first["response"]["content"]["text"])["id"] == "chatcmpl-1"
    sent = gzip.decompress(base64.b64decode(first["_brownout"]["body"]))
    assert sent.decode() == first["response"]["content"]["text"]
    again = tmp_path / "again.yaml"
    done = recordings("import", archive, "--to", again)
    assert done.returncode == 0 and done.stderr == ""
    exported(again, tmp_path / "second.har")
    second = json.loads((tmp_path / "second.har").read_text())["log"]["entries"]
    assert log["entries"] == second


@pytest.mark.parametrize(("text", "expected"), [
    ("interactions: [{request: {}}]", "interaction 1 (line 1): error: has no 'response'"),
    ("{\"a\": ", "1:7: error: this is not JSON"),
    ("nothing", "is none of the formats that can be imported: 'vcr', 'har', 'aimock', 'trace'"),
])
def test_what_cannot_be_read_is_said_with_its_place(tmp_path, text, expected):
    file = tmp_path / "broken"
    file.write_text(text)
    done = recordings("import", file, "--to", tmp_path / "out.yaml")
    assert done.returncode == 1
    assert expected in done.stderr
    assert not (tmp_path / "out.yaml").exists()


def test_a_wrong_option_is_said():
    done = recordings("import", "x", "--to", "y", "--format", "cassette")
    assert done.returncode == 2 and "expected one of vcr, har, aimock, trace" in done.stderr
    done = recordings("import", "x", "--to", "y", "--host", "a=b")
    assert done.returncode == 2 and "expected one of openai, anthropic" in done.stderr


TAGGED = """
interactions:
- request:
    body: '{"model": "gpt-4o", "messages": [{"role": "user", "content": "tags"}]}'
    headers:
      ? !!python/object/apply:multidict._multidict.istr
      - Content-Type
      : - application/json
    method: POST
    uri: https://api.openai.com/v1/chat/completions
  response:
    body: {string: '{"error": {"message": "slow down", "type": "requests"}}'}
    headers:
      ? !!python/object/new:multidict._multidict.istr
      - Content-Type
      : - application/json
      ? !!python/object/new:multidict._multidict.istr
      - Retry-After
      : - '7'
    status: {code: 429, message: Too Many Requests}
version: 1
"""


def test_header_names_that_python_tagged_are_replayed_as_names(tmp_path, serve):
    openai = pytest.importorskip("openai")
    tagged = tmp_path / "tagged.yaml"
    tagged.write_text(TAGGED)
    source, _ = imported(tmp_path, tagged)
    server = serve(REPLAY.format(file=source, more=""))
    client = openai.OpenAI(base_url=f"{server.data}/openai/v1", api_key="sk", max_retries=0)
    with pytest.raises(openai.RateLimitError) as limited:
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "tags"}])
    assert limited.value.response.headers["retry-after"] == "7"
    assert limited.value.response.headers["content-type"] == "application/json"


def listed(path, **items):
    query = "&".join(f"{name}={value}" for name, value in items.items())
    return {
        "request": {"method": "GET", "uri": f"https://api.openai.com{path}?{query}",
                    "headers": {}, "body": None},
        "response": {"status": {"code": 200, "message": "OK"},
                     "headers": {"content-type": ["application/json"]},
                     "body": {"string": json.dumps({
                         "object": "list", "has_more": "after" not in items,
                         "data": [{"id": "file-b" if "after" in items else "file-a"}]})}}}


@pytest.mark.parametrize("path", ["/v1/files", "/v1/models", "/v1/threads/t/messages"])
def test_pages_of_a_list_are_told_apart(tmp_path, serve, path):
    pages = tmp_path / "pages.json"
    pages.write_text(json.dumps({"version": 1, "interactions": [
        listed(path, limit=1), listed(path, limit=1, after="file-a")]}))
    source, _ = imported(tmp_path, pages)

    def names(server, *queries):
        return [json.loads(server.request("GET", f"/openai{path}{query}")[2])["data"][0]["id"]
                for query in queries]

    asked = ["?limit=1&after=file-a", "?after=file-a&limit=1", "?limit=1", "?limit=1"]
    server = serve(REPLAY.format(file=source, more=""))
    assert names(server, *asked) == ["file-b", "file-b", "file-a", "file-a"]
    dropped = serve(REPLAY.format(file=source, more=", match: {drop: query}"))
    assert names(dropped, *asked) == ["file-a", "file-b", "file-b", "file-b"]


def test_a_path_of_a_known_host_is_all_of_it(tmp_path, serve):
    path = "/v1/engines/davinci/completions"
    file = cassette(tmp_path / "engine.json", "a", uri=f"https://api.openai.com{path}")
    source, _ = imported(tmp_path, file)
    server = serve(REPLAY.format(file=source, more=""))
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "a"}]}
    assert server.post(f"/openai{path}", asked)[0] == 200


REPLAY = "scenario: imported\nsource: {{replay: {file}, on-miss: fail{more}}}\n"


def test_the_sdks_are_answered_from_an_imported_cassette(tmp_path, serve):
    openai, anthropic = pytest.importorskip("openai"), pytest.importorskip("anthropic")
    source, _ = imported(
        tmp_path, FIXTURES / "vcr-openai-sdk.yaml", FIXTURES / "vcr-anthropic-sdk.yaml")
    server = serve(REPLAY.format(file=source, more=""))
    client = openai.OpenAI(
        base_url=f"{server.data}/openai/v1", api_key="sk-other", max_retries=0)
    asked = {"model": "gpt-4o-mini", "max_tokens": 12, "messages": [
        {"role": "user", "content": 'Say "héllo", please: a: b # c\nsecond line 🌍'}]}
    counted = {"model": "gpt-4o-mini", "max_tokens": 8, "messages": [
        {"role": "user", "content": "Count to three."}]}
    plain = client.chat.completions.create(**asked)
    assert plain.id == "chatcmpl-TrCrHTZAYb7Wl71s6WcYx87a9xkbt"
    # Each kind, of what was recorded as the other.
    chunks = list(client.chat.completions.create(
        **asked, stream=True, stream_options={"include_usage": True}))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == plain.choices[0].message.content
    assert {chunk.id for chunk in chunks} == {plain.id}
    assert chunks[-1].usage == plain.usage
    streamed = list(client.chat.completions.create(**counted, stream=True))
    text = "".join(c.choices[0].delta.content or "" for c in streamed if c.choices)
    whole = client.chat.completions.create(**counted)
    assert whole.choices[0].message.content == text != ""
    assert whole.id == streamed[0].id and whole.choices[0].finish_reason == "length"
    with pytest.raises(openai.NotFoundError) as missed:
        client.chat.completions.create(model="gpt-4o-mini", messages=[
            {"role": "user", "content": "Count to four."}])
    assert "vcr-openai-sdk-2" in str(missed.value)
    # A run with a request that no recording answered fails.
    server.exit_code = 1
    claude = anthropic.Anthropic(base_url=f"{server.data}/anthropic", api_key="other",
                                 max_retries=0)
    hello = {"model": "claude-sonnet-4-5", "max_tokens": 12,
             "messages": [{"role": "user", "content": "Hi"}]}
    with claude.messages.stream(**hello) as stream:
        final = stream.get_final_message()
    message = claude.messages.create(**hello)
    assert message.content[0].text == final.content[0].text != ""
    assert message.id == final.id
    assert message.usage.output_tokens == final.usage.output_tokens


def test_fixtures_of_aimock_answer_by_the_last_user_message(tmp_path, serve):
    openai = pytest.importorskip("openai")
    source, done = imported(tmp_path, FIXTURES / "aimock.json")
    assert "match: {on: [last-user-message]}" in done.stderr
    server = serve(REPLAY.format(file=source, more=", match: {on: [last-user-message]}"))
    client = openai.OpenAI(
        base_url=f"{server.data}/openai/v1", api_key="sk-other", max_retries=0)
    messages = [{"role": "system", "content": "any"}, {"role": "user", "content": "hello"}]
    answer = client.chat.completions.create(model="gpt-4o", messages=messages)
    assert answer.choices[0].message.content == "Hi there!"
    assert answer.id == "chatcmpl-fixture"
    with pytest.raises(openai.RateLimitError) as limited:
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "limit"}])
    assert limited.value.response.headers["retry-after"] == "3"
