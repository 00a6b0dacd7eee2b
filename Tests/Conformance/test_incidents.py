"""What broke real clients: each incident's bytes and end, and what the official SDKs make of it.

The ids that need an API which Brownout does not serve have no scenario.
"""
import gzip
import itertools
import json

import pytest

from kit import SCENARIOS, TWELVE, brownout, gaps
from sdks import OPENAI_MAJOR
from wire import ask

INCIDENTS = SCENARIOS / "incidents"
WRITTEN = sorted(path.stem for path in INCIDENTS.glob("*.yaml"))
LEFT_OUT = {
    "oa-responses-failed": "needs OpenAI's Responses API",
    "oa-responses-no-completed": "needs OpenAI's Responses API",
    "gem-error-json-mid-stream": "the error is in the form of Gemini's API",
    "gem-malformed-function-call": "the finish reason is Gemini's",
    "gem-unknown-finish-reason": "the finish reason is Gemini's",
    "gem-error-array": "the error is in the form of Gemini's API",
    "gem-daily-quota": "the error is in the form of Gemini's API",
}


@pytest.fixture
def mode():
    """What an incident shows does not depend on the client's mode."""
    return "sync"


@pytest.fixture
def incident(serve):
    return lambda name: serve(INCIDENTS / f"{name}.yaml")


