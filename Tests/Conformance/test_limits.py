"""A scenario's limits, as the SDKs meet them: who passes, who waits, and what headers say."""
import concurrent.futures
import datetime
import json
import re

import pytest

from kit import brownout, gaps
from sdks import CLIENTS, MODEL

GO_DURATION = re.compile(r"^(\d+h)?(\d+m)?(\d+(\.\d+)?s|\d+ms)$")


def limits(*limits, clock="manual"):
    """A scenario with limits; its time stands still, however slow the machine is."""
    lines = "".join(f"  - {{{limit}}}\n" for limit in limits)
    return f"scenario: limits\nclock: {clock}\nreply: {{text: one two three}}\nlimits:\n{lines}"


def raw(client, text="hello", **options):
    """An answer with its headers."""
    if client.provider == "openai":
        create = client.sdk.chat.completions.with_raw_response.create
    else:
        create = client.sdk.messages.with_raw_response.create
        options = {"max_tokens": 512, **options}
    options = {"model": MODEL[client.provider], **options}
    return client.result(create(messages=[{"role": "user", "content": text}], **options))


def passes(client, text="hello", **options):
    """Whether a call passes; one that does not is refused by a limit."""
    try:
        client.ask(text, **options)
    except client.errors.RateLimitError:
        return False
    return True


def remaining(provider, headers, what="requests"):
    name = (f"x-ratelimit-remaining-{what}" if provider == "openai"
            else f"anthropic-ratelimit-{what}-remaining")
    return int(headers[name])


def test_exactly_the_burst_passes_at_once(serve, provider):
    server = serve(limits("name: rpm, per: key, requests: 60/min, burst: 10"))
    client = CLIENTS[provider](server, "sync", max_retries=0)
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        passed = list(pool.map(lambda number: passes(client, f"call {number}"), range(24)))
    client.close()
    assert passed.count(True) == 10
    rows = server.journal()
    assert [row["status"] for row in rows].count(429) == 14
    assert {row["rule"] for row in rows if row["status"] == 429} == {"rpm"}


@pytest.mark.parametrize("algorithm", ["token-bucket", "sliding-window", "fixed-window"])
def test_a_retry_that_keeps_its_wait_succeeds(serve, connect, provider, algorithm):
    server = serve(limits(f"name: rps, requests: 4/2s, algorithm: {algorithm}", clock="real"))
    client = connect(provider, server)
    for number in range(9):
        assert client.text(client.ask(f"call {number}"))
    rows = server.journal()
    refused = [row for row in rows if row["status"] == 429]
    assert refused
    for row in refused:
        attempts = [other for other in rows if other["call_key"] == row["call_key"]]
        # Refused once, told how long, and let through.
        assert [attempt["status"] for attempt in attempts] == [429, 200]
        assert gaps(attempts)[0] >= told(row) - 0.001


def told(row):
    """How long a refusal says it takes, in seconds, rounded up to a millisecond."""
    amount, unit = re.search(r"passes in ([\d.]+)(ms|s)", json.dumps(row)).groups()
    return float(amount) / (1000 if unit == "ms" else 1)


def test_every_answer_says_what_is_left(serve, connect, provider):
    server = serve(limits(
        "name: rpm, requests: 60/min, burst: 10",
        "name: tokens, input-tokens: 30000/min, output-tokens: 10000/min"))
    client = connect(provider, server, max_retries=0)
    headers = [raw(client, f"call {number}").headers for number in range(3)]
    headers.append(raw(client, "stream", stream=True).headers)
    assert [remaining(provider, fields) for fields in headers] == [9, 8, 7, 6]
    if provider == "openai":
        assert {fields["x-ratelimit-limit-requests"] for fields in headers} == {"60"}
        assert [fields["x-ratelimit-reset-requests"] for fields in headers] == [
            "1s", "2s", "3s", "4s"]
        assert all(GO_DURATION.match(fields["x-ratelimit-reset-tokens"]) for fields in headers)
        assert {fields["x-ratelimit-limit-tokens"] for fields in headers} == {"10000"}
        assert [remaining(provider, fields, "tokens") for fields in headers] == [
            9997, 9994, 9991, 9988]
    else:
        assert {fields["anthropic-ratelimit-input-tokens-limit"] for fields in headers} == {
            "30000"}
        assert [remaining(provider, fields, "output-tokens") for fields in headers] == [
            9997, 9994, 9991, 9988]
        reset = datetime.datetime.fromisoformat(headers[3]["anthropic-ratelimit-requests-reset"])
        now = datetime.datetime.now(datetime.timezone.utc)
        assert 0 < (reset - now).total_seconds() <= 5


def test_a_refusal_is_the_providers_own(serve, connect, provider):
    server = serve(limits("name: rpm, requests: 1/min"))
    client = connect(provider, server, max_retries=0)
    client.ask()
    with pytest.raises(client.errors.RateLimitError) as raised:
        client.ask()
    fields = raised.value.response.headers
    assert fields["retry-after"] == "60"
    assert remaining(provider, fields) == 0
    message = raised.value.body["message"] if provider == "openai" else str(raised.value)
    if provider == "openai":
        assert fields["retry-after-ms"] == "60000"
        assert raised.value.code == "rate_limit_exceeded"
        assert ("on requests per min (RPM): Limit 1, Used 1, Requested 1. "
                "Please try again in 1m0s.") in message
        identity = fields["x-request-id"]
    else:
        assert client.error_type(raised.value) == "rate_limit_error"
        assert "rate limit of 1 requests per minute." in message
        identity = fields["request-id"]
    server.stop()
    explained = server.explain(identity).stdout
    assert "requests: 1 of 1 per minute used, 1 asked; passes in 60s" in explained


