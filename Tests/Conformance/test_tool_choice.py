"""Which tools are called and in which form, as the official SDKs see it."""
import json
import re

import jsonschema
import pytest

import test_anthropic
import test_openai
from kit import chat_body
from sdks import MODEL

DONE = {"type": "object", "properties": {"r": {"type": "string"}}, "required": ["r"]}
LOOK = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


def function(name, schema):
    return {"type": "function", "function": {"name": name, "parameters": schema}}


def allowed(mode, *names):
    tools = [{"type": "function", "function": {"name": name}} for name in names]
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": tools}}


LOOK_AND_DONE = {
    "openai": [function("look", LOOK), function("done", DONE)],
    "anthropic": [{"name": "look", "input_schema": LOOK}, {"name": "done", "input_schema": DONE}],
}

# A conversation that ends with the result of `look`.
AFTER = {
    "openai": [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "tool_calls": [
            {"id": "call_1", "type": "function",
             "function": {"name": "look", "arguments": '{"a":1}'}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "18"}],
    "anthropic": [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"a": 1}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": "18"}]}],
}

FORCED = [
    ("openai", "required", {"done"}),
    ("openai", {"type": "function", "function": {"name": "look"}}, {"look"}),
    ("openai", {"type": "function", "function": {"name": "done"}}, {"done"}),
    ("openai", allowed("required", "look"), {"look"}),
    ("openai", allowed("required", "look", "done"), {"done"}),
    ("anthropic", {"type": "any"}, {"done"}),
    ("anthropic", {"type": "any", "disable_parallel_tool_use": True}, {"done"}),
    ("anthropic", {"type": "tool", "name": "look"}, {"look"}),
]


@pytest.fixture
def server(serve):
    return serve()


def called(provider, answer):
    """The names of the tools that a plain answer calls."""
    if provider == "anthropic":
        return [block.name for block in answer.content if block.type == "tool_use"]
    calls = answer.choices[0].message.model_dump().get("tool_calls") or []
    return [call[call["type"]]["name"] for call in calls]


def streamed(client, **options):
    """What is called in a stream of OpenAI's: by index, put together."""
    calls = {}
    for chunk in client.stream(**options).items:
        for choice in chunk.choices:
            for piece in choice.delta.model_dump().get("tool_calls") or []:
                call = calls.setdefault(piece["index"], {"id": piece["id"], "type": piece["type"]})
                body = piece.get("custom") or piece.get("function")
                call["name"] = call.get("name") or body.get("name")
                given = body.get("input", body.get("arguments")) or ""
                call["given"] = call.get("given", "") + given
    return list(calls.values())


@pytest.mark.parametrize(("provider", "choice", "expected"), FORCED)
def test_a_forced_tool_is_called_after_a_result(server, connect, provider, choice, expected):
    client = connect(provider, server)
    options = {"messages": AFTER[provider], "tools": LOOK_AND_DONE[provider],
               "tool_choice": choice}
    answer = client.ask(**options)
    assert set(called(provider, answer)) == expected
    if provider == "anthropic":
        assert answer.stop_reason == "tool_use"
        _, message = test_anthropic.final(client, **options)
        assert set(called(provider, message)) == expected
    else:
        assert {call["name"] for call in streamed(client, **options)} == expected


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_after_a_result_an_automatic_choice_is_text(server, connect, provider):
    client = connect(provider, server)
    answer = client.ask(messages=AFTER[provider], tools=LOOK_AND_DONE[provider])
    assert called(provider, answer) == [] and client.text(answer)


def test_a_loop_with_a_tool_to_leave_it_ends(server, connect):
    client = connect("openai", server)
    messages = [{"role": "user", "content": "hi"}]
    names = []
    while "done" not in names and len(names) < 9:
        message = client.ask(messages=messages, tools=LOOK_AND_DONE["openai"],
                             tool_choice="required").choices[0].message
        messages.append(message.model_dump(exclude_none=True))
        for call in message.tool_calls:
            names.append(call.function.name)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": "18"})
    assert len(names) <= 2


def test_only_allowed_tools_are_called(server, connect):
    client = connect("openai", server)
    for number in range(12):
        answer = client.ask(f"look and be done {number}", tools=LOOK_AND_DONE["openai"],
                            tool_choice=allowed("auto", "done"))
        assert called("openai", answer) == ["done"]


# Custom tools

CODE = {"type": "custom", "custom": {"name": "code", "description": "Runs Python."}}
DAY = {"type": "custom", "custom": {"name": "day", "format": {
    "type": "grammar",
    "grammar": {"syntax": "regex", "definition": r"20\d\d-(0[1-9]|1[0-2])-[0-2]\d"}}}}
CUSTOM = [
    ({"tools": [CODE]}, "tool_calls"),
    ({"tools": [CODE], "tool_choice": "required"}, "tool_calls"),
    ({"tools": [CODE, function("look", LOOK)],
      "tool_choice": {"type": "custom", "custom": {"name": "code"}}}, "stop"),
    ({"tools": [CODE, function("look", LOOK)],
      "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [
          {"type": "custom", "custom": {"name": "code"}}]}}}, "tool_calls"),
]


