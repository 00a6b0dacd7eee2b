"""Every cause, as the SDKs report it: class, status, code, request id, and how often they try."""
import pytest

from causes import CASES, EXPECTED, OPENAI, REFUSED_WITH_SUCCESS
from kit import brownout

# A short wait that both SDKs honour, so that their own backoff does not slow the tests.
SOON = "retry-after: {ms: 10ms}"
REQUEST_ID = {"openai": "x-request-id", "anthropic": "request-id"}


def failing(cause, *details):
    fault = ", ".join([f"cause: {cause}", SOON, *details])
    return f"scenario: failing\nrules:\n  - name: failing\n    fault: {{{fault}}}\n"


def caught(client, **options):
    with pytest.raises(client.errors.APIStatusError) as raised:
        client.ask(**options)
    return raised.value


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize(("provider", "cause"), CASES)
def test_a_cause_is_the_exception_it_should_be(serve, connect, provider, cause, stream):
    server = serve(failing(cause))
    client = connect(provider, server)
    expected = EXPECTED[provider][cause]
    error = caught(client, stream=stream)
    assert type(error) is getattr(client.errors, expected.error)
    assert error.status_code == expected.status
    check_body(client, error, expected)
    rows = server.journal()
    assert [row["attempt"] for row in rows] == list(range(1, expected.attempts + 1))
    assert {(row["status"], row["cause"], row["rule"]) for row in rows} == {
        (expected.status, cause, "failing")}


def check_body(client, error, expected):
    headers = error.response.headers
    if expected.page:
        # A proxy does not know the provider's request ids.
        assert REQUEST_ID[client.provider] not in headers
        assert headers["content-type"].startswith("text/html")
        assert "<html" in error.response.text.lower()
        return
    assert headers[REQUEST_ID[client.provider]] == error.request_id
    assert client.error_type(error) == expected.type
    if client.provider == "openai":
        assert error.code == expected.code
        assert set(error.body) >= {"message", "type", "param", "code"}
    else:
        assert error.body["type"] == "error"
        assert error.body["request_id"] == error.request_id


def test_a_refusal_by_anthropic_is_a_whole_answer(serve, connect):
    server = serve(failing(REFUSED_WITH_SUCCESS).replace(f", {SOON}", ""))
    client = connect("anthropic", server)
    assert client.ask().stop_reason == "refusal"
    assert server.attempts() == [1]


def test_the_table_knows_every_cause():
    schema = brownout("schema").stdout
    assert [cause for cause in OPENAI if f'"{cause}"' not in schema] == []


@pytest.mark.parametrize(("cause", "verdict", "attempts"), [
    ("bad-request", "true", 3), ("server-error", "false", 1)])
def test_x_should_retry_is_obeyed_both_ways(
        serve, connect, provider, cause, verdict, attempts):
    server = serve(failing(cause, f"should-retry: {verdict}"))
    error = caught(connect(provider, server))
    assert error.response.headers["x-should-retry"] == verdict
    assert len(server.attempts()) == attempts


def test_a_limit_of_tokens_is_told_from_one_of_requests(serve, connect):
    server = serve(failing("rate-limited", "limit: tokens"))
    error = caught(connect("openai", server, max_retries=0))
    assert (error.type, error.code) == ("tokens", "rate_limit_exceeded")
    assert "TPM" in error.message


def test_a_message_can_be_put_in_place_of_the_providers(serve, connect, provider):
    server = serve(failing("bad-request", "message: Not on a Sunday."))
    assert "Not on a Sunday." in str(caught(connect(provider, server)))