def test_a_prompt_larger_than_the_limit_never_passes(serve, connect, provider):
    server = serve(limits("name: tpm, input-tokens: 100/min"))
    client = connect(provider, server, max_retries=0)
    with pytest.raises(client.errors.RateLimitError) as raised:
        client.ask("word " * 200)
    assert "retry-after" not in raised.value.response.headers
    if provider == "openai":
        assert "Request too large for gpt-4o-mini" in str(raised.value)
        assert "tokens per min (TPM): Limit 100, Requested 2" in str(raised.value)
    assert client.ask("short")
    refused, answered = server.journal()
    assert (refused["retryable"], answered["status"]) == (False, 200)


def test_output_tokens_are_refused_once_nothing_is_left(serve, connect, provider):
    server = serve(limits("name: out, output-tokens: 5/min"))
    client = connect(provider, server, max_retries=0)
    # Three tokens each: two are left for the second answer, which takes three of them.
    assert [passes(client, f"call {number}") for number in range(3)] == [True, True, False]


def test_a_limit_is_per_key_and_model(serve, connect, provider):
    server = serve(limits("name: l, per: [key, model], requests: 2/min"))
    other = {"openai": "gpt-4o", "anthropic": "claude-opus-4-5"}[provider]
    passed = []
    for key in ["sk-one", "sk-two"]:
        client = connect(provider, server, api_key=key, max_retries=0)
        for model in [MODEL[provider], other]:
            passed += [passes(client, f"{number}", model=model) for number in range(3)]
    assert passed == [True, True, False] * 4


def test_parallel_clients_with_keys_of_their_own_do_not_meet(serve, provider):
    server = serve(limits("name: l, per: key, requests: 60/min, burst: 10"))

    def run(number):
        client = CLIENTS[provider](server, "sync", api_key=f"sk-{number}", max_retries=0)
        passed = [passes(client, f"{number} {call}") for call in range(12)]
        client.close()
        return passed

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, range(8)))
    assert results == [[True] * 10 + [False] * 2] * 8


def test_answers_in_progress_are_counted(serve, connect, provider):
    server = serve("scenario: slots\npace: {between-tokens: 50ms}\nreply: {tokens: 400}\n"
                   "limits: [{name: slots, concurrent: 2}]\n")
    client = connect(provider, server, max_retries=0)
    streams = [client.ask(f"stream {number}", stream=True) for number in range(2)]
    assert not passes(client, "one too many")
    client.result(streams[0].close())
    for _ in range(100):
        if passes(client, "room again", max_tokens=1):
            break
    else:
        raise AssertionError("the stream that was closed still has its place")
    client.result(streams[1].close())


def test_a_refusal_may_be_the_scenarios_own(serve, connect, provider):
    server = serve(limits(
        "name: l, requests: 1/min, retry-after: absent, refuse-with: {status: 503, "
        "headers: {x-reason: tier}, body: {error: {message: come back later}}}"))
    client = connect(provider, server, max_retries=0)
    client.ask()
    with pytest.raises(client.errors.InternalServerError) as raised:
        client.ask()
    assert raised.value.status_code == 503
    assert raised.value.response.headers["x-reason"] == "tier"
    assert "retry-after" not in raised.value.response.headers
    assert raised.value.response.json() == {"error": {"message": "come back later"}}


@pytest.mark.parametrize(("said", "expected"), [
    ("30s", {"retry-after": "30"}), ("absent", {}), ("absurd", {"retry-after": "31536000"}),
    ("ms", {"retry-after-ms": "60000"}), ("{ms: 5ms}", {"retry-after-ms": "5"})])
def test_retry_after_may_be_a_lie(serve, said, expected):
    server = serve(limits(f"name: l, requests: 1/min, retry-after: {said}"))
    assert server.chat()[0] == 200
    status, headers, _ = server.chat()
    found = {name: value for name, value in headers.items() if name.startswith("retry-after")}
    assert (status, found) == (429, expected)


def test_a_date_says_when_a_request_passes(serve, connect, provider):
    server = serve(limits("name: l, requests: 2/2s, retry-after: http-date", clock="real"))
    client = connect(provider, server)
    for number in range(5):
        assert client.text(client.ask(f"call {number}"))
    rows = server.journal()
    assert max(row["attempt"] for row in rows) == 2


def test_sessions_have_buckets_of_their_own(serve):
    server = serve(limits("name: l, requests: 1/min"))
    statuses = [server.chat(headers={"x-brownout-session": session})[0]
                for session in ["a", "b", "a", "b", "c"]]
    assert statuses == [200, 200, 429, 429, 200]


def test_what_a_provider_refuses_anyway_is_one_request(serve):
    server = serve(limits("name: l, requests: 3/min, input-tokens: 1000/min"))
    assert server.post("/v1/chat/completions", b"{")[0] == 400
    # A list asks no model for an answer.
    assert server.request("GET", "/v1/models")[0] == 200
    _, headers, _ = server.chat()
    assert headers["x-ratelimit-remaining-requests"] == "1"
    assert [server.chat()[0] for _ in range(2)] == [200, 429]


def test_check_and_plan_show_limits(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text(limits("name: rpm, requests: 60/min, burst: 2", "name: n, concurrent: 1"))
    checked = brownout("check", path).stdout
    assert re.search(r"^rpm +timed +every request$", checked, re.MULTILINE)
    assert re.search(r"^n +ordered +every request$", checked, re.MULTILINE)
    planned = brownout("plan", path, "--calls", 3, "--attempts", 1).stdout
    assert "limit 'rpm' depends on the clock" in planned
    rows = [line.split() for line in planned.splitlines() if line.startswith("call-")]
    assert [row[2] for row in rows] == ["-", "-", "rpm"]
