"""Ollama through its own SDK: answers, errors, and what becomes of lines of JSON."""
import json

import jsonschema
import ollama
import openai
import pydantic
import pytest

from kit import TWELVE, Server, brownout
from sdks import WEATHER, AsyncRunner, SyncRunner

MODEL = "llama3.2"
ASK = [{"role": "user", "content": "hello"}]
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}}

# Status and words of every cause, before the first line.
CAUSES = {
    "bad-request": (400, "json: cannot unmarshal"),
    "context-length-exceeded": (400, "the input length exceeds the context length"),
    "invalid-api-key": (401, "unauthorized"),
    "permission-denied": (403, "requires a subscription"),
    "model-not-found": (404, f"model '{MODEL}' not found"),
    "request-too-large": (413, "<center>nginx</center>"),
    "rate-limited": (429, "hourly usage limit"),
    "insufficient-quota": (429, "weekly usage limit"),
    "server-error": (500, "llama runner process has terminated"),
    "bad-gateway": (502, "<center>nginx</center>"),
    "unavailable": (503, "Service Temporarily Unavailable"),
    "overloaded": (503, "server busy, please try again.  maximum pending requests exceeded"),
    "gateway-timeout": (504, "<center>nginx</center>"),
    "request-timeout": (408, "Request Timeout"),
    "conflict": (409, "Conflict"),
    "unprocessable": (422, "Unprocessable Entity"),
    "content-policy": (400, "content policy"),
    "billing": (402, "Payment Required"),
}

SAYING = f"scenario: saying\nreply: {{text: {TWELVE}}}\n"


def ruled(fault, scenario=SAYING):
    return f"{scenario}rules:\n  - {{name: it, fault: {fault}}}\n"


class Ollama:
    """Its SDK, sync or async, behind one face."""

    def __init__(self, server, mode):
        self.runner = SyncRunner() if mode == "sync" else AsyncRunner()
        cls = ollama.Client if mode == "sync" else ollama.AsyncClient
        self.sdk = cls(host=f"{server.data}/ollama", timeout=20)

    def call(self, name, *arguments, **options):
        return self.runner.result(getattr(self.sdk, name)(*arguments, **options))

    def chat(self, **options):
        return self.call("chat", **{"model": MODEL, "messages": ASK, **options})

    def stream(self, name="chat", **options):
        """All lines, and the error that ended them."""
        usual = {"messages": ASK} if name == "chat" else {"prompt": "hello"}
        return self.runner.collect(
            self.call(name, **{"model": MODEL, "stream": True, **usual, **options}))


@pytest.fixture
def client(serve, mode):
    return lambda *scenario: Ollama(serve(*scenario), mode)


def joined(items):
    return "".join(item.message.content or "" for item in items)


def test_a_plain_answer_is_whole(client):
    answer = client().chat()
    assert (answer.done, answer.done_reason, answer.model) == (True, "stop", MODEL)
    assert answer.message.role == "assistant" and answer.message.content
    assert answer.prompt_eval_count > 0 and answer.eval_count > 0
    assert answer.total_duration > answer.load_duration > 0


def test_a_stream_says_what_the_plain_answer_says(client):
    talk = client()
    plain, streamed = talk.chat(), talk.stream()
    assert streamed.error is None
    assert joined(streamed.items) == plain.message.content
    assert [item.done for item in streamed.items].count(True) == 1
    assert streamed.items[-1].eval_count == plain.eval_count
    moments = [item.created_at for item in streamed.items]
    assert moments == sorted(moments)


def test_a_prompt_is_gone_on_with(client):
    talk = client()
    plain, streamed = talk.call("generate", MODEL, "hello"), talk.stream("generate")
    assert "".join(item.response for item in streamed.items) == plain.response
    assert plain.context and streamed.items[-1].context


@pytest.mark.parametrize("stream", [False, True])
def test_tools_are_called_with_objects(client, stream):
    talk = client("scenario: t\nreply:\n  tool-calls:\n"
                  "    - {name: get_weather, arguments: {city: Paris, unit: celsius}}\n")
    if stream:
        lines = talk.stream(tools=[TOOL]).items
        calls = [call for item in lines for call in item.message.tool_calls or []]
        assert lines[-1].message.tool_calls is None
    else:
        calls = talk.chat(tools=[TOOL]).message.tool_calls
    assert [(call.function.name, call.function.arguments) for call in calls] == [
        ("get_weather", {"city": "Paris", "unit": "celsius"})]


def test_arguments_that_are_made_up_fit_their_schema(client):
    arguments = client().chat(tools=[TOOL]).message.tool_calls[0].function.arguments
    # The SDK sends types and words of a schema, and no ranges.
    assert isinstance(arguments["city"], str) and isinstance(arguments.get("days", 1), int)
    assert arguments["unit"] in WEATHER["properties"]["unit"]["enum"]