@pytest.mark.parametrize("name", WRITTEN)
def test_an_incident_says_where_it_was_seen(name):
    path = INCIDENTS / f"{name}.yaml"
    lines = path.read_text().splitlines()
    comment = list(itertools.takewhile(lambda line: line.startswith("#"), lines))
    assert 3 <= len(comment) <= 8 and comment[1] == "#"
    assert "Seen " in " ".join(comment)
    checked = brownout("check", path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", WRITTEN)
def test_an_incident_has_a_test(name):
    assert name not in LEFT_OUT
    assert f"test_{name.replace('-', '_')}" in globals()


def attempts(server):
    """How many requests the journal has, in the order of their calls."""
    return [row["attempt"] for row in server.journal()]


def connection_error(client, plain):
    """What OpenAI's SDK says of a stream that breaks: its own class since its third version."""
    return "APIConnectionError" if client.major >= 3 else plain


# Errors inside a stream whose status is 200

def test_an_overloaded_mid_stream(incident, connect):
    server = incident("an-overloaded-mid-stream")
    answer = ask(server, "anthropic", stream=True)
    assert (answer.status, answer.ending) == (200, "complete")
    assert len(answer.events) == 7
    assert answer.events[-1]["error"]["type"] == "overloaded_error"
    assert "message_stop" not in answer.kinds
    client = connect("anthropic", server)
    streamed = client.stream("another")
    assert type(streamed.error) is client.errors.APIStatusError
    assert streamed.error.status_code == 200
    assert client.error_type(streamed.error) == "overloaded_error"
    assert attempts(server) == [1, 1]


def test_an_error_inside_tool_json(incident, connect):
    server = incident("an-error-inside-tool-json")
    answer = ask(server, "anthropic", stream=True)
    assert answer.ending == "complete"
    assert answer.events[-1]["error"]["type"] == "api_error"
    pieces = [event["delta"]["partial_json"] for event in answer.events
              if event["type"] == "content_block_delta"]
    assert "".join(pieces).startswith('{"') and not "".join(pieces).endswith("}")
    client = connect("anthropic", server)
    streamed = client.stream("another")
    assert streamed.error.status_code == 200
    assert client.error_type(streamed.error) == "api_error"


def test_or_error_chunk_finish_error(incident, connect):
    server = incident("or-error-chunk-finish-error")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "complete"
    first, last, done = answer.events
    assert last["error"]["code"] == 502
    assert last["choices"][0]["finish_reason"] == "error" and done == "[DONE]"
    client = connect("openai", server)
    streamed = client.stream("another")
    assert type(streamed.error) is client.errors.APIError
    assert str(streamed.error.code) == "502"
    assert len(streamed.items) == 1
    assert attempts(server) == [1, 1]


def test_or_429_first_stream_item(incident, connect):
    server = incident("or-429-first-stream-item")
    client = connect("openai", server)
    streamed = client.stream()
    assert type(streamed.error) is client.errors.APIError
    assert str(streamed.error.code) == "429" and streamed.items == []
    again = ask(server, "openai", stream=True)
    assert again.ending == "complete" and again.events[-1] == "[DONE]"
    assert len(attempts(server)) == 2, "the SDK asked once"


# Streams that end too early

def test_an_clean_eof_no_message_stop(incident, connect):
    server = incident("an-clean-eof-no-message-stop")
    answer = ask(server, "anthropic", stream=True)
    assert answer.ending == "complete" and len(answer.events) == 6
    assert answer.kinds[-1] == "content_block_delta"
    client = connect("anthropic", server)
    manager = client.sdk.messages.stream(
        model="claude-sonnet-4-5", max_tokens=64, messages=[{"role": "user", "content": "hi"}])
    _, message = client.runner.managed(manager, "get_final_message")
    assert message.stop_reason is None
    assert TWELVE.startswith(client.text(message))


def test_az_content_filter_no_done(incident, connect):
    server = incident("az-content-filter-no-done")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "complete" and "[DONE]" not in answer.events
    reasons = [event["choices"][0]["finish_reason"] for event in answer.events]
    assert reasons[-1] == "content_filter" and set(reasons[:-1]) == {None}
    streamed = connect("openai", server).stream()
    assert streamed.error is None
    assert streamed.items[-1].choices[0].finish_reason == "content_filter"


def test_oa_rst_mid_stream(incident, connect):
    server = incident("oa-rst-mid-stream")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "reset" and len(answer.events) == 6
    client = connect("openai", server)
    streamed = client.stream("another")
    assert type(streamed.error).__name__ == connection_error(client, "ReadError")
    assert len(streamed.items) == 6
    assert attempts(server) == [1, 1]


# Odd answers with status 200

def test_oa_empty_body_200_chunked(incident, connect):
    server = incident("oa-empty-body-200-chunked")
    answer = ask(server, "openai")
    assert (answer.status, answer.ending, answer.body) == (200, "complete", b"")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.headers["content-type"] == "application/json"
    assert "content-length" not in answer.headers
    with pytest.raises(json.JSONDecodeError):
        connect("openai", server).ask("another")
    assert attempts(server) == [1, 1]


def test_oa_200_error_body(incident, connect):
    server = incident("oa-200-error-body")
    answer = ask(server, "openai")
    assert (answer.status, answer.ending) == (200, "complete")
    assert answer.json == {"error": {"message": "Rate limit exceeded", "code": 429}}
    completion = connect("openai", server).ask("another")
    assert completion.choices is None and completion.error["code"] == 429
    assert attempts(server) == [1, 1]


def test_oa_choices_empty(incident, connect):
    server = incident("oa-choices-empty")
    answer = ask(server, "openai")
    assert (answer.status, answer.json["choices"]) == (200, [])
    assert connect("openai", server).ask().choices == []


def test_finish_length_dropped(incident, connect):
    server = incident("finish-length-dropped")
    assert ask(server, "openai").json["choices"][0]["message"]["content"] == ""
    choice = connect("openai", server).ask().choices[0]
    assert (choice.message.content, choice.finish_reason) == ("", "length")


# Odd chunks

def test_oa_chunk_without_choices(incident, connect):
    server = incident("oa-chunk-without-choices")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "complete" and list(answer.events[1]) == ["usage"]
    streamed = connect("openai", server).stream()
    assert streamed.error is None
    assert [item.choices is None for item in streamed.items] == [False, True, False]


def test_az_first_chunk_no_choices(incident, connect):
    server = incident("az-first-chunk-no-choices")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "complete"
    first = answer.events[0]
    assert (first["id"], first["model"], first["choices"]) == ("", "", [])
    assert "prompt_filter_results" in first
    streamed = connect("openai", server).stream()
    assert streamed.error is None and streamed.items[0].choices == []


def test_oa_no_finish_reason_field(incident, connect):
    server = incident("oa-no-finish-reason-field")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "complete" and b"finish_reason" not in answer.body
    streamed = connect("openai", server).stream()
    assert streamed.error is None
    assert {item.choices[0].finish_reason for item in streamed.items} == {None}


def test_oa_extra_event(incident, connect):
    server = incident("oa-extra-event")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "complete"
    frames = answer.body.decode().split("\n\n")
    assert frames[-2:] == ["data: [DONE]", ""] and frames[-3].startswith("event: ")
    streamed = connect("openai", server).stream()
    assert streamed.error is None
    assert (streamed.items[-1].id, streamed.items[-1].choices) == (None, None)


# Framing, encoding, buffering

def test_sse_id_plus_comment(incident, connect):
    server = incident("sse-id-plus-comment")
    answer = ask(server, "openai", stream=True)
    frames = answer.body.decode().split("\n\n")[:-1]
    assert answer.ending == "complete"
    assert all(frame.startswith(":") for frame in frames[::2])
    assert all("id: " in frame and "data: " in frame for frame in frames[1::2])
    streamed = connect("openai", server).stream()
    assert isinstance(streamed.error, json.JSONDecodeError)


def test_sse_empty_data_ping(incident, connect):
    server = incident("sse-empty-data-ping")
    answer = ask(server, "anthropic", stream=True)
    assert answer.ending == "complete"
    assert answer.chunks[1].decode().split() == ["event:", "ping", "data:"]
    streamed = connect("anthropic", server).stream()
    assert streamed.error is None and streamed.items[-1].type == "message_stop"


def test_sse_data_no_space(incident, connect, provider):
    server = incident("sse-data-no-space")
    answer = ask(server, provider, stream=True)
    assert answer.ending == "complete"
    assert b"data:{" in answer.body and b"data: " not in answer.body
    streamed = connect(provider, server).stream()
    assert streamed.error is None and len(streamed.items) > 3


def test_sse_cr_only(incident):
    answer = ask(incident("sse-cr-only"), "openai", stream=True)
    assert answer.ending == "complete" and b"\n" not in answer.body
    assert answer.body.endswith(b"\r\rdata: [DONE]\r\r")


def test_unicode_line_separator(incident, connect):
    server = incident("unicode-line-separator")
    text = "one\u2028two\u0085three"
    answer = ask(server, "openai", stream=True)
    assert "\u2028".encode() in answer.body and "\u0085".encode() in answer.body
    streamed = connect("openai", server).stream()
    assert streamed.error is None
    assert "".join(item.choices[0].delta.content or "" for item in streamed.items) == text


def test_gem_json_split(incident, connect, provider):
    server = incident("gem-json-split")
    answer = ask(server, provider, stream=True)
    assert answer.ending == "complete" and {len(chunk) for chunk in answer.chunks} == {1}
    streamed = connect(provider, server).stream()
    assert streamed.error is None and len(streamed.items) > 3


@pytest.mark.serial
def test_proxy_buffering(incident, connect):
    server = incident("proxy-buffering")
    streamed = connect("openai", server).stream()
    assert streamed.error is None
    assert "".join(item.choices[0].delta.content or "" for item in streamed.items) == TWELVE
    row, = server.journal()
    assert row["first_byte_us"] >= 400_000
    assert row["last_byte_us"] - row["first_byte_us"] < 100_000


def test_gzip_unasked(incident, connect):
    server = incident("gzip-unasked")
    answer = ask(server, "openai")
    assert answer.headers["content-encoding"] == "gzip"
    text = json.loads(gzip.decompress(answer.body))["choices"][0]["message"]["content"]
    client = connect("openai", server)
    assert text and client.text(client.ask())


# Tool calls

def pieces(answer):
    """The fragments of tool calls in a stream, in order."""
    return [call for event in answer.events[:-1]
            for call in event["choices"][0]["delta"].get("tool_calls", [])]


def helped(connect, server):
    """The tool calls that the helper of OpenAI's SDK makes of a stream."""
    client = connect("openai", server)
    manager = client.sdk.chat.completions.stream(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "helper"}])
    _, completion = client.runner.managed(manager, "get_final_completion")
    return [(call.id, call.function.name, call.function.arguments)
            for call in completion.choices[0].message.tool_calls]


