"""Who may ask: addresses, proxies and keys, as the SDKs and plain clients see it."""
import pytest

from kit import KEY, brownout, chat_body

WALL = "scenario: ip\naccess: {deny: [127.0.0.0/8]}\n"

BEHIND_A_PROXY = """scenario: proxy
access:
  deny: [10.0.0.50, "2001:db8::50"]
  countries: {deny: [KP], table: {KP: [175.45.176.0/22]}}
  trust-forwarded-for: [127.0.0.1, 10.1.0.0/16]
"""

KEYS = """scenario: keys
keys:
  accept: ["sk-good*"]
  revoked: ["sk-good-old"]
  out-of-quota: ["sk-broke"]
  denied: [{key: "sk-small*", model: ["gpt-4o*", "claude-sonnet*"]}]
  expiring: [{key: "sk-temp*", calls: 2}]
"""


def test_a_denied_client_gets_a_403_that_is_not_retried(serve, connect, provider):
    server = serve(WALL)
    client = connect(provider, server)
    with pytest.raises(client.errors.PermissionDeniedError) as raised:
        client.ask()
    with pytest.raises(client.errors.PermissionDeniedError):
        client.stream("again")
    with pytest.raises(client.errors.PermissionDeniedError):
        client.result(client.sdk.models.retrieve("any"))
    assert raised.value.status_code == 403
    if provider == "anthropic":
        assert client.error_type(raised.value) == "permission_error"
        assert raised.value.body["error"]["message"] == "Request not allowed"
    rows = server.journal()
    assert [row["attempt"] for row in rows] == [1, 1, 1]
    assert {(row["rule"], row["cause"], row["category"]) for row in rows} == {
        ("access", "permission-denied", "auth")}


@pytest.mark.parametrize(("method", "path", "headers"), [
    ("GET", "/v1/models", {}), ("GET", "/", {}), ("GET", "/nowhere", {}),
    ("GET", "/v1/models", {"Authorization": None}), ("DELETE", "/v1/chat/completions", {}),
    ("POST", "/s/team/v1/chat/completions", {}),
    ("POST", "/v1/chat/completions", {"X-Forwarded-For": "8.8.8.8"}),
    ("POST", "/v1/messages", {"Forwarded": "for=8.8.8.8"})])
def test_a_denied_client_is_refused_whatever_it_asks(serve, method, path, headers):
    assert serve(WALL).request(method, path, b"{", headers)[0] == 403


def test_a_refusal_by_reset_is_a_connection_error(serve, connect, provider):
    server = serve("scenario: ip\naccess: {allow: [10.0.0.0/8], refuse-with: reset}\n")
    client = connect(provider, server, max_retries=1)
    with pytest.raises(client.errors.APIConnectionError):
        client.ask()
    assert server.raw("/v1/chat/completions", chat_body("hi")) == (b"", "reset")
    rows = server.journal()
    assert [(row["rule"], row["status"], row["ending"]) for row in rows] == [
        ("access", None, "reset")] * 3


@pytest.mark.parametrize("status", [401, 404, 451, 503])
def test_a_refusal_may_have_another_status(serve, connect, provider, status):
    server = serve(f"scenario: ip\naccess: {{deny: '*', refuse-with: {{status: {status}}}}}\n")
    client = connect(provider, server, max_retries=0)
    with pytest.raises(client.errors.APIStatusError) as raised:
        client.ask()
    assert raised.value.status_code == status


@pytest.mark.parametrize(("headers", "status", "client"), [
    ({}, 200, "127.0.0.1"),
    ({"X-Forwarded-For": "10.0.0.50"}, 403, "10.0.0.50"),
    ({"X-Forwarded-For": "1.1.1.1, 10.0.0.50, 10.1.2.3"}, 403, "10.0.0.50"),
    ({"X-Forwarded-For": "10.0.0.50, 1.1.1.1"}, 200, "1.1.1.1"),
    ({"X-Forwarded-For": "[2001:db8::50]:443"}, 403, "2001:db8::50"),
    ({"X-Forwarded-For": "10.0.0.50, rubbish, 10.1.2.3"}, 200, "10.1.2.3"),
    ({"Forwarded": 'for="[2001:DB8::50]:443";proto=https'}, 403, "2001:db8::50"),
    ({"X-Real-IP": "10.0.0.50"}, 403, "10.0.0.50"),
    ({"X-Forwarded-For": "::ffff:10.0.0.50"}, 403, "10.0.0.50"),
])
def test_a_trusted_proxy_names_the_client(serve, headers, status, client):
    server = serve(BEHIND_A_PROXY)
    assert server.chat("hi", headers)[0] == status
    row, = server.journal()
    assert row["client"] == client


def test_an_unsupported_country_is_told_so(serve, connect):
    client = connect("openai", serve(BEHIND_A_PROXY), default_headers={
        "X-Forwarded-For": "175.45.177.7"})
    with pytest.raises(client.errors.PermissionDeniedError) as raised:
        client.ask()
    assert raised.value.code == "unsupported_country_region_territory"
    assert raised.value.type == "request_forbidden"
    assert "Country, region, or territory not supported" in raised.value.message


