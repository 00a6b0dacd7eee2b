"""Mistral through its official SDK: answers, streams, tools, errors, retries, broken streams."""
import asyncio
import contextlib
import json

import jsonschema
import pytest
from mistralai.client import Mistral, errors
from mistralai.client.utils import BackoffStrategy, RetryConfig

from kit import KEY, TWELVE, brownout
from sdks import CLOCK, WEATHER

MODEL = "mistral-small-latest"
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "hello"}]}
TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}},
    {"type": "function", "function": {"name": "get_time", "parameters": CLOCK}},
]
SCHEMAS = {"get_weather": WEATHER, "get_time": CLOCK}

TWO_CALLS = """scenario: two calls
reply:
  text: Let me look.
  tool-calls:
    - {name: get_weather, arguments: {city: Paris, unit: celsius}}
    - {name: get_time, arguments: {}}
"""


def client_of(server, **options):
    return Mistral(api_key=KEY, server_url=f"{server.data}/mistral", timeout_ms=20_000, **options)


@pytest.fixture
def server(serve):
    return serve()


@pytest.fixture
def client(server):
    with client_of(server) as client:
        yield client


def streamed(client, **options):
    """The chunks of a stream, and the error that ended it."""
    chunks = []
    try:
        for event in client.chat.stream(**{**ASK, **options}):
            chunks.append(event.data)
    except Exception as error:  # Any class may come; the tests say which.
        return chunks, error
    return chunks, None


def texts(chunks):
    return [chunk.choices[0].delta.content for chunk in chunks
            if isinstance(chunk.choices[0].delta.content, str)]


def test_a_plain_answer_is_whole(client):
    answer = client.chat.complete(**ASK)
    assert (answer.object, answer.model) == ("chat.completion", MODEL)
    assert answer.choices[0].finish_reason == "stop"
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content
    usage = answer.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0
    assert len(answer.id) == 32 and int(answer.id, 16)


def test_a_stream_says_what_the_plain_answer_says(client):
    plain = client.chat.complete(**ASK)
    chunks, error = streamed(client)
    assert error is None
    assert "".join(texts(chunks)) == plain.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].usage.completion_tokens == plain.usage.completion_tokens
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert len({chunk.id for chunk in chunks}) == 1


def test_async_clients_get_the_same(server):
    async def ask():
        async with Mistral(api_key=KEY, server_url=f"{server.data}/mistral") as client:
            plain = await client.chat.complete_async(**ASK)
            pieces = []
            async for event in await client.chat.stream_async(**ASK):
                pieces.append(event.data.choices[0].delta.content)
            return plain.choices[0].message.content, "".join(pieces)
    plain, stream = asyncio.run(ask())
    assert plain == stream


def test_calls_come_whole(serve):
    with client_of(serve(TWO_CALLS)) as client:
        plain = client.chat.complete(**ASK, tools=TOOLS)
        calls = plain.choices[0].message.tool_calls
        chunks, error = streamed(client, tools=TOOLS)
    assert error is None
    assert plain.choices[0].finish_reason == "tool_calls"
    assert [call.function.name for call in calls] == ["get_weather", "get_time"]
    assert json.loads(calls[0].function.arguments) == {"city": "Paris", "unit": "celsius"}
    in_chunks = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
    assert [call.function for call in in_chunks] == [call.function for call in calls]
    assert [call.index for call in in_chunks] == [0, 1]
    assert all(len(call.id) == 9 and call.id.isalnum() for call in calls + in_chunks)


@pytest.mark.parametrize("choice", ["any", "required",
                                    {"type": "function", "function": {"name": "get_weather"}}])
def test_a_forced_tool_is_called_by_its_schema(client, choice):
    answer = client.chat.complete(**ASK, tools=TOOLS, tool_choice=choice)
    call = answer.choices[0].message.tool_calls[0]
    jsonschema.validate(json.loads(call.function.arguments), SCHEMAS[call.function.name])
    if isinstance(choice, dict):
        assert call.function.name == "get_weather"


