"""Who asked: request ids that can be explained, call keys, attempts and sessions."""
import concurrent.futures
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import urllib.request

import pytest

from kit import BROWNOUT, Server, brownout, chat_body, message_body

FLAKY = """scenario: flaky
rules:
  - name: first attempts fail
    attempts: 1
    fault: {cause: server-error, retry-after: {ms: 10ms}}
"""


def first_status(server, headers=None, path="/v1/chat/completions"):
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "the same"}]}
    return server.post(path, body, headers)[0]


def test_a_request_id_of_an_error_can_be_explained(serve, connect, provider):
    server = serve(FLAKY)
    client = connect(provider, server, max_retries=0)
    with pytest.raises(client.errors.InternalServerError) as raised:
        client.ask()
    server.stop()
    explained = server.explain(raised.value.request_id)
    assert explained.returncode == 0, explained.stderr
    for word in ("first attempts fail", "server-error", "500"):
        assert word in explained.stdout


def test_a_request_id_of_a_success_can_be_explained(serve, connect, provider):
    server = serve()
    client = connect(provider, server)
    answer = client.ask()
    server.stop()
    explained = server.explain(answer._request_id)
    assert explained.returncode == 0, explained.stderr
    assert "200" in explained.stdout


def test_an_unknown_request_id_is_said_to_be_unknown(serve):
    server = serve()
    server.chat()
    server.stop()
    assert server.explain("req_0000000000000000").returncode != 0


HEAD = (b"POST /s/mine/v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n"
        b"content-type: application/json\r\ncontent-length: 5000\r\n\r\n")


def break_off(server, sent, reads_on):
    """Ends this side amid a request; what is answered to who reads on."""
    with socket.create_connection((server.address.hostname, server.address.port), 10) as client:
        client.sendall(sent)
        if not reads_on:
            return b""
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(9999), b""))


def test_who_ends_its_side_amid_its_body_reads_a_400_that_can_be_explained(serve):
    server = serve()
    head, _, body = break_off(server, HEAD + b'{"model":', True).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["error"]["type"] == "invalid_request_error"
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    [row] = server.journal_when(1)
    assert (row["status"], row["ending"], row["session"]) == (400, "complete", "mine")
    assert (row["method"], row["path"]) == ("POST", "/s/mine/v1/chat/completions")
    assert "after 9 of 5000 bytes of its body" in row["note"]
    explained = server.explain(fields["x-request-id"])
    assert explained.returncode == 0, explained.stderr
    assert "ended its side" in explained.stdout


@pytest.mark.parametrize("sent, place", [(HEAD + b'{"model":', "before its request was whole"),
                                         (HEAD[:40], "amid the head of its request")])
def test_who_leaves_amid_its_request_has_no_status(serve, sent, place):
    server = serve()
    break_off(server, sent, False)
    [row] = server.journal_when(1)
    assert (row["status"], row["bytes_sent"], row["ending"]) == (None, 0, "client-left")
    assert row["note"].startswith(f"the client left {place}")


def control(server, path):
    with urllib.request.urlopen(server.control + path, timeout=10) as answer:
        return json.load(answer)


def test_the_control_port_shows_the_exchange(serve):
    server = serve()
    _, headers, _ = server.chat()
    shown = control(server, f"/exchanges/{headers['x-request-id']}")
    assert shown["status"] == 200
    listed = control(server, "/exchanges")["exchanges"]
    assert [exchange["id"] for exchange in listed] == [shown["id"]]


