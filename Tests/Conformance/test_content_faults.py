"""Faults in what an answer says, leaves out or is: what the official SDKs make of each."""
import json

import pytest

import test_anthropic
import test_openai
from kit import TWELVE
from sdks import WEATHER

TOOLS = {"openai": test_openai.TOOLS[:1], "anthropic": test_anthropic.TOOLS[:1]}


def scenario(fault):
    return f"scenario: x\nreply: {{text: {TWELVE}}}\nrules: [{{name: a, fault: {fault}}}]\n"


@pytest.fixture
def faulty(serve, connect):
    """A client of a server that has a fault, and the server."""
    def start(provider, fault, **options):
        server = serve(scenario(fault))
        return connect(provider, server, **options), server
    return start


def injected(server):
    return [row["injected"] for row in server.journal()]


def listed(answer):
    """The list that holds what an answer of either provider says."""
    return answer.choices if hasattr(answer, "choices") else answer.content


# Lists, bodies and pages

@pytest.mark.parametrize(("fault", "expected"), [("empty-choices", []), ("null-choices", None)])
def test_an_answer_without_choices_is_no_error(faulty, provider, fault, expected):
    client, server = faulty(provider, fault)
    assert listed(client.ask()) == expected
    streamed = client.stream()
    assert streamed.error is None
    if provider == "openai":
        assert {json.dumps(chunk.choices) for chunk in streamed.items} == {json.dumps(expected)}
    else:
        assert streamed.items[0].message.content == expected
        has_blocks = any(event.type == "content_block_start" for event in streamed.items)
        assert has_blocks == (expected is None)
    assert injected(server) == [True, True]


def test_an_error_with_200_is_no_exception(faulty, provider):
    client, server = faulty(provider, "error-with-200")
    answer = client.ask()
    assert listed(answer) is None
    assert answer.error["type" if isinstance(answer.error, dict) else 0]
    streamed = client.stream()
    assert (streamed.items, streamed.error) == ([], None)
    assert [row["status"] for row in server.journal()] == [200, 200]


def test_an_empty_body_cannot_be_read_and_is_not_tried_again(faulty, provider):
    client, server = faulty(provider, "empty-body")
    with pytest.raises(json.JSONDecodeError):
        client.ask()
    streamed = client.stream("another")
    assert (streamed.items, streamed.error) == ([], None)
    assert injected(server) == [True, True]


@pytest.mark.parametrize("fault", ["html-with-200", "page-portal"])
def test_a_page_with_200_comes_as_text(faulty, provider, fault):
    client, server = faulty(provider, fault)
    assert client.ask().lower().startswith("<!doctype html>")
    streamed = client.stream("another")
    assert (streamed.items, streamed.error) == ([], None)
    assert injected(server) == [True, True]


@pytest.mark.parametrize(("fault", "status", "attempts"), [
    ("page-502", 502, 2), ("page-520", 520, 2), ("page-524", 524, 2), ("page-challenge", 403, 1)])
def test_a_page_of_the_content_network_is_an_error_of_its_status(
        faulty, provider, fault, status, attempts):
    client, server = faulty(provider, fault, max_retries=1)
    error = client.errors.PermissionDeniedError if status == 403 else (
        client.errors.InternalServerError)
    with pytest.raises(error) as caught:
        client.ask()
    assert caught.value.status_code == status
    headers = caught.value.response.headers
    assert headers["content-type"] == "text/html; charset=UTF-8"
    assert headers["server"] == "cloudflare"
    assert (headers.get("cf-mitigated") == "challenge") == (status == 403)
    assert server.attempts() == list(range(1, attempts + 1))
    explained = server.explain(headers["cf-ray"])
    assert explained.returncode == 0, explained.stderr


def test_what_envoy_says_is_a_server_error_in_text(faulty, provider):
    client, server = faulty(provider, "page-503", max_retries=1)
    with pytest.raises(client.errors.InternalServerError) as caught:
        client.ask()
    answer = caught.value.response
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/plain")
    assert answer.headers["server"] == "envoy"
    assert answer.text.startswith("upstream connect error or disconnect/reset before headers")
    assert server.attempts() == [1, 2]


def test_json_where_events_were_asked_is_an_empty_stream(faulty, provider):
    client, server = faulty(provider, "plain-json")
    assert client.text(client.ask()) == TWELVE
    streamed = client.stream("another")
    assert (streamed.items, streamed.error) == ([], None)
    assert injected(server) == [False, True]


# What is said