def test_a_turn_with_a_result_goes_on(client):
    call = client.chat.complete(**ASK, tools=TOOLS, tool_choice="any").choices[0].message
    messages = [*ASK["messages"], call] + [
        {"role": "tool", "tool_call_id": made.id, "name": made.function.name, "content": "18"}
        for made in call.tool_calls]
    answer = client.chat.complete(model=MODEL, messages=messages, tools=TOOLS)
    assert answer.choices[0].finish_reason == "stop"
    assert answer.choices[0].message.content


def test_a_model_that_thinks_says_what(client):
    ask = {**ASK, "model": "magistral-medium-latest"}
    content = client.chat.complete(**ask).choices[0].message.content
    assert [part.type for part in content] == ["thinking", "text"]
    chunks, error = streamed(client, **ask)
    assert error is None
    thoughts = [part.thinking[0].text for chunk in chunks
                for part in chunk.choices[0].delta.content
                if not isinstance(part, str) and part.type == "thinking"]
    assert "".join(thoughts) == content[0].thinking[0].text
    assert "".join(texts(chunks)) == content[1].text


def test_a_schema_is_kept(client):
    answer = client.chat.complete(**ASK, response_format={
        "type": "json_schema", "json_schema": {"name": "weather", "schema": WEATHER}})
    jsonschema.validate(json.loads(answer.choices[0].message.content), WEATHER)
    free = client.chat.complete(**ASK, response_format={"type": "json_object"})
    assert isinstance(json.loads(free.choices[0].message.content), dict)


def test_code_is_filled_in(client):
    answer = client.fim.complete(model="codestral-latest", prompt="def f(", suffix="return a")
    assert answer.choices[0].message.content


def test_embeddings_and_moderations(client):
    made = client.embeddings.create(model="mistral-embed", inputs=["one", "two"])
    assert [len(item.embedding) for item in made.data] == [1024, 1024]
    assert [item.index for item in made.data] == [0, 1]
    assert made.data[0].embedding != made.data[1].embedding
    judged = client.classifiers.moderate(model="mistral-moderation-latest", inputs=["a", "b"])
    assert len(judged.results) == 2
    assert set(judged.results[0].categories) == set(judged.results[0].category_scores)


def test_models_are_listed(client):
    models = client.models.list().data
    assert {model.type for model in models} == {"base"}
    one = client.models.retrieve(model_id=MODEL)
    assert one.capabilities.completion_chat and one.capabilities.function_calling
    assert one == next(model for model in models if model.id == MODEL)


# Status, and where Mistral has one, the code of each cause.
CAUSES = {
    "bad-request": (400, "3230"), "context-length-exceeded": (400, "3051"),
    "request-too-large": (413, None), "conflict": (409, None), "unprocessable": (422, None),
    "content-policy": (403, None), "model-not-found": (400, "1500"),
    "request-timeout": (408, None), "invalid-api-key": (401, None),
    "permission-denied": (403, None), "insufficient-quota": (429, "1300"),
    "billing": (402, None), "rate-limited": (429, "1300"), "server-error": (500, "1000"),
    "bad-gateway": (502, None), "unavailable": (503, "1100"), "overloaded": (429, "3505"),
    "gateway-timeout": (504, None),
}


def failing(cause):
    return f"scenario: failing\nrules: [{{name: failing, fault: {cause}}}]\n"


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_is_an_error_of_the_sdk(serve, cause):
    server = serve(failing(cause))
    status, code = CAUSES[cause]
    with client_of(server) as client, pytest.raises(errors.MistralError) as raised:
        client.chat.complete(**ASK)
    error = raised.value
    expected = errors.HTTPValidationError if status == 422 else errors.SDKError
    assert type(error) is expected
    assert error.status_code == status
    if code:
        body = json.loads(error.body)
        assert (body["object"], body["code"], body["raw_status_code"]) == ("error", code, status)
    if status == 401:
        assert json.loads(error.body) == {"detail": "Unauthorized"}
    rows = server.journal()
    assert [(row["status"], row["cause"], row["attempt"]) for row in rows] == [(status, cause, 1)]
    if cause not in ("bad-gateway", "gateway-timeout"):
        assert server.explain(error.headers["mistral-correlation-id"]).returncode == 0


