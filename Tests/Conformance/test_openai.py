"""Healthy answers through OpenAI's SDK."""
import json
import time

import jsonschema
import openai
import pydantic
import pytest

from kit import TWELVE
from sdks import CLOCK, MODEL, WEATHER

TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}},
    {"type": "function", "function": {"name": "get_time", "parameters": CLOCK}},
]
SCHEMAS = {"get_weather": WEATHER, "get_time": CLOCK}

TWO_CALLS = """scenario: two calls
reply:
  tool-calls:
    - {name: get_weather, arguments: {city: Paris, unit: celsius}}
    - {name: get_time, arguments: {zone: Europe/Paris}}
"""


@pytest.fixture
def server(serve):
    return serve()


@pytest.fixture
def client(connect, server):
    return connect("openai", server)


def joined(chunks, index=0):
    """The text of one choice of a stream."""
    deltas = (choice.delta.content for chunk in chunks for choice in chunk.choices
              if choice.index == index)
    return "".join(text for text in deltas if text)


def finishes(chunks):
    return [choice.finish_reason for chunk in chunks for choice in chunk.choices
            if choice.finish_reason]


def test_a_plain_answer_is_whole(client):
    answer = client.ask()
    assert answer.object == "chat.completion"
    assert answer.id.startswith("chatcmpl-")
    assert answer.model.startswith(MODEL["openai"])
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason == "stop"
    assert client.text(answer)
    usage = answer.usage
    assert usage.prompt_tokens > 0 and usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_a_stream_says_what_the_plain_answer_says(client):
    plain = client.ask("the same words")
    streamed = client.stream("the same words")
    assert streamed.error is None
    assert joined(streamed.items) == client.text(plain)
    assert finishes(streamed.items) == ["stop"]


@pytest.mark.parametrize("tier", ["auto", "default", "flex", "priority"])
def test_an_answer_says_which_tier_served_it(client, tier):
    served = {"auto": "default"}.get(tier, tier)
    assert client.ask(model="o3", service_tier=tier).service_tier == served
    chunks = client.stream(model="o3", service_tier=tier).items
    assert {chunk.service_tier for chunk in chunks} == {served}


def test_an_answer_was_made_when_it_came(client):
    began = int(time.time())
    times = {client.ask().created, *(chunk.created for chunk in client.stream().items)}
    assert all(began <= created <= time.time() for created in times)


def test_every_chunk_has_the_same_id_created_and_model(client):
    chunks = client.stream().items
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert chunks[0].choices[0].delta.role == "assistant"
    assert len(chunks) > 5


def test_usage_comes_in_a_last_chunk_without_choices(client):
    chunks = client.stream("count me", stream_options={"include_usage": True}).items
    assert chunks[-1].choices == []
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert chunks[-1].usage.completion_tokens == client.ask("count me").usage.completion_tokens
    assert all(chunk.usage is None for chunk in client.stream("count me").items)


def test_n_gives_as_many_choices(client):
    answer = client.ask(n=2)
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert all(choice.message.content for choice in answer.choices)
    chunks = client.stream(n=2).items
    assert [joined(chunks, index) for index in (0, 1)] == [
        choice.message.content for choice in answer.choices]
    assert finishes(chunks) == ["stop", "stop"]


@pytest.mark.parametrize("parameter", ["max_tokens", "max_completion_tokens"])
def test_a_limit_of_tokens_cuts_the_text(serve, connect, parameter):
    client = connect("openai", serve(f"scenario: twelve\nreply: {{text: {TWELVE}}}\n"))
    answer = client.ask(**{parameter: 5})
    assert answer.choices[0].finish_reason == "length"
    assert client.text(answer) == "one two three four five"
    assert answer.usage.completion_tokens == 5
    assert finishes(client.stream(**{parameter: 5}).items) == ["length"]


def test_a_stop_sequence_ends_the_text(serve, connect):
    client = connect("openai", serve(f"scenario: twelve\nreply: {{text: {TWELVE}}}\n"))
    answer = client.ask(stop=["five", "nine"])
    assert answer.choices[0].finish_reason == "stop"
    assert client.text(answer) == "one two three four "


