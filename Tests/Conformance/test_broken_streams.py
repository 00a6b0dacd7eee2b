"""Streams that end too early: what arrives before, and what the SDKs make of the end."""
import pytest

from kit import TWELVE, events
from sdks import OPENAI_MAJOR

SPLITS = [1, 4, 9]
# Since its third major version OpenAI's SDK wraps what its HTTP library raises in a stream.
WRAPS = {"openai": OPENAI_MAJOR >= 3, "anthropic": False}


def breaking(fault):
    return (f"scenario: breaking\nreply: {{text: {TWELVE}}}\nrules:\n  - name: breaking\n"
            f"    fault: {fault}\n")


def broken(serve, connect, provider, fault, **options):
    """What a client got out of a stream, and the journal's only row of it."""
    server = serve(breaking(fault))
    client = connect(provider, server, **options)
    streamed = client.stream()
    rows = server.journal()
    assert len(rows) == 1, "a stream that has begun is not tried again"
    return client, streamed, rows[0]


def visible(serve, provider, count):
    """How many of the first `count` events the SDK passes on: it swallows pings."""
    server = serve(f"scenario: whole\nreply: {{text: {TWELVE}}}\n")
    ask = {"openai": server.chat, "anthropic": server.message}[provider]
    whole = events(ask(stream=True)[2])
    return sum(event == "[DONE]" or event.get("type") != "ping" for event in whole[:count])


@pytest.mark.parametrize("count", SPLITS)
def test_a_clean_cut_looks_like_success(serve, connect, provider, count):
    _, streamed, row = broken(
        serve, connect, provider, f"{{cut: clean, at: event {count}}}")
    assert streamed.error is None
    assert len(streamed.items) == visible(serve, provider, count)
    assert row["ending"] == "clean"


@pytest.mark.parametrize("count", SPLITS)
@pytest.mark.parametrize(("ending", "raised"), [
    ("fin", "RemoteProtocolError"), ("reset", "ReadError")])
def test_a_broken_connection_is_an_error(serve, connect, provider, ending, raised, count):
    client, streamed, row = broken(
        serve, connect, provider, f"{{cut: {ending}, at: event {count}}}")
    assert len(streamed.items) == visible(serve, provider, count)
    assert row["ending"] == ending
    if WRAPS[provider]:
        assert type(streamed.error) is client.errors.APIConnectionError
    else:
        assert type(streamed.error).__name__ == raised


@pytest.mark.parametrize("fault", ["{cut: stall, at: event 4}", "{stall: 30s, at: event 4}",
                                   "{hang: forever, at: event 4}"])
def test_silence_is_a_read_timeout(serve, connect, provider, fault):
    client, streamed, _ = broken(serve, connect, provider, fault, timeout=0.5)
    assert len(streamed.items) == visible(serve, provider, 4)
    if WRAPS[provider]:
        assert isinstance(streamed.error, client.errors.APITimeoutError)
    else:
        assert type(streamed.error).__name__ == "ReadTimeout"


def test_a_pause_is_not_the_end(serve, connect, provider):
    _, streamed, row = broken(serve, connect, provider, "{stall: 700ms, at: event 4}")
    assert streamed.error is None
    assert row["ending"] == "complete"
    assert row["last_byte_us"] >= 700_000


@pytest.mark.parametrize("cause", ["overloaded", "server-error", "rate-limited"])
def test_an_error_event_of_openai_is_an_api_error(serve, connect, cause):
    client, streamed, row = broken(serve, connect, "openai", f"{{cause: {cause}, at: event 4}}")
    assert type(streamed.error) is client.errors.APIError
    assert len(streamed.items) == 4
    expected = {"overloaded": "server_error", "server-error": "server_error",
                "rate-limited": "requests"}[cause]
    assert streamed.error.type == expected
    assert (row["status"], row["cause"]) == (200, cause)


@pytest.mark.parametrize(("cause", "expected"), [
    ("overloaded", "overloaded_error"), ("server-error", "api_error"),
    ("rate-limited", "rate_limit_error")])
def test_an_error_event_of_anthropic_has_status_200(serve, connect, cause, expected):
    client, streamed, row = broken(
        serve, connect, "anthropic", f"{{cause: {cause}, at: event 4}}")
    assert type(streamed.error) is client.errors.APIStatusError
    assert streamed.error.status_code == 200
    assert client.error_type(streamed.error) == expected
    assert len(streamed.items) == visible(serve, "anthropic", 4)
    assert (row["status"], row["cause"]) == (200, cause)


def test_an_error_event_can_be_the_first(serve, connect, provider):
    _, streamed, _ = broken(serve, connect, provider, "{cause: overloaded, at: event 0}")
    assert streamed.items == []
    assert streamed.error is not None


def test_the_helper_of_anthropic_shows_a_clean_cut_by_a_missing_reason(serve, connect):
    client = connect("anthropic", serve(breaking("{cut: clean, at: event 5}")))
    manager = client.sdk.messages.stream(
        model="claude-sonnet-4-5", max_tokens=64, messages=[{"role": "user", "content": "hello"}])
    _, message = client.runner.managed(manager, "get_final_message")
    assert message.stop_reason is None
    assert TWELVE.startswith(client.text(message))


def test_a_cut_plain_answer_is_tried_again(serve, connect, provider):
    server = serve("scenario: cut\nrules:\n  - name: cut\n    attempts: 1\n"
                   "    fault: {cut: fin, at: byte 40}\n")
    client = connect(provider, server)
    assert client.text(client.ask())
    assert server.attempts() == [1, 2]