def test_every_cause_is_known():
    listed = json.loads(brownout("causes", "--json").stdout)
    assert set(CAUSES) == {cause["cause"] for cause in listed}


def test_a_client_that_retries_gets_through(serve):
    server = serve("scenario: twice\nrules:\n"
                   "  - {name: busy, attempts: 1-2, fault: {cause: overloaded, retry-after: 10ms}}\n")
    config = RetryConfig("backoff", BackoffStrategy(1, 5, 1.1, 5_000), True)
    with client_of(server) as client:
        assert client.chat.complete(**ASK, retries=config).choices[0].message.content
    assert [row["status"] for row in server.journal()] == [429, 429, 200]


@pytest.mark.parametrize(("body", "kind", "place"), [
    ({"model": MODEL}, "missing", ["body", "messages"]),
    ({**ASK, "seed": 7}, "extra_forbidden", ["body", "seed"]),
    ({**ASK, "temperature": 3}, "less_than_equal", ["body", "temperature"]),
    ({**ASK, "stream": "maybe"}, "bool_parsing", ["body", "stream"]),
    ({**ASK, "messages": [{"role": "robot", "content": "x"}]}, "union_tag_invalid",
     ["body", "messages", 0]),
])
def test_wrong_members_are_named(server, body, kind, place):
    status, _, answer = server.post("/mistral/v1/chat/completions", body)
    assert status == 422
    found = json.loads(answer)["message"]["detail"][0]
    assert (found["type"], found["loc"]) == (kind, place)


@pytest.mark.parametrize(("messages", "code"), [
    ([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "3230"),
    ([{"role": "user", "content": "a"},
      {"role": "tool", "content": "b", "tool_call_id": "abcdefghi"}], "3230"),
    ([{"role": "user", "content": "a"},
      {"role": "assistant", "content": "", "tool_calls": [
          {"id": "call_of_openai", "function": {"name": "f", "arguments": "{}"}}]},
      {"role": "tool", "content": "b", "tool_call_id": "call_of_openai"}], "3280"),
])
def test_conversations_that_mistral_does_not_take(server, messages, code):
    status, _, answer = server.post("/mistral/v1/chat/completions",
                                    {"model": MODEL, "messages": messages})
    assert (status, json.loads(answer)["code"]) == (400, code)


def breaking(fault):
    return (f"scenario: breaking\nreply: {{text: {TWELVE}}}\nrules:\n  - name: breaking\n"
            f"    fault: {fault}\n")


@pytest.mark.parametrize(("ending", "raised"), [
    ("clean", None), ("fin", "RemoteProtocolError"), ("reset", "ReadError")])
def test_a_cut_stream(serve, ending, raised):
    with client_of(serve(breaking(f"{{cut: {ending}, at: event 5}}"))) as client:
        chunks, error = streamed(client)
    assert len(chunks) == 5
    assert (type(error).__name__ if error else None) == raised


def test_an_error_amid_a_stream(serve):
    with client_of(serve(breaking("{cause: overloaded, at: event 3}"))) as client:
        chunks, error = streamed(client)
    assert len(chunks) == 3
    assert isinstance(error, errors.ResponseValidationError)


def test_a_recording_answers_both_kinds(serve, tmp_path, record):
    upstream = serve(f"scenario: said\nreply: {{text: {TWELVE}}}\n")
    recorder = record(upstream, "--upstream", f"mistral={upstream.data}/mistral")
    with client_of(recorder) as client:
        chunks, error = streamed(client)
    assert error is None
    recorder.stop()
    with contextlib.ExitStack() as stack:
        server = serve(f"scenario: again\nsource: {{replay: {recorder.file}}}\n")
        client = stack.enter_context(client_of(server))
        again, error = streamed(client)
        plain = client.chat.complete(**ASK)
    assert error is None
    assert texts(again) == texts(chunks)
    assert plain.choices[0].message.content == TWELVE
    assert plain.usage == chunks[-1].usage