def test_the_reason_is_in_the_explanation(serve):
    server = serve(BEHIND_A_PROXY)
    _, headers, _ = server.chat("hi", {"X-Forwarded-For": "10.0.0.50"})
    server.stop()
    text = server.explain(headers["x-request-id"]).stdout
    assert "client 10.0.0.50 is denied by 10.0.0.50" in text
    assert "127.0.0.1" in text


def ask(connect, provider, server, key, **options):
    client = connect(provider, server, api_key=key, max_retries=0)
    return client, (lambda: client.ask(**options))


@pytest.mark.parametrize("key", ["sk-good-old", "sk-bad"])
def test_a_key_that_is_not_good_is_an_authentication_error(serve, connect, provider, key):
    client, call = ask(connect, provider, serve(KEYS), key)
    with pytest.raises(client.errors.AuthenticationError) as raised:
        call()
    expected = {"openai": "invalid_request_error", "anthropic": "authentication_error"}
    assert client.error_type(raised.value) == expected[provider]
    assert key not in str(raised.value)


def test_a_good_key_is_good(serve, connect, provider):
    client, call = ask(connect, provider, serve(KEYS), "sk-good-1")
    assert client.text(call())


def test_a_key_out_of_quota_is_told_so(serve, connect, provider):
    client, call = ask(connect, provider, serve(KEYS), "sk-broke")
    if provider == "openai":
        with pytest.raises(client.errors.RateLimitError) as raised:
            call()
        assert raised.value.code == raised.value.type == "insufficient_quota"
    else:
        with pytest.raises(client.errors.BadRequestError, match="credit balance is too low"):
            call()


def test_a_key_may_be_denied_a_model(serve, connect, provider):
    server = serve(KEYS)
    client, call = ask(connect, provider, server, "sk-small-1")
    with pytest.raises(client.errors.PermissionDeniedError) as raised:
        call()
    if provider == "openai":
        assert "gpt-4o-mini" in raised.value.message
    other = {"openai": "gpt-4-turbo", "anthropic": "claude-3-5-haiku-latest"}[provider]
    assert client.text(client.ask(model=other))


def test_a_key_expires_after_its_calls_and_a_retry_is_no_call(serve, connect, provider):
    server = serve(KEYS + """rules:
  - name: first attempts
    attempts: 1
    fault: {cause: overloaded, retry-after: {ms: 10ms}}
""")
    client = connect(provider, server, api_key="sk-temp-1")
    # The same question again is another call once it was answered.
    for _ in range(2):
        assert client.text(client.ask())
    with pytest.raises(client.errors.AuthenticationError):
        client.ask()
    fresh = connect(provider, server, api_key="sk-temp-2")
    assert fresh.text(fresh.ask())
    rows = server.journal()
    assert [row["attempt"] for row in rows[:4]] == [1, 2, 1, 2]
    assert [row["rule"] for row in rows].count("keys") == 1


@pytest.mark.parametrize("mode", ["sync"])
def test_a_key_expires_with_the_scenarios_time(serve, connect, provider):
    server = serve("scenario: day\nclock: manual\n"
                   "keys: {expiring: [{key: 'sk-day*', after: 20m}]}\n")
    client, call = ask(connect, provider, server, "sk-day-1")
    assert client.text(call())
    server.advance("19m")
    assert client.text(call())
    server.advance("2m")
    with pytest.raises(client.errors.AuthenticationError):
        call()


def test_no_key_is_kept(serve):
    server = serve(KEYS)
    for key in ("sk-good-old", "sk-secret-key-of-mine"):
        server.chat("hi", {"Authorization": f"Bearer {key}"})
    server.stop()
    content = server.journal_file.read_bytes() + server.log.read_bytes()
    assert b"sk-good-old" not in content and b"secret-key" not in content
    listing = brownout("journal", "list", "--journal", server.journal_file).stdout
    assert "sk-" not in listing and KEY not in listing


def test_plan_and_check_show_who_may_ask(tmp_path):
    path = tmp_path / "who.yaml"
    path.write_text(KEYS + BEHIND_A_PROXY.split("\n", 1)[1])
    plan = brownout("plan", path, "--calls", 1)
    assert plan.returncode == 0 and "invalid-api-key" in plan.stdout
    plan = brownout("plan", path, "--calls", 3, "--key", "sk-temp-9")
    rules = [line.split() for line in plan.stdout.splitlines() if line.startswith("call-")]
    assert ["keys" in words for words in rules] == [False, False, True, True, True]
    plan = brownout("plan", path, "--calls", 1, "--client", "10.0.0.50", "--key", "sk-good")
    assert "access" in plan.stdout and "permission-denied" in plan.stdout
    assert brownout("plan", path, "--client", "me").returncode == 2
    check = brownout("check", path).stdout
    assert "denies 10.0.0.50, 2001:db8::50, KP" in check
    assert "ordered: counts calls: keys that expire after 2" in check
