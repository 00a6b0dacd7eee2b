"""What the SDKs raise for requests that a provider refuses, and that what they can send is taken."""
import gzip
import json
import zlib

import pytest

from kit import message_body
from sdks import MODEL

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
CLAUDE_TOOL = {"name": "f", "input_schema": {"type": "object"}}
CALLS = {"role": "assistant", "content": None, "tool_calls": [
    {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}
USE = {"role": "assistant", "content": [
    {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}]}
HELLO = {"role": "user", "content": "hello"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from kit import Server
    server = Server(None, tmp_path_factory.mktemp("validation"))
    yield server
    server.stop()


def user(*parts):
    return {"role": "user", "content": list(parts)}


def strict(schema):
    return {"type": "json_schema", "json_schema": {
        "name": "out", "strict": True, "schema": schema}}


# A change to a good request; status, code, param, and words of the message.
OPENAI = [
    ({"model": "gpt-nope"}, 404, "model_not_found", None,
     "The model `gpt-nope` does not exist or you do not have access to it."),
    ({"model": "claude-sonnet-4-5"}, 404, "model_not_found", None, "`claude-sonnet-4-5`"),
    ({"model": "text-embedding-3-small"}, 404, None, "model", "This is not a chat model"),
    ({"temperature": 2.5}, 400, "decimal_above_max_value", "temperature", "'temperature'"),
    ({"n": 0}, 400, "integer_below_min_value", "n", "Expected a value >= 1"),
    ({"service_tier": "gold"}, 400, "invalid_value", "service_tier", "Invalid value: 'gold'"),
    ({"metadata": {"a": 1}}, 400, "invalid_type", "metadata.a", "expected a string"),
    ({"top_logprobs": 3}, 400, None, "top_logprobs", "when 'logprobs' is enabled"),
    ({"extra_body": {"foo": 1}}, 400, None, None, "Unrecognized request argument supplied: foo"),
    ({"messages": []}, 400, "empty_array", "messages", "empty array"),
    ({"messages": [{"role": "robot", "content": "x"}]}, 400, "invalid_value", "messages[0].role",
     "'robot'"),
    ({"messages": [HELLO, CALLS]}, 400, None, "messages",
     "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
     "'tool_call_id'. The following tool_call_ids did not have response messages: call_1"),
    ({"messages": [HELLO, {"role": "tool", "tool_call_id": "call_1", "content": "x"}]}, 400, None,
     "messages.[1].role",
     "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."),
    ({"messages": [user({"type": "image_url", "image_url": {"url": "data:text/plain;base64,aA=="}})]},
     400, "invalid_image_format", None, "Invalid MIME type. Only image types are supported."),
    ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, 400, "invalid_value",
     "tools[0].function.name", "does not match pattern"),
    ({"tools": [{**TOOL, "function": {**TOOL["function"], "strict": True}}]}, 400,
     "invalid_function_parameters", "tools[0].function.parameters",
     "Invalid schema for function 'f'"),
    ({"tool_choice": "auto"}, 400, None, "tool_choice", "only allowed when 'tools' are"),
    ({"response_format": strict({"type": "object", "properties": {}})}, 400, None,
     "response_format", "'additionalProperties' is required to be supplied and to be false."),
    ({"response_format": {"type": "json_object"}}, 400, None, "messages",
     "'messages' must contain the word 'json' in some form"),
    ({"model": "gpt-4", "messages": [{"role": "user", "content": "word " * 10_053}]}, 400,
     "context_length_exceeded", "messages",
     "This model's maximum context length is 8192 tokens. However, your messages resulted in "
     "10061 tokens. Please reduce the length of the messages."),
    ({"model": "gpt-4", "max_tokens": 8192}, 400, "context_length_exceeded", "messages",
     "in the completion). Please reduce the length of the messages or completion."),
    ({"max_tokens": 16_385}, 400, "invalid_value", "max_tokens",
     "max_tokens is too large: 16385. This model supports at most 16384 completion tokens"),
    ({"model": "o3", "max_completion_tokens": 9, "temperature": 0.5}, 400, "unsupported_value",
     "temperature", "Only the default (1) value is supported."),
]

ANTHROPIC = [
    ({"model": "claude-x"}, 404, "model: claude-x"),
    ({"model": "gpt-4o"}, 404, "model: gpt-4o"),
    # The newest SDK has no names for sampling, but sends it on.
    ({"extra_body": {"temperature": 1.5}}, 400, "temperature: range: 0..1"),
    ({"extra_body": {"foo": 1}}, 400, "foo: Extra inputs are not permitted"),
    ({"messages": []}, 400, "messages: at least one message is required"),
    ({"messages": [user({"type": "text", "text": ""})]}, 400,
     "messages: text content blocks must be non-empty"),
    ({"messages": [HELLO, USE]}, 400,
     "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: "
     "toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next "
     "message."),
    ({"messages": [user({"type": "tool_result", "tool_use_id": "toolu_1"})]}, 400,
     "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. Each "
     "`tool_result` block must have a corresponding `tool_use` block in the previous message."),
    ({"messages": [HELLO, {"role": "assistant", "content": "It is "}]}, 400,
     "messages: final assistant content cannot end with trailing whitespace"),
    ({"messages": [user({"type": "image", "source": {
        "type": "base64", "media_type": "image/bmp", "data": PIXEL}})]}, 400,
     "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', "
     "'image/png', 'image/gif' or 'image/webp'"),
    ({"tools": [{"name": "a b", "input_schema": {"type": "object"}}]}, 400,
     "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
    ({"tools": [CLAUDE_TOOL, CLAUDE_TOOL]}, 400, "tools: Tool names must be unique."),
    ({"thinking": {"type": "enabled", "budget_tokens": 10}}, 400,
     "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"),
    ({"thinking": {"type": "enabled", "budget_tokens": 2048}}, 400,
     "`max_tokens` must be greater than `thinking.budget_tokens`."),
    ({"model": "claude-3-5-haiku-20241022", "max_tokens": 8193}, 400,
     "max_tokens: 8193 > 8192, which is the maximum allowed number of output tokens for "
     "claude-3-5-haiku-20241022"),
    ({"messages": [{"role": "user", "content": "word " * 209_992}]}, 400,
     "prompt is too long: 210000 tokens > 200000 maximum"),
    ({"messages": [{"role": "user", "content": "word " * 199_800}]}, 400,
     "input length and `max_tokens` exceed context limit: 199808 + 512 > 200000"),
]


def raised(client, change):
    """The error of a refused request; the SDK does not try it again."""
    with pytest.raises(client.errors.APIStatusError) as raised:
        client.ask(**change)
    error = raised.value
    expected = {400: client.errors.BadRequestError, 404: client.errors.NotFoundError}
    assert isinstance(error, expected[error.status_code])
    return error


@pytest.mark.parametrize(("change", "status", "code", "param", "words"), OPENAI)
def test_openai_refuses(connect, server, change, status, code, param, words):
    error = raised(connect("openai", server, max_retries=0), change)
    assert (error.status_code, error.code, error.param) == (status, code, param)
    assert error.type == "invalid_request_error"
    assert words in error.body["message"]


@pytest.mark.parametrize(("change", "status", "words"), ANTHROPIC)
def test_anthropic_refuses(connect, server, change, status, words):
    error = raised(connect("anthropic", server, max_retries=0), change)
    assert error.status_code == status
    assert error.body["error"]["type"] == {
        400: "invalid_request_error", 404: "not_found_error"}[status]
    assert error.body["error"]["message"].startswith(words)


def test_a_beta_widens_the_window(connect, server):
    client = connect("anthropic", server, max_retries=0)
    client.ask("word " * 209_992, extra_headers={"anthropic-beta": "context-1m-2025-08-07"})


@pytest.mark.parametrize(("provider", "model", "known"), [
    ("openai", "gpt-4o-2024-11-20", True), ("openai", "o3", True),
    ("openai", "ft:gpt-4o-mini:acme::1", True), ("openai", "gpt-nope", False),
    ("anthropic", "claude-opus-4-7", True), ("anthropic", "claude-3-haiku-20240307", True),
    ("anthropic", "claude-x", False)])
def test_models_are_shown_that_are_answered(connect, server, provider, model, known):
    client = connect(provider, server, max_retries=0)
    if known:
        assert client.result(client.sdk.models.retrieve(model)).id == model
        client.ask(model=model)
        return
    with pytest.raises(client.errors.NotFoundError):
        client.result(client.sdk.models.retrieve(model))


# Everything that the SDKs' own types know, in requests of many parameters.

CHATS = [
    {"frequency_penalty": 0.1, "presence_penalty": -0.1, "temperature": 0, "top_p": 1, "seed": 7,
     "logit_bias": {"50256": -100}, "logprobs": True, "top_logprobs": 2, "n": 2, "stop": ["END"],
     "max_completion_tokens": 50, "metadata": {"run": "1"}, "store": True, "user": "u-1",
     "service_tier": "auto"},
    {"tools": [TOOL], "tool_choice": "required", "parallel_tool_calls": False},
    {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "f"}}},
    {"tools": [TOOL, {"type": "custom", "custom": {"name": "sql"}}], "tool_choice": {
        "type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [TOOL]}}},
    {"modalities": ["text"], "prediction": {"type": "content", "content": "hello"}},
    {"model": "gpt-4o-audio-preview", "modalities": ["text", "audio"],
     "audio": {"voice": "alloy", "format": "wav"}},
    {"model": "gpt-4o-search-preview", "web_search_options": {"search_context_size": "low"}},
    {"model": "gpt-5-mini", "reasoning_effort": "minimal", "max_completion_tokens": 50,
     "extra_body": {"verbosity": "low", "prompt_cache_key": "k", "safety_identifier": "s"}},
    {"functions": [{"name": "f", "parameters": {"type": "object"}}], "function_call": "auto"},
    {"response_format": {"type": "text"}},
    {"response_format": strict({
        "type": "object", "additionalProperties": False, "required": ["a"],
        "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}}})},
    {"messages": [
        {"role": "developer", "content": "Be brief."}, {"role": "system", "content": "Be kind."},
        {"role": "user", "name": "ann", "content": "hello"}, CALLS,
        {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "x"}]},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}, HELLO]},
    {"messages": [user(
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}",
                                            "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.jpg"}},
        {"type": "input_audio", "input_audio": {"data": PIXEL, "format": "mp3"}},
        {"type": "file", "file": {"filename": "a.pdf",
                                  "file_data": "data:application/pdf;base64,JVBERi0="}},
        {"type": "file", "file": {"file_id": "file-1"}})]},
]