def test_a_refusal_is_an_answer(faulty, provider):
    client, server = faulty(provider, "refusal")
    answer = client.ask()
    streamed = client.stream()
    assert streamed.error is None
    if provider == "openai":
        message = answer.choices[0].message
        assert message.content is None and message.refusal
        assert answer.choices[0].finish_reason == "stop"
        deltas = [chunk.choices[0].delta.refusal or "" for chunk in streamed.items]
        assert "".join(deltas) == message.refusal
    else:
        assert answer.stop_reason == "refusal"
        assert client.text(answer) == test_anthropic.joined(streamed.items) != ""
    assert injected(server) == [True, True]


@pytest.mark.parametrize(("fault", "reasons"), [
    ("length", {"openai": "length", "anthropic": "max_tokens"}),
    ("content-filter", {"openai": "content_filter", "anthropic": "refusal"})])
def test_an_answer_that_ends_early_says_why(faulty, provider, fault, reasons):
    client, server = faulty(provider, fault)
    answer = client.ask()
    streamed = client.stream()
    assert client.text(answer) == "one two three four five six"
    if provider == "openai":
        assert answer.choices[0].finish_reason == reasons[provider]
        assert test_openai.finishes(streamed.items) == [reasons[provider]]
        assert test_openai.joined(streamed.items) == client.text(answer)
    else:
        assert answer.stop_reason == reasons[provider]
        assert streamed.items[-2].delta.stop_reason == reasons[provider]
        assert test_anthropic.joined(streamed.items) == client.text(answer)
    assert injected(server) == [True, True]


def calls(provider, answer):
    """Id, name and arguments of each call: Anthropic's arguments come parsed."""
    if provider == "openai":
        return [(call.id, call.function.name, call.function.arguments)
                for call in answer.choices[0].message.tool_calls]
    return [(block.id, block.name, block.input)
            for block in answer.content if block.type == "tool_use"]


@pytest.mark.parametrize("fault", ["arguments-not-json", "arguments-cut"])
def test_arguments_that_are_no_json_reach_the_caller(faulty, provider, fault):
    client, server = faulty(provider, fault)
    (_, name, arguments), = calls(provider, client.ask(tools=TOOLS[provider]))
    assert name == "get_weather"
    assert isinstance(arguments, str)
    with pytest.raises(json.JSONDecodeError):
        json.loads(arguments)
    assert injected(server) == [True]


def test_arguments_that_break_the_schema_reach_the_caller(faulty, provider):
    client, server = faulty(provider, "arguments-break-schema")
    (_, name, arguments), = calls(provider, client.ask(tools=TOOLS[provider]))
    assert name == "get_weather"
    value = json.loads(arguments) if provider == "openai" else arguments
    with pytest.raises(test_openai.jsonschema.ValidationError):
        test_openai.jsonschema.validate(value, WEATHER)
    assert injected(server) == [True]


def test_two_calls_of_one_id_reach_the_caller(faulty, provider):
    client, server = faulty(provider, "duplicate-tool-id")
    made = calls(provider, client.ask(tools=TOOLS[provider]))
    assert len(made) == 2
    assert made[0][0] == made[1][0]
    assert injected(server) == [True]


def test_a_call_of_an_unknown_tool_reaches_the_caller(faulty, provider):
    client, server = faulty(provider, "unknown-tool")
    (_, name, _), = calls(provider, client.ask(tools=TOOLS[provider]))
    assert name == "get_weather_v2"
    # Without an offer, too.
    (_, name, _), = calls(provider, client.ask())
    assert name == "search_documents"
    assert injected(server) == [True, True]


@pytest.mark.parametrize("fault", [
    "arguments-not-json", "arguments-cut", "arguments-break-schema", "duplicate-tool-id"])
def test_without_tools_such_a_fault_is_counted_as_not_there(faulty, provider, fault):
    client, server = faulty(provider, fault)
    assert client.text(client.ask()) == TWELVE
    assert injected(server) == [False]


def test_anthropics_helper_takes_cut_arguments_and_chokes_on_others(serve, connect, mode):
    for fault, raised in [("arguments-cut", False), ("arguments-not-json", True)]:
        client = connect("anthropic", serve(scenario(fault)))
        if raised:
            with pytest.raises(ValueError):
                test_anthropic.final(client, tools=TOOLS["anthropic"])
        else:
            _, message = test_anthropic.final(client, tools=TOOLS["anthropic"])
            assert message.stop_reason == "tool_use"
            assert [block.type for block in message.content] == ["text", "tool_use"]