def test_tools_interleaved(incident, connect):
    server = incident("tools-interleaved")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "complete"
    assert [piece["index"] for piece in pieces(answer)] == [0, 1, 0, 1, 0, 1]
    assert ["id" in piece for piece in pieces(answer)] == [True] * 2 + [False] * 4
    assert helped(connect, server) == [("call_a", "get_weather", '{"city":"Paris"}'),
                                       ("call_b", "get_time", '{"zone":"CET"}')]


def test_tools_duplicate_entries_in_one_chunk(incident, connect):
    server = incident("tools-duplicate-entries-in-one-chunk")
    answer = ask(server, "openai", stream=True)
    entries = answer.events[0]["choices"][0]["delta"]["tool_calls"]
    assert answer.ending == "complete" and [entry["index"] for entry in entries] == [0, 0]
    if OPENAI_MAJOR >= 3:
        assert helped(connect, server) == [("call_a", "get_weather", '{"city":"Paris"}')]


def test_tools_no_id(incident, connect):
    server = incident("tools-no-id")
    answer = ask(server, "openai", stream=True)
    assert answer.ending == "complete"
    assert [(piece["index"], "id" in piece) for piece in pieces(answer)] == [(0, False)] * 4
    (_, _, arguments), = helped(connect, server)
    with pytest.raises(json.JSONDecodeError):
        json.loads(arguments)


def test_tools_control_chars(incident, connect):
    server = incident("tools-control-chars")
    call, = connect("openai", server).ask().choices[0].message.tool_calls
    assert call.function.arguments == '{"a":"x\ny"}'
    with pytest.raises(json.JSONDecodeError):
        json.loads(call.function.arguments)


# What is tried again, and when