@pytest.mark.parametrize(("options", "finish"), CUSTOM)
def test_a_custom_tool_is_given_a_text(server, connect, options, finish):
    client = connect("openai", server)
    choice = client.ask(**options).choices[0]
    call, = choice.message.model_dump()["tool_calls"]
    assert (call["type"], call["custom"]["name"]) == ("custom", "code")
    assert call["id"].startswith("call_") and call["custom"]["input"]
    assert choice.finish_reason == finish and choice.message.content is None
    piece, = streamed(client, **options)
    assert piece == {"id": piece["id"], "type": "custom", "name": "code",
                     "given": call["custom"]["input"]}


def test_the_input_of_a_custom_tool_fits_its_pattern(server, connect):
    client = connect("openai", server)
    for number in range(8):
        answer = client.ask(f"question {number}", tools=[DAY], tool_choice="required")
        call, = answer.choices[0].message.model_dump()["tool_calls"]
        pattern = DAY["custom"]["format"]["grammar"]["definition"]
        assert re.fullmatch(pattern, call["custom"]["input"])


def test_a_conversation_goes_on_after_a_custom_call(server, connect):
    client = connect("openai", server)
    messages = [{"role": "user", "content": "hi"}]
    message = client.ask(messages=messages, tools=[CODE]).choices[0].message
    dump = message.model_dump(exclude_none=True)
    messages += [dump, {"role": "tool", "tool_call_id": dump["tool_calls"][0]["id"],
                        "content": "18"}]
    assert client.text(client.ask(messages=messages, tools=[CODE]))


# Functions, from before there were tools

OLD = {"functions": [{"name": "look", "parameters": LOOK}, {"name": "done", "parameters": DONE}]}


@pytest.mark.parametrize(("choice", "finish"), [
    (None, "function_call"), ("auto", "function_call"), ({"name": "done"}, "stop")])
def test_functions_are_called_as_before_there_were_tools(server, connect, choice, finish):
    client = connect("openai", server)
    options = OLD if choice is None else {**OLD, "function_call": choice}
    plain = client.ask(**options).choices[0]
    call = plain.message.function_call
    schema = {"look": LOOK, "done": DONE}[call.name]
    jsonschema.validate(json.loads(call.arguments), schema)
    assert (plain.message.content, plain.message.tool_calls) == (None, None)
    assert plain.finish_reason == finish
    chunks = client.stream(**options).items
    pieces = [piece for piece in (chunk.choices[0].delta.function_call for chunk in chunks)
              if piece]
    assert [piece.name for piece in pieces if piece.name] == [call.name]
    assert "".join(piece.arguments for piece in pieces) == call.arguments
    assert test_openai.finishes(chunks) == [finish]


def test_functions_can_be_forbidden_and_answered(server, connect):
    client = connect("openai", server)
    assert client.text(client.ask(**OLD, function_call="none"))
    messages = [{"role": "user", "content": "hi"},
                {"role": "assistant", "content": None,
                 "function_call": {"name": "look", "arguments": '{"a":1}'}},
                {"role": "function", "name": "look", "content": "18"}]
    assert client.text(client.ask(messages=messages, **OLD))
    forced = client.ask(messages=messages, **OLD, function_call={"name": "look"})
    assert forced.choices[0].message.function_call.name == "look"


# Tools of Anthropic's that the client runs

WORDS = {"type": "string"}
TYPED = [
    ({"type": "bash_20250124", "name": "bash"},
     {"type": "object", "properties": {"command": WORDS}, "required": ["command"]}),
    ({"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"},
     {"type": "object", "required": ["command", "path"],
      "properties": {"command": {"const": "view"}, "path": WORDS}}),
    ({"type": "text_editor_20250124", "name": "str_replace_editor"},
     {"type": "object", "required": ["command", "path"],
      "properties": {"command": {"const": "view"}, "path": WORDS}}),
    ({"type": "memory_20250818", "name": "memory"},
     {"type": "object", "required": ["command", "path"],
      "properties": {"command": {"const": "view"}, "path": {"pattern": "^/memories"}}}),
    ({"type": "computer_20250124", "name": "computer", "display_width_px": 300,
      "display_height_px": 5},
     {"type": "object", "required": ["action"], "properties": {
         "action": {"enum": ["screenshot", "mouse_move"]},
         "coordinate": {"type": "array", "minItems": 2, "maxItems": 2, "prefixItems": [
             {"type": "integer", "minimum": 0, "maximum": 299},
             {"type": "integer", "minimum": 0, "maximum": 4}]}}}),
]