def test_a_wrong_usage_and_a_wrong_model_are_passed_on(faulty, provider):
    client, server = faulty(provider, "wrong-usage")
    usage = client.ask().usage
    if provider == "openai":
        assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens - 1000
    else:
        assert usage.output_tokens == 12 + 1000
        parts = usage.cache_creation
        assert usage.cache_creation_input_tokens - 1000 == (
            parts.ephemeral_5m_input_tokens + parts.ephemeral_1h_input_tokens)
    assert injected(server) == [True]
    client, server = faulty(provider, "wrong-model")
    other = {"openai": "gpt-3.5-turbo-0125", "anthropic": "claude-3-haiku-20240307"}[provider]
    assert client.ask().model == other
    items = client.stream().items
    assert (items[0].model if provider == "openai" else items[0].message.model) == other


# What is left out

def test_no_reason_of_the_end_is_none(faulty, provider):
    client, server = faulty(provider, "no-finish-reason")
    answer, streamed = client.ask(), client.stream()
    assert streamed.error is None
    if provider == "openai":
        assert answer.choices[0].finish_reason is None
        assert test_openai.finishes(streamed.items) == []
    else:
        assert answer.stop_reason is None
        assert not any(getattr(event, "delta", None) and getattr(event.delta, "stop_reason", None)
                       for event in streamed.items)
    assert injected(server) == [True, True]


def test_no_usage_is_none(faulty, provider):
    client, server = faulty(provider, "no-usage")
    assert client.ask().usage is None
    options = {"stream_options": {"include_usage": True}} if provider == "openai" else {}
    streamed = client.stream(**options)
    assert streamed.error is None
    assert all(getattr(item, "usage", None) is None for item in streamed.items)
    assert injected(server) == [True, True]


@pytest.mark.parametrize(("own", "fault"), [
    ("openai", "no-done"), ("anthropic", "no-message-stop")])
def test_a_stream_without_its_end_is_silent(faulty, provider, own, fault):
    client, server = faulty(provider, fault)
    streamed = client.stream()
    assert streamed.error is None
    if provider == own == "anthropic":
        assert streamed.items[-1].type == "message_delta"
    elif provider == own:
        assert test_openai.joined(streamed.items) == TWELVE
    assert injected(server) == [provider == own]


# Shapes

def shaped(faulty, provider, fault):
    """What a client gets out of a stream with a fault that nothing is missing from."""
    client, server = faulty(provider, fault)
    streamed = client.stream()
    assert streamed.error is None
    assert injected(server) == [True]
    return streamed.items


def test_events_without_names_do_not_exist_for_anthropic(faulty, mode):
    assert shaped(faulty, "anthropic", "no-event-names") == []


def test_a_first_chunk_without_choices_is_passed_on(faulty, provider):
    items = shaped(faulty, provider, "empty-first-chunk")
    if provider == "openai":
        assert (items[0].choices, items[0].id, items[0].model) == ([], "", "")
        assert items[0].prompt_filter_results[0]["prompt_index"] == 0
        assert test_openai.joined(items) == TWELVE
    else:
        assert test_anthropic.joined(items) == TWELVE


def test_what_lacks_its_delta_is_passed_on(faulty, provider):
    items = shaped(faulty, provider, "no-delta")
    if provider == "openai":
        assert [chunk.choices[0].delta is None for chunk in items].count(True) == 1
    else:
        assert [event.delta is None for event in items
                if event.type == "content_block_delta"].count(True) == 1


def test_a_gateways_own_event_is_passed_on(faulty, provider):
    items = shaped(faulty, provider, "extra-event")
    if provider == "openai":
        assert items[-1].choices is None and items[-1].id is None
        assert items[-1].billing["currency"] == "USD"
    else:
        names = [event.type for event in items]
        assert "billing.summary" in names
        assert names[-1] == "message_stop"


def test_what_comes_behind_the_end_is_read_by_anthropics_sdk_alone(faulty, provider):
    items = shaped(faulty, provider, "after-terminal")
    if provider == "openai":
        assert test_openai.joined(items) == TWELVE
    else:
        assert [event.type for event in items[-2:]] == ["message_stop", "content_block_delta"]


def test_neither_sdk_looks_at_the_content_type_of_what_it_can_read(faulty, provider):
    client, server = faulty(provider, "wrong-content-type")
    streamed = client.stream()
    assert streamed.error is None
    joined = {"openai": test_openai.joined, "anthropic": test_anthropic.joined}[provider]
    assert joined(streamed.items) == TWELVE
    answer = client.ask("plain")
    assert answer if isinstance(answer, str) else client.text(answer) == TWELVE
    assert injected(server) == [True, True]