def test_a_required_tool_is_called_with_valid_arguments(client):
    answer = client.ask(tools=TOOLS, tool_choice="required")
    assert answer.choices[0].finish_reason == "tool_calls"
    assert answer.choices[0].message.content is None
    for call in answer.choices[0].message.tool_calls:
        jsonschema.validate(json.loads(call.function.arguments), SCHEMAS[call.function.name])


def test_a_forced_tool_is_the_one_that_is_called(client):
    choice = {"type": "function", "function": {"name": "get_time"}}
    calls = client.ask(tools=TOOLS, tool_choice=choice).choices[0].message.tool_calls
    assert [call.function.name for call in calls] == ["get_time"]


def test_no_tool_is_called_when_none_may_be(client):
    answer = client.ask(tools=TOOLS, tool_choice="none")
    assert not answer.choices[0].message.tool_calls
    assert answer.choices[0].finish_reason == "stop"


def test_parallel_calls_stream_by_index(serve, connect):
    client = connect("openai", serve(TWO_CALLS))
    plain = client.ask(tools=TOOLS).choices[0].message.tool_calls
    assert len({call.id for call in plain}) == 2
    calls = {}
    chunks = client.stream(tools=TOOLS).items
    for delta in (choice.delta for chunk in chunks for choice in chunk.choices):
        for fragment in delta.tool_calls or []:
            call = calls.setdefault(fragment.index, {"name": None, "arguments": ""})
            call["name"] = call["name"] or fragment.function.name
            call["arguments"] += fragment.function.arguments or ""
    assert list(calls) == [0, 1]
    assert [call["name"] for call in calls.values()] == ["get_weather", "get_time"]
    assert [call["arguments"] for call in calls.values()] == [
        call.function.arguments for call in plain]
    assert finishes(chunks) == ["tool_calls"]


def test_an_agent_loop_ends(client):
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    for _ in range(4):
        answer = client.result(client.sdk.chat.completions.create(
            model=MODEL["openai"], messages=messages, tools=TOOLS,
            tool_choice="required" if len(messages) == 1 else "auto"))
        message = answer.choices[0].message
        if answer.choices[0].finish_reason != "tool_calls":
            break
        messages.append(message.model_dump(exclude_none=True))
        messages += [{"role": "tool", "tool_call_id": call.id, "content": "sunny"}
                     for call in message.tool_calls]
    assert answer.choices[0].finish_reason == "stop"
    assert message.content and len(messages) > 1


def test_the_stream_helper_ends_with_a_completion(client):
    manager = client.sdk.chat.completions.stream(
        model=MODEL["openai"], messages=[{"role": "user", "content": "hello"}])
    items, completion = client.runner.managed(manager, "get_final_completion")
    assert client.text(completion) == client.text(client.ask("hello"))
    assert {"chunk", "content.delta", "content.done"} <= {item.type for item in items}


class Trip(pydantic.BaseModel):
    city: str
    days: int
    by_train: bool


def test_the_parse_helper_gets_what_its_schema_asks_for(client):
    answer = client.result(client.sdk.chat.completions.parse(
        model=MODEL["openai"], messages=[{"role": "user", "content": "Plan a trip."}],
        response_format=Trip))
    assert isinstance(answer.choices[0].message.parsed, Trip)


def test_models_are_listed_and_found(client):
    page = client.result(client.sdk.models.list())
    assert MODEL["openai"] in [model.id for model in page.data]
    model = client.result(client.sdk.models.retrieve(MODEL["openai"]))
    assert (model.id, model.object) == (MODEL["openai"], "model")


def test_an_unknown_model_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as raised:
        client.result(client.sdk.models.retrieve("no-such-model"))
    assert raised.value.code == "model_not_found"


def test_answers_carry_native_headers(client):
    raw = client.result(client.sdk.chat.completions.with_raw_response.create(
        model=MODEL["openai"], messages=[{"role": "user", "content": "hello"}]))
    for name in ("x-request-id", "x-ratelimit-limit-requests", "x-ratelimit-remaining-tokens",
                 "x-ratelimit-reset-requests", "openai-processing-ms", "openai-version"):
        assert raw.headers.get(name), name
    assert not [name for name in raw.headers if "brownout" in name.lower()]
