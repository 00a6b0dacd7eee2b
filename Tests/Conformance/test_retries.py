"""When the SDKs try again, and how long they wait first."""
import pytest

from kit import gaps

# What a loaded machine may add to any wait.
SLACK = 3.0


def limited(retry_after, attempts="1"):
    return (f"scenario: limited\nrules:\n  - name: limited\n    attempts: {attempts}\n"
            f"    fault: {{cause: rate-limited, retry-after: {retry_after}}}\n")


def faulty(fault, attempts="1"):
    return (f"scenario: faulty\nrules:\n  - name: faulty\n    attempts: {attempts}\n"
            f"    fault: {fault}\n")


def waited(serve, connect, provider, retry_after):
    """Seconds between the refused first attempt and the second one."""
    server = serve(limited(retry_after))
    client = connect(provider, server)
    assert client.text(client.ask())
    rows = server.journal()
    assert [(row["attempt"], row["status"]) for row in rows] == [(1, 429), (2, 200)]
    return gaps(rows)[0]


@pytest.mark.parametrize(("retry_after", "least"), [
    ("1s", 1.0), ("1.2s", 1.2), ("{ms: 1100ms}", 1.1)])
def test_a_promised_wait_is_kept(serve, connect, provider, retry_after, least):
    assert least <= waited(serve, connect, provider, retry_after) < least + SLACK


def test_a_promised_date_is_kept(serve, connect, provider):
    # A date has whole seconds, so up to one of the two is lost.
    assert 0.9 <= waited(serve, connect, provider, "{http-date: 2s}") < 2 + SLACK


@pytest.mark.parametrize("retry_after", ["absent", "garbage"])
def test_without_a_usable_promise_there_is_a_backoff(serve, connect, provider, retry_after):
    assert 0.3 <= waited(serve, connect, provider, retry_after) < 0.5 + SLACK


def test_an_absurd_wait_is_not_waited_for(serve, connect):
    server = serve(limited("absurd", attempts="1+"))
    client = connect("openai", server)
    with pytest.raises(client.errors.RateLimitError) as raised:
        client.ask()
    assert int(raised.value.response.headers["retry-after"]) > 24 * 3600
    assert server.attempts() == [1]


def test_two_failures_are_hidden_by_the_third_attempt(serve, connect, provider):
    server = serve("""scenario: third time lucky
rules:
  - name: two failures
    sequence:
      - {cause: rate-limited, retry-after: {ms: 10ms}}
      - {cause: overloaded, retry-after: {ms: 10ms}}
      - ok
""")
    client = connect(provider, server)
    assert client.text(client.ask())
    rows = server.journal()
    overloaded = {"openai": 503, "anthropic": 529}[provider]
    assert [row["attempt"] for row in rows] == [1, 2, 3]
    assert [row["status"] for row in rows] == [429, overloaded, 200]
    assert [row["retry_count"] for row in rows] == [0, 1, 2]
    assert len({row["call_key"] for row in rows}) == 1


@pytest.mark.parametrize("fault", ["no-answer", "reset"])
def test_a_broken_connection_is_tried_again(serve, connect, provider, fault):
    server = serve(faulty(fault))
    client = connect(provider, server)
    assert client.text(client.ask())
    rows = server.journal()
    assert [row["attempt"] for row in rows] == [1, 2]
    assert [row["status"] for row in rows] == [None, 200]


@pytest.mark.parametrize("fault", ["no-answer", "reset"])
def test_a_connection_that_always_breaks_is_an_error(serve, connect, provider, fault):
    server = serve(faulty(fault, attempts="1+"))
    client = connect(provider, server, max_retries=1)
    with pytest.raises(client.errors.APIConnectionError) as raised:
        client.ask()
    assert not isinstance(raised.value, client.errors.APITimeoutError)
    assert server.attempts() == [1, 2]


@pytest.mark.parametrize("position", ["start", "headers"])
def test_a_hanging_answer_is_given_up_and_tried_again(serve, connect, provider, position):
    server = serve(faulty(f"{{hang: forever, at: {position}}}"))
    client = connect(provider, server, timeout=0.5)
    assert client.text(client.ask())
    rows = server.journal()
    assert [row["attempt"] for row in rows] == [1, 2]
    assert gaps(rows)[0] >= 0.5


def test_an_answer_that_always_hangs_is_a_timeout(serve, connect, provider):
    server = serve(faulty("{hang: forever, at: start}", attempts="1+"))
    client = connect(provider, server, timeout=0.3, max_retries=1)
    with pytest.raises(client.errors.APITimeoutError):
        client.ask()
    assert server.attempts() == [1, 2]


def test_a_late_answer_is_not_an_error(serve, connect, provider):
    server = serve("scenario: late\nrules:\n  - name: late\n    latency: 700ms\n")
    client = connect(provider, server)
    assert client.text(client.ask())
    rows = server.journal()
    assert [row["attempt"] for row in rows] == [1]
    assert rows[0]["first_byte_us"] >= 700_000
