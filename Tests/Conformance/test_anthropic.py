"""Healthy answers through Anthropic's SDK."""
import anthropic
import jsonschema
import pytest

from kit import KEY, TWELVE
from sdks import ANTHROPIC_MAJOR, CLOCK, MODEL, WEATHER

TOOLS = [
    {"name": "get_weather", "input_schema": WEATHER},
    {"name": "get_time", "input_schema": CLOCK},
]
SCHEMAS = {"get_weather": WEATHER, "get_time": CLOCK}
ASK = {"model": MODEL["anthropic"], "max_tokens": 512,
       "messages": [{"role": "user", "content": "hello"}]}

TWO_CALLS = """scenario: two calls
reply:
  text: Let me look.
  tool-calls:
    - {name: get_weather, arguments: {city: Paris, unit: celsius}}
    - {name: get_time, arguments: {}}
"""


@pytest.fixture
def server(serve):
    return serve()


@pytest.fixture
def client(connect, server):
    return connect("anthropic", server)


def joined(events):
    return "".join(event.delta.text for event in events
                   if event.type == "content_block_delta" and event.delta.type == "text_delta")


def final(client, **options):
    """The events and the message of the streaming helper."""
    return client.runner.managed(client.sdk.messages.stream(**{**ASK, **options}),
                                 "get_final_message")


def test_a_plain_answer_is_whole(client):
    answer = client.ask()
    assert (answer.type, answer.role, answer.stop_reason) == ("message", "assistant", "end_turn")
    assert answer.id.startswith("msg_")
    assert answer.model == MODEL["anthropic"]
    assert answer.stop_sequence is None
    assert client.text(answer)
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0


def test_a_stream_says_what_the_plain_answer_says(client):
    plain = client.ask("the same words")
    streamed = client.stream("the same words")
    assert streamed.error is None
    assert joined(streamed.items) == client.text(plain)
    names = [event.type for event in streamed.items]
    assert (names[0], names[1]) == ("message_start", "content_block_start")
    assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert streamed.items[-2].usage.output_tokens == plain.usage.output_tokens


def test_the_stream_helper_ends_with_the_message(client):
    _, message = final(client)
    assert client.text(message) == client.text(client.ask("hello"))
    assert message.stop_reason == "end_turn"
    assert message.usage.output_tokens > 1


def test_a_stream_pings(server):
    _, _, body = server.message(stream=True)
    lines = body.decode().splitlines()
    assert "event: ping" in lines
    assert lines.index("event: ping") > lines.index("event: message_start")


def test_a_limit_of_tokens_cuts_the_text(serve, connect):
    client = connect("anthropic", serve(f"scenario: twelve\nreply: {{text: {TWELVE}}}\n"))
    answer = client.ask(max_tokens=5)
    assert answer.stop_reason == "max_tokens"
    assert client.text(answer) == "one two three four five"
    assert answer.usage.output_tokens == 5
    _, message = final(client, max_tokens=5)
    assert message.stop_reason == "max_tokens"


def test_a_stop_sequence_ends_the_text(serve, connect):
    client = connect("anthropic", serve(f"scenario: twelve\nreply: {{text: {TWELVE}}}\n"))
    answer = client.ask(stop_sequences=["five", "nine"])
    assert (answer.stop_reason, answer.stop_sequence) == ("stop_sequence", "five")
    assert client.text(answer) == "one two three four "


def test_a_required_tool_is_called_with_valid_arguments(client):
    answer = client.ask(tools=TOOLS, tool_choice={"type": "any"})
    assert answer.stop_reason == "tool_use"
    calls = [block for block in answer.content if block.type == "tool_use"]
    assert calls and all(call.id.startswith("toolu_") for call in calls)
    for call in calls:
        jsonschema.validate(call.input, SCHEMAS[call.name])


def test_a_forced_tool_is_the_one_that_is_called(client):
    answer = client.ask(tools=TOOLS, tool_choice={"type": "tool", "name": "get_time"})
    assert [block.name for block in answer.content if block.type == "tool_use"] == ["get_time"]


def test_no_tool_is_called_when_none_may_be(client):
    answer = client.ask(tools=TOOLS, tool_choice={"type": "none"})
    assert {block.type for block in answer.content} == {"text"}


def test_parallel_calls_stream_block_by_block(serve, connect):
    client = connect("anthropic", serve(TWO_CALLS))
    plain = client.ask(tools=TOOLS)
    events, message = final(client, tools=TOOLS)
    assert [block.type for block in message.content] == ["text", "tool_use", "tool_use"]
    assert [block.input for block in message.content[1:]] == [
        {"city": "Paris", "unit": "celsius"}, {}]
    assert [block.input for block in plain.content[1:]] == [
        block.input for block in message.content[1:]]
    starts = [event.index for event in events if event.type == "content_block_start"]
    assert starts == [0, 1, 2]
    assert message.stop_reason == plain.stop_reason == "tool_use"


def test_an_agent_loop_ends(client):
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    for _ in range(4):
        choice = {"type": "any" if len(messages) == 1 else "auto"}
        answer = client.result(client.sdk.messages.create(
            model=MODEL["anthropic"], max_tokens=512, messages=messages, tools=TOOLS,
            tool_choice=choice))
        if answer.stop_reason != "tool_use":
            break
        messages.append({"role": "assistant", "content": [
            block.model_dump(exclude_none=True) for block in answer.content]})
        messages.append({"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": block.id, "content": "sunny"}
            for block in answer.content if block.type == "tool_use"]})
    assert answer.stop_reason == "end_turn"
    assert client.text(answer) and len(messages) > 1