def test_an_529_then_ok(incident, connect):
    server = incident("an-529-then-ok")
    client = connect("anthropic", server)
    assert client.text(client.ask())
    assert [row["status"] for row in server.journal()] == [529, 529, 200]


def test_az_quota_words_but_transient(incident, connect):
    server = incident("az-quota-words-but-transient")
    client = connect("openai", server)
    assert client.text(client.ask())
    rows = server.journal()
    assert [row["status"] for row in rows] == [429, 200]
    assert gaps(rows)[0] >= 1


def test_an_context_400_text_only(incident, connect):
    server = incident("an-context-400-text-only")
    answer = ask(server, "anthropic")
    assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_request_error")
    client = connect("anthropic", server)
    with pytest.raises(client.errors.BadRequestError, match="exceed context limit"):
        client.ask("another")
    assert attempts(server) == [1, 1]


def test_retry_after_http_date(incident, connect):
    server = incident("retry-after-http-date")
    client = connect("openai", server)
    assert client.text(client.ask())
    rows = server.journal()
    assert [row["status"] for row in rows] == [429, 200]
    # A date has whole seconds, so up to one of the three is lost.
    assert gaps(rows)[0] >= 1.9


def test_retry_after_past_date(incident, connect):
    server = incident("retry-after-past-date")
    client = connect("openai", server)
    assert client.text(client.ask())
    rows = server.journal()
    assert [row["status"] for row in rows] == [429, 429, 200]
    assert gaps(rows)[0] >= 0.3 and gaps(rows)[1] >= 0.7


def test_retry_after_ignored(incident, connect):
    server = incident("retry-after-ignored")
    client = connect("openai", server)
    assert client.text(client.ask("first"))
    assert ask(server, "openai").status == 429, "who does not wait is refused again"
    assert client.text(client.ask("second"))
    assert [row["status"] for row in server.journal()] == [200, 429, 429, 200]


def test_transient_401(incident, connect):
    server = incident("transient-401")
    client = connect("openai", server)
    with pytest.raises(client.errors.AuthenticationError):
        client.ask()
    assert client.text(client.ask())
    assert [row["status"] for row in server.journal()] == [401, 200]


def test_az_content_filter_400(incident, connect):
    server = incident("az-content-filter-400")
    client = connect("openai", server)
    with pytest.raises(client.errors.BadRequestError) as raised:
        client.ask()
    assert raised.value.code == "content_filter"
    result = raised.value.body["innererror"]["content_filter_result"]
    assert result["violence"] == {"filtered": True, "severity": "medium"}
    assert attempts(server) == [1]


# What stands between, and time

def test_cf_520_html(incident, connect):
    server = incident("cf-520-html")
    client = connect("openai", server)
    with pytest.raises(client.errors.InternalServerError) as raised:
        client.ask()
    assert raised.value.status_code == 520
    assert isinstance(raised.value.body, str) and "<html" in raised.value.body.lower()
    assert attempts(server) == [1, 2, 3]


def test_cf_403_challenge(incident, connect):
    server = incident("cf-403-challenge")
    answer = ask(server, "anthropic")
    assert (answer.status, answer.headers["cf-mitigated"]) == (403, "challenge")
    assert answer.headers["content-type"].startswith("text/html")
    client = connect("anthropic", server)
    with pytest.raises(client.errors.PermissionDeniedError):
        client.ask("another")
    assert attempts(server) == [1, 1]


def test_login_page_200(incident, connect):
    server = incident("login-page-200")
    answer = connect("openai", server).ask()
    assert isinstance(answer, str) and "<html" in answer.lower()
    assert attempts(server) == [1]


def test_disconnect_before_response(incident, connect, provider):
    server = incident("disconnect-before-response")
    path = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}[provider]
    body = {"model": "x", "messages": [{"role": "user", "content": "raw"}], "max_tokens": 5}
    assert server.raw(path, body) == (b"", "fin")
    client = connect(provider, server)
    assert client.text(client.ask())
    assert [row["ending"] for row in server.journal()[1:]] == ["fin", "complete"]


def test_hang_mid_stream(incident, connect):
    server = incident("hang-mid-stream")
    answer = ask(server, "openai", stream=True, timeout=1)
    assert answer.ending == "silence" and len(answer.events) == 3
    client = connect("openai", server, timeout=0.5)
    streamed = client.stream("another")
    assert len(streamed.items) == 3
    assert type(streamed.error).__name__ == (
        "APITimeoutError" if client.major >= 3 else "ReadTimeout")


def test_long_healthy_gap(incident, connect):
    server = incident("long-healthy-gap")
    streamed = connect("openai", server).stream()
    assert streamed.error is None
    assert "".join(item.choices[0].delta.content or "" for item in streamed.items) == TWELVE
    row, = server.journal()
    assert row["last_byte_us"] >= 1_500_000
