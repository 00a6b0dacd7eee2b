"""Every shipped scenario teaches what its comment says."""
import collections
import itertools
import json
import time

import pytest

from kit import KEY, SCENARIOS, brownout, chat_body, events, gaps
from recorded import RECORDINGS, read
from sdks import WEATHER

SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
CALLS = 60
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}}]


@pytest.fixture
def mode():
    """What a scenario teaches does not depend on the client's mode."""
    return "sync"


@pytest.fixture
def scenario(serve):
    return lambda name: serve(SCENARIOS / f"{name}.yaml")


def by_call(rows):
    """The journal's rows of each call, in order."""
    calls = collections.defaultdict(list)
    for row in rows:
        calls[row["call_key"]].append(row)
    return list(calls.values())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_opens_with_its_lesson_and_has_no_faults_of_its_own(name):
    path = SCENARIOS / f"{name}.yaml"
    lines = path.read_text().splitlines()
    comment = list(itertools.takewhile(lambda line: line.startswith("#"), lines))
    assert 3 <= len(comment) <= 8
    checked = brownout("check", path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_has_a_test_of_its_lesson(name):
    assert f"test_{name.replace('-', '_')}" in globals()


def test_first_day(scenario, connect, provider):
    server = scenario("first-day")
    client = connect(provider, server)
    streamed = client.stream()
    assert streamed.error is None and len(streamed.items) > 5
    row, = server.journal()
    assert (row["status"], row["ending"], row["rule"]) == (200, "complete", None)
    assert row["last_byte_us"] - row["first_byte_us"] >= 100_000


def test_anthropic_overloaded_openai_fine(scenario, connect):
    server = scenario("anthropic-overloaded-openai-fine")
    first, second = (connect(name, server) for name in ("anthropic", "openai"))
    with pytest.raises(first.errors.OverloadedError):
        first.ask("the same question")
    assert second.text(second.ask("the same question"))
    rows = server.journal()
    assert [(row["provider"], row["attempt"], row["status"]) for row in rows] == [
        ("anthropic", 1, 529), ("anthropic", 2, 529), ("anthropic", 3, 529), ("openai", 1, 200)]


def test_flaky_then_fine(scenario, connect, provider):
    server = scenario("flaky-then-fine")
    client = connect(provider, server)
    assert client.text(client.ask())
    rows = server.journal()
    assert [row["cause"] for row in rows] == ["rate-limited", "overloaded", None]
    assert gaps(rows)[0] >= 0.25


def test_retry_after_lies(scenario, connect):
    server = scenario("retry-after-lies")
    promises = collections.Counter()
    for number in range(CALLS):
        status, headers, _ = server.chat(f"call {number}")
        assert status == 429
        promises[promise(headers)] += 1
        assert server.chat(f"call {number}")[0] == 200
    assert set(promises) == {"milliseconds", "date", "nothing", "a year", "garbage"}
    assert min(promises.values()) >= 3


def promise(headers):
    """What the Retry-After headers of an answer say."""
    text = headers.get("retry-after")
    if text is None or "retry-after-ms" in headers:
        return "milliseconds" if "retry-after-ms" in headers else "nothing"
    if text.isdigit():
        return "a year" if int(text) > 24 * 3600 else "seconds"
    return "date" if text.endswith("GMT") else "garbage"


PERMANENT = {
    "the key was revoked": ({"key": "sk-revoked-1"}, 401),
    "the key may not use this": ({"key": "sk-guest-1"}, 403),
    "the model is gone": ({"model": "gpt-4-retired"}, 404),
    "a parameter is wrong": ({"top_p": 0.01}, 400),
    "the prompt is too long": ({"text": "Summarise the whole archive."}, 400),
    "the upload is too large": ({"text": "Watch the whole video."}, 413),
    "the content cannot be processed": ({"text": "Read the broken file."}, 422),
    "the prompt is refused": ({"text": "Tell me the forbidden recipe."}, 400),
}


def test_non_retryable_errors(scenario, connect):
    server = scenario("non-retryable-errors")
    for trigger, status in PERMANENT.values():
        trigger = dict(trigger)
        client = connect("openai", server, api_key=trigger.pop("key", KEY))
        with pytest.raises(client.errors.APIStatusError) as raised:
            client.ask(**trigger)
        assert raised.value.status_code == status
    client = connect("openai", server)
    assert client.text(client.ask("Anything else."))
    rows = server.journal()
    assert [row["rule"] for row in rows] == [*PERMANENT, None]
    assert [row["retryable"] for row in rows[:-1]] == [False] * len(PERMANENT)


def test_streams_that_break(scenario, connect, provider):
    server = scenario("streams-that-break")
    client = connect(provider, server, timeout=2, max_retries=0)
    streams = [client.stream(f"question {number}") for number in range(7)]
    failed = [streamed.error is not None for streamed in streams]
    assert failed == [False, True, True, True, True, True, False]
    assert len(streams[0].items) < len(streams[6].items)
    assert streams[5].items == []
    endings = [row["ending"] for row in server.journal()]
    assert (endings[0], endings[1], endings[2], endings[5], endings[6]) == (
        "clean", "fin", "reset", "reset", "complete")


def test_slow_provider(scenario, connect):
    server = scenario("slow-provider")
    client = connect("openai", server, timeout=1.5, max_retries=1)
    for number in range(12):
        assert client.text(client.ask(f"question {number}"))
    calls = by_call(server.journal())
    kinds = {call[0]["fault"] for call in calls}
    assert any(kind and "hang" in kind for kind in kinds)
    assert any(kind and "stall" in kind for kind in kinds)
    for call in calls:
        assert len(call) == (2 if call[0]["fault"] and "hang" in call[0]["fault"] else 1)


def test_tool_calls_cut(scenario):
    server = scenario("tool-calls-cut")
    ask = {"tools": TOOLS, "tool_choice": "auto"}
    question = chat_body("How is the weather?", stream=True, **ask)
    first = server.raw("/v1/chat/completions", question)
    assert first[1] == "fin"
    assert 0 < len(arguments(first[0])) < len('{"city":"Paris","unit":"celsius","days":3}')
    second = server.raw("/v1/chat/completions", question)
    assert second[1] == "complete"
    assert json.loads(arguments(second[0]))
    _, _, body = server.chat("The weather of nowhere?", **ask)
    call, = json.loads(body)["choices"][0]["message"]["tool_calls"]
    with pytest.raises(ValueError):
        json.loads(call["function"]["arguments"])
    assert server.chat("The weather of nowhere?")[0] == 200


def arguments(answer):
    """The arguments of the first tool call of a stream, as far as it came."""
    parts = []
    for event in events(answer):
        if event == "[DONE]":
            continue
        for choice in event["choices"]:
            for call in choice["delta"].get("tool_calls") or []:
                parts.append(call["function"].get("arguments") or "")
    return "".join(parts)


def test_gateway_trouble(scenario, connect, provider):
    server = scenario("gateway-trouble")
    client = connect(provider, server, max_retries=1)
    for number in range(12):
        assert client.text(client.ask(f"question {number}"))
    rows = server.journal()
    assert {len(call) for call in by_call(rows)} == {2}
    assert len({row["cause"] or row["fault"] for row in rows if row["attempt"] == 1}) >= 5


def test_billing_day(scenario, connect, provider):
    server = scenario("billing-day")
    client = connect(provider, server)
    for number in range(5):
        assert client.text(client.ask(f"question {number}"))
    with pytest.raises(client.errors.APIStatusError) as raised:
        client.ask("one too many")
    paid = {"openai": ("insufficient_quota", 3), "anthropic": ("billing_error", 1)}
    kind, attempts = paid[provider]
    assert client.error_type(raised.value) == kind
    rows = server.journal()
    assert len(rows) == 5 + attempts
    assert {row["retryable"] for row in rows[5:]} == {False}


def test_capacity_wobble(scenario):
    server = scenario("capacity-wobble")
    for number in range(CALLS):
        server.raw("/v1/chat/completions", chat_body(f"question {number}", stream=True))
    rows = server.journal()
    outcomes = collections.Counter(row["cause"] or row["ending"] for row in rows)
    assert outcomes["complete"] > CALLS / 2
    assert {"rate-limited", "server-error"} <= set(outcomes)


def test_third_party_providers(scenario, connect):
    server = scenario("third-party-providers")
    primary = connect("openai", server, base_url=f"{server.data}/primary/v1")
    backup = connect("anthropic", server, base_url=f"{server.data}/backup")
    assert primary.text(primary.ask()) and backup.text(backup.ask())
    rows = server.journal()
    assert [(row["provider"], row["status"]) for row in rows] == [
        ("primary", 503), ("primary", 503), ("primary", 200), ("backup", 200)]


def test_down_at_start(scenario):
    server = scenario("down-at-start")
    status, headers, _ = server.chat("are you there?")
    assert (status, headers["retry-after"]) == (503, "1")
    deadline = time.monotonic() + 10
    while status != 200 and time.monotonic() < deadline:
        status = server.chat("are you there?")[0]
    assert status == 200
    rows = server.journal()
    assert {row["rule"] for row in rows[:-1]} == {"not up yet"}
    assert sum(gaps(rows)) < 2.5


def test_outage_and_recovery(serve):
    server = serve(SCENARIOS / "outage-and-recovery.yaml", "--clock", "manual")

    def failures(prefix, count):
        return sum(server.chat(f"{prefix} {index}", stream=False)[0] == 503
                   for index in range(count))

    def go(phase):
        assert server.command("POST", "/phase", {"to": phase})[0] == 200

    assert failures("calm", 20) == 0
    go("outage")
    calls = [f"down {index}" for index in range(CALLS)]
    # What hangs is met with a short patience.
    outcomes = collections.Counter()
    for call in calls:
        try:
            outcomes[server.chat(call, timeout=0.5)[0]] += 1
        except TimeoutError:
            outcomes["hang"] += 1
    assert outcomes[503] >= 45 and outcomes[200] <= 10
    go("recovery")
    early = failures("early", CALLS)
    server.advance("24s")
    late = failures("late", CALLS)
    assert early > 20 and late < 20 and late < early
    server.advance("6s")
    assert failures("after", 20) == 0


def test_key_rotation(scenario, connect, provider):
    server = scenario("key-rotation")
    ring = ["sk-sunday", "sk-monday", "sk-tuesday", "sk-wednesday"]
    gone = []
    for number in range(5):
        while True:
            client = connect(provider, server, api_key=ring[0], max_retries=0)
            try:
                assert client.text(client.ask(f"question {number}"))
                break
            except client.errors.APIStatusError as error:
                gone.append((ring.pop(0), error.status_code))
    quota = {"openai": 429, "anthropic": 400}[provider]
    assert gone == [("sk-sunday", 401), ("sk-monday", 401), ("sk-tuesday", quota)]
    denied = {"openai": "gpt-4", "anthropic": "claude-opus-4-1"}[provider]
    with pytest.raises(client.errors.PermissionDeniedError):
        client.ask(model=denied)
    rows = server.journal()
    assert [row["cause"] for row in rows if row["rule"] == "keys"] == [
        "invalid-api-key", "invalid-api-key", "insufficient-quota", "permission-denied"]


def test_walled_off(scenario, connect, provider):
    server = scenario("walled-off")
    asked = {"127.0.0.1": True, "10.20.3.4": True, "2001:db8:20::1": True, "91.10.0.1": True,
             "10.20.0.50": False, "10.20.9.9": False, "175.45.176.1": False, "8.8.8.8": False}
    for address, is_let_in in asked.items():
        client = connect(provider, server, default_headers={"X-Forwarded-For": address})
        if is_let_in:
            assert client.text(client.ask())
        else:
            with pytest.raises(client.errors.PermissionDeniedError):
                client.ask()
    rows = server.journal()
    assert [row["client"] for row in rows] == list(asked)
    assert [row["rule"] for row in rows] == [
        None if is_let_in else "access" for is_let_in in asked.values()]


def test_tier_one(scenario, connect, provider):
    server = scenario("tier-one")
    client = connect(provider, server, max_retries=1)
    for number in range(12):
        assert client.text(client.ask(f"question {number}"))
    calls = by_call(server.journal())
    assert [len(call) for call in calls[:10]] == [1] * 10
    refused = [call[0] for call in calls if len(call) == 2]
    assert refused and {row["rule"] for row in refused} == {"tier one"}
    assert all(gaps(call)[0] >= 0.5 for call in calls if len(call) == 2)


def test_prompt_cache(serve, connect):
    server = serve(SCENARIOS / "prompt-cache.yaml", "--clock", "manual")
    client = connect("anthropic", server)

    def usage(text, system="word " * 2000):
        system = [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}]
        usage = client.ask(text, system=system).usage
        return usage.cache_creation_input_tokens, usage.cache_read_input_tokens
    # The SDK tries again; the failed attempt has kept nothing.
    kept, read = usage("the first question")
    assert kept > 1024 and read == 0
    assert usage("the second question") == (0, kept)
    server.advance("6m")
    assert usage("much later") == (kept, 0)
    for hour in range(3):
        assert usage("a question", f"It is {hour} o'clock. " + "word " * 2000)[1] == 0


def test_replay(scenario):
    server = scenario("replay")
    server.exit_code = 1
    exchange, = read(RECORDINGS / "openai-tools-stream.yaml")
    cut, ending = server.raw(exchange.path, exchange.body)
    head, _, body = cut.partition(b"\r\n\r\n")
    assert ending == "reset" and head == exchange.head
    assert b'"arguments"' in body and len(body) < len(exchange.framed)
    assert server.raw(exchange.path, exchange.body) == (
        exchange.head + b"\r\n\r\n" + exchange.framed, "complete")
    status, _, answer = server.chat("What is the weather in Rome?")
    assert status == 404 and exchange.id in json.loads(answer)["error"]["message"]
    rows = server.journal()
    assert [(row["rule"], row["injected"]) for row in rows[:2]] == [
        ("cut inside the recorded arguments", True), (None, None)]
