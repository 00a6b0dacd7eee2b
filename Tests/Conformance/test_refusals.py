"""Requests that a provider refuses by itself, and the 4xx it does it with."""
import json

import pytest

from kit import chat_body, message_body

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"


@pytest.fixture
def server(serve):
    return serve()


def error_of(answer):
    """Status and error object of a refused raw request."""
    status, headers, body = answer
    assert headers["content-type"].startswith("application/json")
    return status, json.loads(body)["error"]


@pytest.mark.parametrize(("provider", "field", "value"), [
    ("openai", "messages", "not a list"), ("openai", "max_tokens", "many"),
    ("openai", "temperature", "warm"), ("openai", "messages", []),
    ("anthropic", "messages", "not a list"), ("anthropic", "max_tokens", "many"),
    ("anthropic", "max_tokens", 0), ("anthropic", "messages", [])])
def test_a_wrong_value_is_a_bad_request(connect, server, provider, field, value):
    client = connect(provider, server)
    with pytest.raises(client.errors.BadRequestError) as raised:
        client.ask(extra_body={field: value})
    assert client.error_type(raised.value) == "invalid_request_error"
    assert field in str(raised.value)
    if provider == "openai":
        assert raised.value.param and raised.value.param.startswith(field)
    assert server.attempts() == [1]


@pytest.mark.parametrize(("path", "body", "missing"), [
    (CHAT, {"messages": [{"role": "user", "content": "x"}]}, "model"),
    (CHAT, {"model": "gpt-4o-mini"}, "messages"),
    (MESSAGES, {"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "x"}]},
     "max_tokens"),
    (MESSAGES, {"model": "claude-sonnet-4-5", "max_tokens": 9}, "messages")])
def test_a_missing_field_is_named(server, path, body, missing):
    status, error = error_of(server.post(path, body, {"anthropic-version": "2023-06-01"}))
    assert (status, error["type"]) == (400, "invalid_request_error")
    assert missing in error["message"]


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe", b'{"model": NaN}'])
def test_a_body_that_is_no_json_object_is_refused(server, path, body):
    status, error = error_of(server.post(path, body, {"anthropic-version": "2023-06-01"}))
    assert (status, error["type"]) == (400, "invalid_request_error")


def test_an_unknown_path_is_not_found(connect, server, provider):
    client = connect(provider, server)
    with pytest.raises(client.errors.NotFoundError):
        client.result(client.sdk.post("/no/such/path", body={}, cast_to=object))


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
def test_a_wrong_method_is_refused(server, path):
    status, error = error_of(server.request("GET", path, headers={
        "anthropic-version": "2023-06-01"}))
    assert status in (404, 405)
    assert error["type"] in ("invalid_request_error", "not_found_error")


@pytest.mark.parametrize(("path", "body"), [
    (CHAT, chat_body("x")), (MESSAGES, message_body("x"))])
def test_a_request_without_a_key_is_unauthorised(server, path, body):
    headers = {"Authorization": None, "anthropic-version": "2023-06-01"}
    status, error = error_of(server.post(path, body, headers))
    assert status == 401
    assert error["type"] in ("invalid_request_error", "authentication_error")


def test_a_refused_request_is_journalled(server):
    server.post(CHAT, b"{")
    assert [row["status"] for row in server.journal()] == [400]