def test_thinking_comes_first_and_is_signed(client):
    thinking = {"type": "enabled", "budget_tokens": 1024}
    answer = client.ask(thinking=thinking, max_tokens=4096)
    assert [block.type for block in answer.content] == ["thinking", "text"]
    assert answer.content[0].thinking and answer.content[0].signature
    _, message = final(client, thinking=thinking, max_tokens=4096)
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.content[0].thinking == answer.content[0].thinking
    assert message.content[0].signature


def test_models_are_listed_and_found(client):
    page = client.result(client.sdk.models.list())
    assert any(model.id.startswith(MODEL["anthropic"]) for model in page.data)
    model = client.result(client.sdk.models.retrieve(MODEL["anthropic"]))
    assert model.id.startswith(MODEL["anthropic"]) and model.type == "model"
    assert model.display_name and model.created_at.year >= 2023


@pytest.mark.skipif(ANTHROPIC_MAJOR < 2, reason="models have a lifecycle since anthropic 2")
def test_models_are_what_the_types_say(server):
    strict = anthropic.Anthropic(base_url=server.data + "/anthropic", api_key=KEY,
                                 _strict_response_validation=True)
    for models in (strict.models, strict.beta.models):
        found = list(models.list(lifecycle=["active", "deprecated", "retired"], limit=9))
        assert {model.lifecycle for model in found} == {"active", "deprecated", "retired"}
        assert {model.lifecycle for model in models.list()} == {"active", "deprecated"}
        assert {model.lifecycle for model in models.list(lifecycle=["retired"])} == {"retired"}
        model = models.retrieve(MODEL["anthropic"])
        assert (model.lifecycle, model.line) == ("deprecated", "sonnet")
        assert model.retires_at and model.max_input_tokens and model.max_tokens


THREADED = """scenario: a tool, then words
rules:
  - {name: call, calls: 1, reply: {tool-calls: [{name: weather, arguments: {city: Paris}}]}}
  - {name: say, reply: {text: It rains.}}
"""


@pytest.mark.skipif(ANTHROPIC_MAJOR < 2, reason="the tool runner has threads since anthropic 2")
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_the_tool_runner_comes_to_its_end_on_a_thread(serve, stream):
    server = serve(THREADED)
    client = anthropic.Anthropic(base_url=server.data + "/anthropic", api_key=KEY)
    asked = []

    @anthropic.beta_tool
    def weather(city: str) -> str:
        """The weather of a city."""
        asked.append(city)
        return "rain"

    runner = client.beta.messages.tool_runner(
        model=MODEL["anthropic"], max_tokens=99, tools=[weather], stream=stream,
        messages=[{"role": "user", "content": "hi"}])
    answers = [answer.get_final_message() if stream else answer for answer in runner]
    assert asked == ["Paris"]
    assert [answer.stop_reason for answer in answers] == ["tool_use", "end_turn"]
    assert answers[1].usage.input_tokens > answers[0].usage.input_tokens
    rows = server.journal()
    # The second request has the result alone, and is not refused.
    assert [row["status"] for row in rows] == [200, 200]
    assert rows[1]["request_bytes"] < rows[0]["request_bytes"]


@pytest.mark.skipif(ANTHROPIC_MAJOR < 2, reason="the SDK has threads since anthropic 2")
def test_a_lost_thread_is_sent_again(serve):
    server = serve()
    client = anthropic.Anthropic(base_url=server.data + "/anthropic", api_key=KEY)
    thread = client.beta.messages.thread(model=MODEL["anthropic"], max_tokens=99)
    first = thread.send({"role": "user", "content": "hi"})
    server.command("POST", "/sessions/default/reset")
    second = thread.send({"role": "user", "content": "and now?"})
    assert second.stop_reason == "end_turn" and second.id != first.id
    assert [row["status"] for row in server.journal()] == [200, 404, 200]


def test_an_unknown_model_is_not_found(client):
    with pytest.raises(anthropic.NotFoundError) as raised:
        client.result(client.sdk.models.retrieve("no-such-model"))
    assert client.error_type(raised.value) == "not_found_error"


def test_answers_carry_native_headers(client):
    raw = client.result(client.sdk.messages.with_raw_response.create(**ASK))
    for name in ("request-id", "anthropic-organization-id",
                 "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-tokens-limit",
                 "anthropic-ratelimit-input-tokens-remaining",
                 "anthropic-ratelimit-output-tokens-reset"):
        assert raw.headers.get(name), name
    assert not [name for name in raw.headers if "brownout" in name.lower()]


@pytest.mark.parametrize("version", ["2023-06-01", "2026-10-21"])
@pytest.mark.parametrize("auth", [
    {"x-api-key": KEY, "Authorization": None}, {"Authorization": f"Bearer {KEY}"}])
def test_both_ways_to_present_a_key_work(server, auth, version):
    status, _, body = server.request(
        "POST", "/v1/messages", b'{"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": '
        b'[{"role": "user", "content": "hello"}]}', {"anthropic-version": version, **auth})
    assert status == 200, body


def test_a_token_works_in_place_of_a_key(connect, server):
    client = connect("anthropic", server, api_key=None, auth_token="token")
    assert client.text(client.ask())