def test_thinking_comes_first_and_only_where_a_model_can(client):
    talk = client()
    answer = talk.chat(model="qwen3", think=True)
    assert answer.message.thinking and answer.message.content
    lines = talk.stream(model="deepseek-r1").items
    assert lines[0].message.thinking and not lines[0].message.content
    assert talk.chat(model="qwen3", think=False).message.thinking is None
    with pytest.raises(ollama.ResponseError, match="does not support thinking") as raised:
        talk.chat(think=True)
    assert raised.value.status_code == 400


def test_a_format_is_kept(client):
    talk = client()
    jsonschema.validate(json.loads(talk.chat(format=WEATHER).message.content), WEATHER)
    assert isinstance(json.loads(talk.chat(format="json").message.content), dict)


def test_options_steer_the_answer(client):
    talk = client(SAYING)
    answer = talk.chat(options={"num_predict": 3})
    assert (answer.message.content, answer.done_reason) == ("one two three", "length")
    assert answer.eval_count == 3
    assert talk.chat(options={"stop": [" four"]}).message.content == "one two three"
    assert talk.chat(options={"num_ctx": 4}).prompt_eval_count == 4


def test_nothing_said_loads_a_model(client):
    talk = client()
    assert talk.chat(messages=[]).done_reason == "load"
    assert talk.call("generate", MODEL, keep_alive=0).done_reason == "unload"


def test_texts_become_vectors(client):
    talk = client()
    answer = talk.call("embed", "nomic-embed-text", ["a cat", "a kitten"])
    assert [len(vector) for vector in answer.embeddings] == [768, 768]
    assert len(talk.call("embeddings", "all-minilm", "a cat").embedding) == 384
    assert len(talk.call("embed", "bge-m3", "x", dimensions=64).embeddings[0]) == 64


def test_models_are_listed_and_shown(client):
    talk = client()
    names = [model.model for model in talk.call("list").models]
    assert f"{MODEL}:latest" in names
    for name in names:
        shown = talk.call("show", name)
        assert shown.details.family and shown.capabilities
    assert talk.call("ps").models[0].size_vram > 0


def test_a_model_that_is_not_pulled_is_not_there(client):
    for name, arguments in [("chat", ("nope",)), ("generate", ("nope", "hi")), ("show", ("nope",))]:
        with pytest.raises(ollama.ResponseError, match="model 'nope' not found") as raised:
            client().call(name, *arguments)
        assert raised.value.status_code == 404
    added = "scenario: s\nmodels: nope\n"
    assert client(added).chat(model="nope").model == "nope"


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_cause_is_an_error_with_its_status(client, cause, stream):
    talk = client(ruled(f"{{cause: {cause}}}"))
    if stream:
        error = talk.stream().error
        assert isinstance(error, ollama.ResponseError)
    else:
        with pytest.raises(ollama.ResponseError) as raised:
            talk.chat()
        error = raised.value
    status, words = CAUSES[cause]
    assert error.status_code == status
    assert words in error.error


def test_the_table_knows_every_cause(serve):
    printed = json.loads(brownout("causes", "--json").stdout)
    assert {entry["cause"] for entry in printed} == set(CAUSES)


def test_an_error_amid_a_stream_is_a_line(client):
    streamed = client(ruled("{cause: server-error, at: event 4}")).stream()
    assert joined(streamed.items) == "one two three four"
    assert isinstance(streamed.error, ollama.ResponseError)
    assert streamed.error.error == (
        "an error was encountered while running the model: unexpected EOF")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_stream_is_cut_at_a_line(serve, mode, count):
    server = serve(ruled(f"{{cut: clean, at: event {count}}}"))
    streamed = Ollama(server, mode).stream()
    assert streamed.error is None
    assert joined(streamed.items) == " ".join(TWELVE.split()[:count])
    assert not any(item.done for item in streamed.items)
    _, _, body = server.post("/ollama/api/chat", {"model": MODEL, "messages": ASK})
    assert body.count(b"\n") == count
    assert {row["injected"] for row in server.journal()} == {True}


def test_a_line_that_is_cut_is_no_json(client):
    streamed = client(ruled("{cut: clean, at: in utf-8}", "scenario: s\nreply: {text: a café is}\n")
                      ).stream()
    assert isinstance(streamed.error, (json.JSONDecodeError, UnicodeDecodeError))