@pytest.mark.parametrize(("tool", "schema"), TYPED)
def test_tools_of_a_type_are_called_with_arguments_of_theirs(server, connect, tool, schema):
    client = connect("anthropic", server)
    for number in range(6):
        options = {"model": MODEL["anthropic"], "max_tokens": 512, "tools": [tool],
                   "tool_choice": {"type": "any"},
                   "messages": [{"role": "user", "content": f"question {number}"}],
                   "betas": ["computer-use-2025-01-24", "context-management-2025-06-27"]}
        answer = client.result(client.sdk.beta.messages.create(**options))
        block, = answer.content
        assert (block.type, block.name, answer.stop_reason) == (
            "tool_use", tool["name"], "tool_use")
        jsonschema.validate(block.input, schema)
        assert ("coordinate" in block.input) == (block.input.get("action") == "mouse_move")
    _, message = client.runner.managed(
        client.sdk.beta.messages.stream(**options), "get_final_message")
    assert message.content[0].input == answer.content[0].input


@pytest.mark.parametrize("choice", [{"type": "auto"}, {"type": "any"}])
def test_a_tool_that_the_provider_runs_gives_text(server, connect, choice):
    client = connect("anthropic", server)
    answer = client.ask(tools=[{"type": "web_search_20250305", "name": "web_search"}],
                        tool_choice=choice)
    assert client.text(answer) and answer.stop_reason == "end_turn"


# Scenarios

SCRIPTED = """scenario: scripted
reply:
  tool-calls:
    - {name: code, raw-arguments: print(1)}
"""


def test_a_scripted_call_has_the_form_of_its_tool(serve, connect):
    client = connect("openai", serve(SCRIPTED))
    call, = client.ask(tools=[CODE]).choices[0].message.model_dump()["tool_calls"]
    assert (call["type"], call["custom"]) == ("custom", {"name": "code", "input": "print(1)"})
    piece, = streamed(client, tools=[CODE])
    assert (piece["type"], piece["given"]) == ("custom", "print(1)")
    old = client.ask(functions=[{"name": "code"}]).choices[0].message.function_call
    assert (old.name, old.arguments) == ("code", "print(1)")


FAULTS = """scenario: faults
rules:
  - name: broken
    when: {tools: true}
    fault: FAULT
"""


@pytest.mark.parametrize("options", [{"tools": [CODE]}, OLD])
@pytest.mark.parametrize("stream", [False, True])
def test_faults_of_arguments_are_about_every_form(serve, connect, options, stream):
    server = serve(FAULTS.replace("FAULT", "arguments-cut"))
    client = connect("openai", server)
    if stream:
        client.stream(**options)
    else:
        client.ask(**options)
    assert [row["injected"] for row in server.journal()] == [True]
    server = serve(FAULTS.replace("FAULT", "{cut: fin, at: in tool-arguments}"))
    body, ending = server.raw("/v1/chat/completions", chat_body("hi", stream=stream, **options))
    assert re.search(rb'"(input|arguments)":"[^}]+$', body) and ending == "fin"
    assert [row["injected"] for row in server.journal()] == [True]


# Shapes that a prompt asks for

PERSON = {"properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
          "required": ["name", "age"], "type": "object"}
ASKS = f"Always respond with a JSON object that fits this schema:\n\n{json.dumps(PERSON)}\n"


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_schema_in_the_prompt_is_answered(server, connect, provider):
    client = connect(provider, server)

    def ask(system, text="a person", **options):
        if provider == "anthropic":
            return client.text(client.ask(text, system=system, **options))
        messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
        return client.text(client.ask(messages=messages, **options))

    jsonschema.validate(json.loads(ask(ASKS)), PERSON)
    fenced = ask(ASKS, "Return the correct JSON response within a ```json codeblock.")
    inside = re.fullmatch(r"```json\n(.*)\n```", fenced, re.DOTALL)
    jsonschema.validate(json.loads(inside.group(1)), PERSON)
    if provider == "openai":
        words = f"json_schema: {json.dumps(PERSON)}"
        text = ask(words, response_format={"type": "json_object"})
        jsonschema.validate(json.loads(text), PERSON)
    with pytest.raises(ValueError):
        json.loads(ask(f"What is this? {json.dumps(PERSON)}"))


def test_explain_says_that_the_schema_came_from_the_prompt(server, connect):
    client = connect("anthropic", server)
    client.ask(ASKS)
    client.ask("hello")
    notes = ["note          the answer's JSON Schema came from the prompt" in
             server.explain(row["id"]).stdout for row in server.journal()]
    assert notes == [True, False]