def test_ids_are_the_same_in_every_run(serve):
    answers = [serve(FLAKY).chat("repeat me")[1]["x-request-id"] for _ in range(2)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("first", [True, False], ids=["x-brownout-call", "idempotency-key"])
def test_a_call_can_be_named(serve, first):
    name = "x-brownout-call" if first else "Idempotency-Key"
    server = serve(FLAKY)
    assert server.chat("one wording", {name: "call-7"})[0] == 500
    assert server.chat("another wording", {name: "call-7"})[0] == 200
    rows = server.journal()
    assert {row["call_key"] for row in rows} == {"call-7"}
    assert [row["attempt"] for row in rows] == [1, 2]


def test_a_success_ends_a_call(serve):
    server = serve(FLAKY)
    assert [first_status(server) for _ in range(4)] == [500, 200, 500, 200]
    assert server.attempts() == [1, 2, 1, 2]


def test_what_does_not_change_the_answer_does_not_change_the_call(serve):
    server = serve(FLAKY)
    server.chat("same", stream=False, user="a", metadata={"n": "1"})
    server.chat("same", stream=True, user="b")
    rows = server.journal()
    assert len({row["call_key"] for row in rows}) == 1
    assert [row["attempt"] for row in rows] == [1, 2]


def test_sessions_do_not_see_each_other(serve):
    server = serve(FLAKY)
    by_header = {"x-brownout-session": "mine"}
    assert first_status(server) == 500
    assert first_status(server, by_header) == 500
    assert first_status(server, path="/s/mine/openai/v1/chat/completions") == 200
    assert first_status(server) == 200
    rows = server.journal()
    assert [row["session"] for row in rows] == ["default", "mine", "mine", "default"]


def test_an_sdk_keeps_to_the_session_of_its_base_url(serve, connect, provider):
    server = serve(FLAKY)
    suffix = {"openai": "openai/v1", "anthropic": "anthropic"}[provider]
    client = connect(provider, server, base_url=f"{server.data}/s/prefixed/{suffix}")
    assert client.text(client.ask())
    assert {row["session"] for row in server.journal()} == {"prefixed"}


def test_bare_paths_work_for_both_providers(serve, connect, provider):
    server = serve()
    suffix = {"openai": "/v1", "anthropic": ""}[provider]
    client = connect(provider, server, base_url=server.data + suffix)
    assert client.text(client.ask())
    ids = [model.id for model in client.result(client.sdk.models.list()).data]
    assert any(name.startswith({"openai": "gpt", "anthropic": "claude"}[provider])
               for name in ids)
    assert {row["provider"] for row in server.journal()} == {provider}


def test_keys_are_not_in_the_journal(serve, connect, provider):
    server = serve()
    client = connect(provider, server, api_key="sk-very-secret-0123456789")
    client.ask("my key is sk-very-secret-0123456789")
    server.stop()
    for path in server.journal_file.parent.glob("journal*"):
        assert b"very-secret" not in path.read_bytes()


COUNTED = """scenario: two failures, then well
rules:
  - {name: flaky, sequence: [{fault: {cause: server-error, retry-after: {ms: 1ms}}},
                             {fault: {cause: server-error, retry-after: {ms: 1ms}}}, ok]}
"""


def test_a_call_that_was_given_up_is_over(serve, connect, provider):
    server = serve(COUNTED)
    client = connect(provider, server, max_retries=1)
    for _ in range(2):
        with pytest.raises(client.errors.InternalServerError):
            client.ask("the same")
    rows = server.journal()
    assert [(row["attempt"], row["ordinal"]) for row in rows] == [(1, 1), (2, 1), (1, 2), (2, 2)]
    assert len({row["id"] for row in rows}) == 4


def test_clients_that_say_the_same_do_not_share_attempts(serve):
    server = serve(COUNTED)

    def call(_):
        return [server.post("/v1/chat/completions", chat_body("the same"),
                            {"x-stainless-retry-count": str(retry)})[0] for retry in range(3)]

    with concurrent.futures.ThreadPoolExecutor(4) as clients:
        assert list(clients.map(call, range(4))) == [[500, 500, 200]] * 4


def test_an_attempt_that_may_be_another_calls_is_marked(serve):
    server = serve(FLAKY)
    assert [first_status(server) for _ in range(2)] == [500, 200]
    second = server.journal()[1]
    assert "unless it is another call" in server.explain(second["id"]).stdout
    listed = brownout("journal", "list", "--journal", server.journal_file).stdout
    assert " 2? " in listed and "x-brownout-call tells calls apart" in listed


def test_what_asks_no_model_uses_up_no_call(serve, connect, provider):
    server = serve("scenario: t\nrules: [{name: once, calls: 1, fault: {cause: overloaded}}]")
    client = connect(provider, server, max_retries=0)
    client.result(client.sdk.models.list())
    assert server.request("HEAD", "/anthropic/api/hello")[0] == 404
    assert server.request("POST", "/anthropic/api/event_logging/batch", b"{}")[0] == 404
    with pytest.raises(client.errors.APIStatusError) as raised:
        client.ask()
    assert raised.value.status_code == {"openai": 503, "anthropic": 529}[provider]
    assert client.text(client.ask("another"))


def test_an_id_after_a_reset_leads_to_all_it_was_given_to(serve):
    server = serve("scenario: t\nrules: [{name: busy, when: {header: {x-case: busy}}, "
                   "fault: overloaded}]")
    first = server.chat("hi", {"x-case": "busy"})
    server.command("POST", "/sessions/default/reset")
    second = server.chat("hi")
    identity = first[1]["x-request-id"]
    assert (first[0], second[0], second[1]["x-request-id"]) == (503, 200, identity)
    shown = server.command("GET", f"/exchanges/{identity}")[1]
    assert (shown["status"], [other["status"] for other in shown["others"]]) == (200, [503])
    server.stop()
    lines = server.explain(identity).stdout.splitlines()
    assert lines[0].startswith("2 exchanges have this id")
    assert "status 503, busy/overloaded" in lines[1]


def test_a_replayed_answer_is_found_by_the_id_that_went_out(serve, record, provider):
    recorder = record(serve("scenario: up\n"))
    asked = ask_with_id(recorder, provider)
    recorder.stop()
    assert f"request id    {asked}" in recorder.explain(asked).stdout
    replay = serve(f"scenario: r\nsource: {{replay: {json.dumps(str(recorder.file))}}}\n")
    assert ask_with_id(replay, provider) == asked
    shown = control(replay, f"/exchanges/{asked}")
    assert (shown["request_id"], shown["source"]) == (asked, "recording")
    replay.stop()
    explained = replay.explain(asked)
    assert explained.returncode == 0 and "recording" in explained.stdout, explained.stderr


def ask_with_id(server, provider):
    if provider == "openai":
        return server.chat("hi")[1]["x-request-id"]
    headers = {"anthropic-version": "2023-06-01", "x-api-key": "k", "Authorization": None}
    return server.post("/anthropic/v1/messages", message_body("hi"), headers)[1]["request-id"]


def test_what_is_not_served_is_said_once(serve):
    server = serve()
    for _ in range(3):
        assert server.post("/openai/v1/responses", {"model": "gpt-5", "input": "hi"})[0] == 404
        assert server.chat("hi", model="fake")[0] == 404
        assert server.post("//chat/completions", {})[0] == 404
    rows = server.journal()
    log = server.log.read_text()
    for words in ("OpenAI's Responses API", "`models: [fake]`", "a slash too many"):
        assert log.count(words) == 1
        assert sum(words in (row["note"] or "") for row in rows) == 3
    assert "Responses API" in server.explain(rows[0]["id"]).stdout


def test_a_session_named_like_a_key_is_found(serve):
    server = serve()
    name = "sk-plain-test-12345678"
    assert first_status(server, path=f"/s/{name}/openai/v1/chat/completions") == 200
    row, = control(server, f"/exchanges?session={name}")["exchanges"]
    assert (row["session"], row["path"]) == (name, f"/s/{name}/openai/v1/chat/completions")


@pytest.mark.parametrize("name", [".", "..", "%2e%2e", "a%2Fb"])
def test_what_paths_lose_names_no_session(serve, name):
    server = serve()
    assert first_status(server, {"x-brownout-session": name}) == 400
    assert first_status(server, path=f"/s/{name}/openai/v1/chat/completions") == 400
    assert server.command("POST", f"/sessions/{name}/reset")[0] in (400, 404)


def test_a_run_is_one_start_of_a_server(serve, tmp_path):
    file = tmp_path / "shared.sqlite"
    for text in ("one", "two"):
        server = serve("scenario: t\n", "--journal", str(file))
        assert server.chat(text)[0] == 200
        server.stop()

    def listed(*options):
        printed = brownout("journal", "list", "--json", "--journal", file, *options)
        assert printed.returncode == 0, printed.stderr
        return [json.loads(line)["run"] for line in printed.stdout.splitlines()]

    assert listed() == [1, 2]
    assert listed("--run", "last") == [2]
    assert listed("--run", "1") == [1]
    missing = brownout("journal", "list", "--journal", file, "--run", "3")
    assert missing.returncode == 1 and "the journal has runs 1 to 2" in missing.stderr
    runs = brownout("journal", "runs", "--journal", file).stdout
    assert [line.split()[0] for line in runs.splitlines()] == ["RUN", "1", "2"]


def as_nobody(*command):
    """Runs brownout as somebody who may write nothing, which root may."""
    user = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    return subprocess.run([BROWNOUT, *map(str, command)], capture_output=True, text=True,
                          timeout=60, **user)


def test_a_journal_is_read_where_nothing_can_be_written():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "box"
        folder.mkdir()
        if as_nobody("--version").returncode:
            pytest.skip("nobody may not run what is tested")
        server = Server(None, folder)
        server.chat()
        server.stop()
        pathlib.Path(name).chmod(0o755)
        server.journal_file.chmod(0o444)
        folder.chmod(0o555)
        listing = as_nobody("journal", "list", "--journal", server.journal_file)
        assert (listing.returncode, "200" in listing.stdout) == (0, True), listing.stderr
        server.journal_file.chmod(0o000)
        refused = as_nobody("journal", "list", "--journal", server.journal_file)
        assert refused.returncode == 1 and "permission denied" in refused.stderr
        refused = as_nobody("journal", "list", "--journal", folder)
        assert refused.returncode == 1 and "this is a folder" in refused.stderr
        folder.chmod(0o755)