@pytest.mark.parametrize(("fault", "error"), [
    ("no-done", None), ("after-terminal", None), ("empty-first-chunk", None),
    ("no-finish-reason", None), ("no-usage", None), ("wrong-usage", None), ("wrong-model", None),
    ("length", None), ("content-filter", None), ("refusal", None), ("one-byte-chunks", None),
    ("split-events", None), ("grouped-events", None), ("held-back", None),
    ("wrong-content-type", None), ("plain-json", None), ("empty-body", None),
    ("no-delta", pydantic.ValidationError), ("extra-event", pydantic.ValidationError),
    ("null-choices", pydantic.ValidationError), ("empty-choices", pydantic.ValidationError),
    ("error-with-200", ollama.ResponseError), ("html-with-200", json.JSONDecodeError),
    ("{mangle: drop, at: event 3}", None), ("{mangle: duplicate, at: event 3}", None),
    ("{mangle: reorder, at: event 3}", None), ("{mangle: huge-event, at: event 3}", None),
    ("{mangle: bad-json, at: event 3}", json.JSONDecodeError),
])
def test_faults_of_lines_are_what_the_sdk_sees(serve, mode, fault, error):
    server = serve(ruled(fault, SAYING + "pace: {between-tokens: 5ms}\n"))
    streamed = Ollama(server, mode).stream()
    assert type(streamed.error) is (error or type(None)), streamed.error
    if fault == "no-done":
        assert joined(streamed.items) == TWELVE and not any(i.done for i in streamed.items)
    row, = server.journal()
    assert row["injected"] is True


@pytest.mark.parametrize("fault", ["comments", "ping-flood", "no-event-names", "no-message-stop"])
def test_what_lines_do_not_have_is_refused_with_the_reason(tmp_path, fault):
    path = tmp_path / "s.yaml"
    path.write_text("scenario: s\nrules:\n  - {name: it, when: {provider: ollama, endpoint: chat}, "
                    f"fault: {fault}}}\n")
    checked = brownout("check", path)
    assert checked.returncode != 0
    assert "can never happen here" in checked.stderr


def test_a_stream_need_not_be_asked_for(serve):
    server = serve("scenario: s\nrules:\n  - {name: it, when: {stream: true}, fault: overloaded}\n")
    asked = {"model": MODEL, "messages": ASK}
    assert server.post("/ollama/api/chat", asked)[0] == 503
    assert server.post("/api/chat", {**asked, "stream": False})[0] == 200


def test_the_head_is_gins(serve):
    server = serve()
    status, headers, body = server.request("GET", "/ollama/")
    assert (status, body) == (200, b"Ollama is running")
    status, headers, body = server.request("HEAD", "/ollama/")
    assert (status, body) == (200, b"")
    status, headers, body = server.request("GET", "/ollama/api/nothing")
    assert (status, body, headers["content-type"]) == (404, b"404 page not found", "text/plain")
    _, headers, _ = server.post("/ollama/api/chat", {"model": MODEL, "messages": ASK})
    assert set(headers) == {"content-type", "date", "transfer-encoding"}
    assert headers["content-type"] == "application/x-ndjson"


def test_no_key_is_asked_for(serve):
    status, _, _ = serve().request("GET", "/ollama/api/tags", headers={"Authorization": None})
    assert status == 200


def test_what_was_recorded_is_replayed_in_either_kind(serve, mode, tmp_path):
    upstream = serve(SAYING)
    file = tmp_path / "recorded.yaml"
    recorder = Server(None, tmp_path, "--to", str(file), "--upstream",
                      f"ollama={upstream.data}/ollama", command="record")
    passed = Ollama(recorder, mode).stream().items
    recorder.stop()
    replay = serve(f"scenario: replay\nsource: {{replay: {json.dumps(str(file))}}}\n")
    talk = Ollama(replay, mode)
    assert talk.stream().items == passed and joined(passed) == TWELVE
    plain = talk.chat()
    assert (plain.message.content, plain.done_reason) == (TWELVE, "stop")


# OpenAI's SDK, at the paths that speak its form


@pytest.fixture
def compatible(serve):
    def make(*scenario):
        return openai.OpenAI(base_url=f"{serve(*scenario).data}/ollama/v1", api_key="ollama",
                             max_retries=0, timeout=20)
    return make


def test_openais_sdk_is_answered(compatible):
    client = compatible()
    plain = client.chat.completions.create(model=MODEL, messages=ASK)
    assert plain.system_fingerprint == "fp_ollama" and plain.usage.total_tokens > 0
    chunks = list(client.chat.completions.create(
        model=MODEL, messages=ASK, stream=True, stream_options={"include_usage": True}))
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == plain.choices[0].message.content
    assert chunks[-1].usage == plain.usage
    assert client.completions.create(model=MODEL, prompt="once").choices[0].text
    assert len(client.embeddings.create(model="all-minilm", input="a").data[0].embedding) == 384
    assert client.models.retrieve(client.models.list().data[0].id).owned_by == "library"


def test_openais_sdk_gets_its_envelope(compatible):
    with pytest.raises(openai.NotFoundError) as raised:
        compatible().chat.completions.create(model="nope", messages=ASK)
    assert (raised.value.type, raised.value.code) == ("not_found_error", None)
    with pytest.raises(openai.InternalServerError) as raised:
        compatible(ruled("overloaded")).chat.completions.create(model=MODEL, messages=ASK)
    assert raised.value.type == "api_error"


def test_openais_sdk_is_cut_off_too(compatible):
    client = compatible(ruled("{cause: server-error, at: event 3}"))
    with pytest.raises(openai.APIError, match="unexpected EOF"):
        list(client.chat.completions.create(model=MODEL, messages=ASK, stream=True))
