"""Who asked: request ids that can be explained, call keys, attempts and sessions."""
import json
import urllib.request

import pytest

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