MESSAGES = [
    {"extra_body": {"temperature": 0.5, "top_k": 5}, "stop_sequences": ["END"],
     "metadata": {"user_id": "u-1"}, "service_tier": "auto", "system": "Be brief."},
    {"extra_body": {"top_p": 0.9}, "system": [
        {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
    {"tools": [CLAUDE_TOOL], "tool_choice": {"type": "any", "disable_parallel_tool_use": True}},
    {"tools": [CLAUDE_TOOL, {"type": "web_search_20250305", "name": "web_search"}],
     "tool_choice": {"type": "tool", "name": "f"}},
    {"max_tokens": 2000, "thinking": {"type": "enabled", "budget_tokens": 1024}},
    {"model": "claude-opus-4-7", "thinking": {"type": "adaptive"}},
    {"messages": [HELLO, HELLO, {"role": "assistant", "content": "The answer is"}]},
    {"messages": [HELLO, USE, user(
        {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": False, "content": [
            {"type": "text", "text": "x"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                         "data": PIXEL}}]},
        {"type": "text", "text": "and?"})]},
    {"messages": [user(
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        {"type": "document", "title": "T", "citations": {"enabled": True}, "source": {
            "type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}},
        {"type": "document", "source": {
            "type": "text", "media_type": "text/plain", "data": "words"}},
        {"type": "document", "source": {"type": "url", "url": "https://example.org/a.pdf"}},
        {"type": "text", "text": "What is this?", "cache_control": {"type": "ephemeral"}})]},
    {"extra_body": {"container": None, "inference_geo": "us", "speed": "standard",
                    "output_config": {"effort": "low"}}},
]


@pytest.mark.parametrize("change", CHATS)
def test_openai_takes_what_its_sdk_can_send(connect, server, change):
    assert connect("openai", server, max_retries=0).ask(**change).choices


@pytest.mark.parametrize("change", MESSAGES)
def test_anthropic_takes_what_its_sdk_can_send(connect, server, change):
    assert connect("anthropic", server, max_retries=0).ask(**change).content


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_every_parameter_of_the_sdks_types_is_known(server, provider):
    """The names alone: a null is taken for each that may be left out."""
    if provider == "openai":
        from openai.types.chat import completion_create_params as params
        names, path, body = params.CompletionCreateParamsBase.__annotations__, \
            "/v1/chat/completions", {"model": MODEL["openai"], "messages": [HELLO]}
    else:
        from anthropic.types import message_create_params as params
        from anthropic.types.beta import message_create_params as beta
        names = {**params.MessageCreateParamsBase.__annotations__,
                 **beta.MessageCreateParamsBase.__annotations__}
        path, body = "/v1/messages", message_body("hello")
    body = {**{name: None for name in names}, **body}
    status, _, answer = server.post(path, body, {"anthropic-version": "2023-06-01"})
    assert status == 200, answer


CODINGS = {
    "gzip": gzip.compress, "x-gzip": gzip.compress, "GZip": gzip.compress,
    "deflate": zlib.compress, "identity": bytes,
    "gzip, deflate": lambda data: zlib.compress(gzip.compress(data)),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_a_compressed_body_is_read(server, coding):
    data = CODINGS[coding](json.dumps(message_body("word " * 1000)).encode())
    status, _, answer = server.post("/v1/messages", data, {
        "anthropic-version": "2023-06-01", "Content-Encoding": coding})
    assert status == 200
    assert json.loads(answer)["usage"]["input_tokens"] > 1000


def test_anthropics_sdk_knows_why_a_body_was_not_read(server):
    for data, coding, status, code in [
            (b"{}", "gzip", 400, "request_body_encoding_invalid"),
            (b"{}", "br", 400, "request_body_encoding_unsupported"),
            (gzip.compress(b" " * (33 << 20)), "gzip", 413,
             "request_body_too_large_after_decoding")]:
        got, _, answer = server.post("/v1/messages", data, {
            "anthropic-version": "2023-06-01", "Content-Encoding": coding})
        assert (got, json.loads(answer)["error"]["details"]) == (status, {"error_code": code})
    assert server.chat("still there")[0] == 200
