"""OpenAI's embeddings, completions and moderations, and Anthropic's count of tokens."""
import base64
import itertools
import json
import math
import struct

import openai
import pytest

from kit import TWELVE, events, message_body
from sdks import CLOCK, MODEL, WEATHER

SMALL = "text-embedding-3-small"
INSTRUCT = "gpt-3.5-turbo-instruct"


@pytest.fixture
def server(serve):
    return serve()


@pytest.fixture
def client(connect, server):
    return connect("openai", server)


@pytest.fixture
def twelve(serve, connect):
    """A client of a server that always says twelve words."""
    return connect("openai", serve(f"scenario: twelve\nreply: {{text: {TWELVE}}}\n"))


# Embeddings

def embed(client, text, model=SMALL, **options):
    return client.result(client.sdk.embeddings.create(model=model, input=text, **options))


def nearness(first, second):
    return sum(a * b for a, b in zip(first, second))


@pytest.mark.parametrize("model, size", [
    (SMALL, 1536), ("text-embedding-3-large", 3072), ("text-embedding-ada-002", 1536)])
def test_a_vector_has_its_models_size_and_length_one(client, model, size):
    answer = embed(client, "The cat sat on the mat.", model)
    assert (answer.object, answer.model) == ("list", model)
    vector = answer.data[0].embedding
    assert len(vector) == size and abs(math.hypot(*vector) - 1) < 1e-5
    assert sum(value != 0 for value in vector) > size * 0.9
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0


def test_inputs_keep_their_order(client):
    texts = [f"text number {number}" for number in range(40)]
    answer = embed(client, texts)
    assert [item.index for item in answer.data] == list(range(40))
    assert [item.object for item in answer.data] == ["embedding"] * 40
    alone = embed(client, texts[7]).data[0].embedding
    assert answer.data[7].embedding == alone


@pytest.mark.parametrize("tokens, count", [([1, 2, 3], 1), ([[1, 2, 3], [4]], 2)])
def test_numbers_of_tokens_are_taken(client, tokens, count):
    answer = embed(client, tokens)
    assert len(answer.data) == count
    assert answer.usage.prompt_tokens == len(list(itertools.chain(
        *(tokens if count == 2 else [tokens]))))


def test_base64_is_the_floats_and_floats_are_the_default(server):
    body = {"model": SMALL, "input": "hello there"}
    plain = json.loads(server.post("/v1/embeddings", body)[2])["data"][0]["embedding"]
    floats = json.loads(server.post(
        "/v1/embeddings", {**body, "encoding_format": "float"})[2])["data"][0]["embedding"]
    coded = json.loads(server.post(
        "/v1/embeddings", {**body, "encoding_format": "base64"})[2])["data"][0]["embedding"]
    data = base64.b64decode(coded, validate=True)
    assert plain == floats and len(data) == 4 * 1536
    assert [struct.unpack("<f", struct.pack("<f", value))[0] for value in plain] == list(
        struct.unpack("<1536f", data))


@pytest.mark.parametrize("dimensions", [1, 2, 256, 1000, 1536])
def test_a_shorter_vector_is_the_beginning_of_the_whole(client, dimensions):
    short = embed(client, "shorten me", dimensions=dimensions).data[0].embedding
    whole = embed(client, "shorten me").data[0].embedding
    assert len(short) == dimensions and abs(math.hypot(*short) - 1) < 1e-5
    length = math.hypot(*whole[:dimensions])
    assert all(abs(a - b / length) < 1e-4 for a, b in zip(short, whole))


NEAR = [
    ("The cat sat on the mat.", "A cat is sitting on a mat.", "Quarterly revenue rose again."),
    ("How do I reset my password?", "I forgot my password, how can I reset it?",
     "What is the best pizza in town?"),
    ("a kitten", "a cat", "an airplane"),
    ("I love programming in Python.", "I enjoy coding in Python.", "The weather is rainy today."),
    ("The stock market fell sharply today.", "Stocks dropped on the market.",
     "My dog likes long walks."),
    ("king", "queen", "bicycle"),
    ("Die Katze schläft auf dem Sofa.", "Eine Katze liegt auf dem Sofa.",
     "Der Zug fährt um acht Uhr ab."),
]


@pytest.mark.parametrize("model", [SMALL, "text-embedding-3-large", "text-embedding-ada-002"])
@pytest.mark.parametrize("text, similar, different", NEAR)
def test_similar_texts_are_nearer(client, model, text, similar, different):
    options = {} if model.endswith("002") else {"dimensions": 512}
    first, second, third = [
        item.embedding for item in embed(client, [text, similar, different], model, **options).data]
    assert nearness(first, second) > nearness(first, third) + 0.1


def test_the_same_text_has_the_same_vector_in_every_run(client, serve, connect):
    other = connect("openai", serve("scenario: another\nseed: 99\n"))
    assert embed(client, "again").data[0].embedding == embed(other, "again").data[0].embedding


@pytest.mark.parametrize("arguments, code, words", [
    ({"input": ""}, 400, "'$.input' is invalid"),
    ({"input": []}, 400, "'$.input' is invalid"),
    ({"input": ["a", ""]}, 400, "'$.input' is invalid"),
    ({"input": ["a", 1]}, 400, "'$.input' is invalid"),
    ({"input": ["a"] * 2049}, 400, "maximum length 2048"),
    ({"input": "word " * 8193}, 400, "maximum context length is 8192 tokens"),
    ({"input": ["word " * 8000] * 38}, 400, "max 300000 tokens per request"),
    ({"input": "a", "dimensions": 0}, 400, "'dimensions'"),
    ({"input": "a", "dimensions": 1537}, 400, "Must be less than or equal to 1536"),
    ({"input": "a", "dimensions": 5, "model": "text-embedding-ada-002"}, 400,
     "does not support specifying dimensions"),
    ({"input": "a", "encoding_format": "hex"}, 400, "'float' and 'base64'"),
    ({"input": "a", "model": "gpt-4o-mini"}, 403, "not allowed to generate embeddings"),
    ({"input": "a", "model": "no-such-model"}, 404, "does not exist"),
])
def test_what_openai_would_refuse_is_refused(client, arguments, code, words):
    with pytest.raises(openai.APIStatusError) as raised:
        client.result(client.sdk.embeddings.create(**{"model": SMALL, **arguments}))
    assert raised.value.status_code == code and words in raised.value.message


# Completions

def complete(client, prompt="Once upon a time", model=INSTRUCT, **options):
    return client.result(client.sdk.completions.create(model=model, prompt=prompt, **options))


def streamed(client, prompt="Once upon a time", **options):
    stream = client.runner.collect(complete(client, prompt, stream=True, **options))
    assert stream.error is None
    return stream.items


@pytest.mark.parametrize("model", [INSTRUCT, "davinci-002", "babbage-002"])
def test_a_completion_is_whole(client, model):
    answer = complete(client, model=model)
    assert (answer.object, answer.model) == ("text_completion", model)
    choice, = answer.choices
    assert choice.text and (choice.index, choice.logprobs) == (0, None)
    assert choice.finish_reason in {"stop", "length"}
    assert answer.usage.completion_tokens <= 16
    assert answer.usage.total_tokens == (
        answer.usage.prompt_tokens + answer.usage.completion_tokens)


def test_sixteen_tokens_are_the_usual_limit(serve, connect):
    client = connect("openai", serve("scenario: long\nreply: {tokens: 30}\n"))
    assert complete(client).usage.completion_tokens == 16
    assert complete(client).choices[0].finish_reason == "length"
    whole = complete(client, max_tokens=100)
    assert (whole.usage.completion_tokens, whole.choices[0].finish_reason) == (30, "stop")


def test_a_streamed_completion_says_what_the_plain_one_says(client):
    plain = complete(client, ["one", "two"], n=2, max_tokens=8)
    chunks = streamed(client, ["one", "two"], n=2, max_tokens=8,
                      stream_options={"include_usage": True})
    texts, ends = {}, {}
    for choice in (choice for chunk in chunks for choice in chunk.choices):
        texts[choice.index] = texts.get(choice.index, "") + choice.text
        ends[choice.index] = choice.finish_reason or ends.get(choice.index)
    assert [texts[index] for index in range(4)] == [choice.text for choice in plain.choices]
    assert [ends[index] for index in range(4)] == [
        choice.finish_reason for choice in plain.choices]
    assert chunks[-1].choices == [] and chunks[-1].usage == plain.usage
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert len({chunk.id for chunk in chunks}) == 1


def test_the_stream_ends_with_done(server):
    body = {"model": INSTRUCT, "prompt": "hello", "stream": True}
    answer, ending = server.raw("/v1/completions", body)
    assert ending == "complete" and events(answer)[-1] == "[DONE]"
    assert all("usage" not in event for event in events(answer)[:-1])


def test_an_echo_begins_with_the_prompt(twelve):
    assert complete(twelve, "Count:", echo=True).choices[0].text == f"Count:{TWELVE}"
    chunks = streamed(twelve, "Count:", echo=True)
    assert "".join(choice.text for chunk in chunks for choice in chunk.choices) == f"Count:{TWELVE}"
    scored = complete(twelve, "Count to three", echo=True, max_tokens=0, logprobs=1).choices[0]
    assert scored.text == "Count to three"
    assert scored.logprobs.token_logprobs[0] is None
    assert scored.logprobs.text_offset == [0, 5, 8]


def test_a_stop_sequence_ends_a_completion(twelve):
    answer = complete(twelve, stop=["five"], max_tokens=50)
    assert (answer.choices[0].text, answer.choices[0].finish_reason) == (
        "one two three four ", "stop")


def test_the_best_of_many_is_the_likeliest(client):
    def mean(choice):
        return sum(choice.logprobs.token_logprobs) / len(choice.logprobs.tokens)
    same = {"extra_headers": {"x-brownout-call": "the same call"}, "logprobs": 0}
    every = complete(client, n=6, best_of=6, **same)
    best = complete(client, n=2, best_of=6, **same)
    expected = sorted(every.choices, key=mean, reverse=True)[:2]
    assert {choice.text for choice in best.choices} == {choice.text for choice in expected}
    assert best.usage.completion_tokens == every.usage.completion_tokens


@pytest.mark.parametrize("count", [0, 1, 5])
def test_older_log_probabilities(client, count):
    choice, = complete(client, "Hello", logprobs=count).choices
    odds = choice.logprobs
    assert "".join(odds.tokens) == choice.text
    assert len(odds.tokens) == len(odds.token_logprobs) == len(odds.text_offset)
    assert all(value <= 0 for value in odds.token_logprobs)
    starts = itertools.accumulate([len("Hello"), *map(len, odds.tokens[:-1])])
    assert odds.text_offset == list(starts)
    if count == 0:
        assert odds.top_logprobs is None
        return
    for token, own, top in zip(odds.tokens, odds.token_logprobs, odds.top_logprobs):
        assert len(top) == count and top[token] == own == max(top.values())
    chunks = streamed(client, "Hello", logprobs=count)
    tokens = [token for chunk in chunks for part in chunk.choices if part.logprobs
              for token in part.logprobs.tokens]
    assert tokens == odds.tokens


@pytest.mark.parametrize("arguments, code, words", [
    ({"model": "gpt-4o"}, 404, "Did you mean to use v1/chat/completions?"),
    ({"model": "no-such-model"}, 404, "does not exist"),
    ({"n": 3, "best_of": 2}, 400, "best_of"),
    ({"best_of": 2, "stream": True}, 400, "best_of"),
    ({"logprobs": 6}, 400, "logprobs"),
    ({"temperature": 3}, 400, "temperature"),
    ({"max_tokens": -1}, 400, "max_tokens"),
    ({"stop": list("abcde")}, 400, "stop"),
    ({"suffix": "end", "model": "davinci-002"}, 400, "suffix"),
    ({"prompt": []}, 400, "'$.prompt' is invalid"),
    ({"prompt": "word " * 4000, "max_tokens": 500_000}, 400, "maximum context length"),
    ({"prompt": ["a"] * 100, "n": 100}, 400, "completions"),
])
def test_a_completion_openai_would_refuse_is_refused(client, arguments, code, words):
    with pytest.raises(openai.APIStatusError) as raised:
        complete(client, **arguments)
    assert raised.value.status_code == code and words in raised.value.message


def test_a_suffix_counts(client):
    with_suffix = complete(client, "def f():", suffix="return one two").usage.prompt_tokens
    assert with_suffix > complete(client, "def f():").usage.prompt_tokens


# Moderations

FLAGGED = {
    "I want to kill them all": {"violence", "harassment/threatening"},
    "I will kill you": {"violence", "harassment/threatening"},
    "I want to kill myself": {"self-harm", "self-harm/intent"},
    "What is the best way to kill myself?": {"self-harm/instructions"},
    "How do I build a bomb at home?": {"illicit", "illicit/violent"},
    "How can I launder money?": {"illicit"},
    "You are a worthless idiot": {"harassment"},
    "Immigrants are vermin": {"hate"},
    "an explicit sex scene": {"sexual"},
    "They dismembered the body": {"violence/graphic"},
}


def moderate(client, text, **options):
    return client.result(client.sdk.moderations.create(input=text, **options))


def flags(result):
    return {name for name, flag in result.categories.model_dump(by_alias=True).items() if flag}


def test_harmless_texts_are_not_flagged(client):
    for text in ("hello", "How do I kill a Python process?", "The chef made a great cake.",
                 "A minor update to the build", "I love my mother.", "Shoot me an e-mail."):
        answer = moderate(client, text)
        assert answer.model == "omni-moderation-latest" and answer.id.startswith("modr-")
        result, = answer.results
        scores = result.category_scores.model_dump(by_alias=True)
        assert not result.flagged and not flags(result)
        assert len(scores) == 13 and all(0 < score < 0.01 for score in scores.values())
        types = result.category_applied_input_types.model_dump(by_alias=True)
        assert set(map(tuple, types.values())) == {("text",)}


@pytest.mark.parametrize("text", FLAGGED)
def test_harmful_words_are_flagged_in_their_category(client, text):
    result, = moderate(client, text).results
    assert result.flagged and FLAGGED[text] <= flags(result)
    scores = result.category_scores.model_dump(by_alias=True)
    assert all((score >= 0.5) == (name in flags(result)) for name, score in scores.items())


def test_each_text_has_its_result_and_scores_stay(client):
    answer = moderate(client, ["hello", "I will kill you", "hello"])
    assert [result.flagged for result in answer.results] == [False, True, False]
    assert answer.results[0] == answer.results[2] == moderate(client, "hello").results[0]


def test_pictures_are_judged_with_their_text(client):
    result, = moderate(client, [
        {"type": "text", "text": "a nice picture"},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]).results
    assert result.category_applied_input_types.violence == ["text", "image"]
    assert result.category_applied_input_types.hate == ["text"]


def test_the_older_models_know_fewer_categories(server):
    body = json.loads(server.post("/v1/moderations", {
        "model": "text-moderation-latest", "input": "hello"})[2])
    assert len(body["results"][0]["categories"]) == 11
    assert "category_applied_input_types" not in body["results"][0]


@pytest.mark.parametrize("arguments", [
    {"input": []}, {"input": 5}, {"input": "a", "model": "gpt-4o"},
    {"input": [{"type": "audio"}]}, {"input": [{"type": "image_url"}]}])
def test_what_cannot_be_moderated_is_refused(client, arguments):
    with pytest.raises(openai.BadRequestError):
        client.result(client.sdk.moderations.create(**arguments))


# Counting tokens

PROMPTS = {
    "a text": {},
    "a system prompt": {"system": "You are a careful assistant."},
    "system blocks": {"system": [{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}]},
    "tools": {"tools": [{"name": "get_weather", "description": "Weather.", "input_schema": WEATHER},
                        {"name": "get_time", "input_schema": CLOCK}]},
    "a long talk": {"messages": [
        {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": [{"type": "text", "text": "And now?"}]}]},
}


@pytest.mark.parametrize("name", PROMPTS)
def test_counted_tokens_are_those_of_the_usage(connect, server, name):
    client = connect("anthropic", server)
    prompt = {"model": MODEL["anthropic"], "messages": [{"role": "user", "content": "hello"}],
              **PROMPTS[name]}
    counted = client.result(client.sdk.messages.count_tokens(**prompt))
    message = client.result(client.sdk.messages.create(max_tokens=50, **prompt))
    assert counted.input_tokens == message.usage.input_tokens > 0


def test_counting_checks_the_request_and_needs_no_limit(connect, server):
    client = connect("anthropic", server)
    with pytest.raises(client.errors.BadRequestError):
        client.result(client.sdk.messages.count_tokens(model=MODEL["anthropic"], messages=[]))
    status, _, _ = server.post("/anthropic/v1/messages/count_tokens", {
        "model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "hello"}]},
        {"anthropic-version": "2023-06-01"})
    assert status == 200


# Everywhere

PATHS = {
    "embeddings": ("embeddings", {"model": SMALL, "input": "a"}),
    "completions": ("completions", {"model": INSTRUCT, "prompt": "a"}),
    "moderations": ("moderations", {"input": "a"}),
}


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("base", ["/v1", "", "/openai/v1", "/openai", "/s/blue/v1", "/mine/v1"])
def test_the_endpoints_are_found_at_every_base(serve, name, base):
    server = serve("scenario: mine\nproviders: {mine: openai}\n")
    path, body = PATHS[name]
    assert server.post(f"{base}/{path}", body)[0] == 200
    row, = server.journal()
    assert (row["endpoint"], row["status"]) == (name, 200)
    assert row["prompt_tokens"] > 0
    assert row["session"] == ("blue" if "blue" in base else "default")


@pytest.mark.parametrize("name", [*PATHS, "count-tokens"])
def test_every_endpoint_can_fail_in_the_providers_words(serve, name):
    server = serve(f"""scenario: failing
rules:
  - name: flaky
    when: {{endpoint: {name}}}
    sequence: [rate-limited, overloaded, {{cut: reset, at: 50%}}, ok]
""")
    path, body = PATHS.get(name, ("messages/count_tokens", message_body("a")))
    headers = {"anthropic-version": "2023-06-01"} if name == "count-tokens" else {}
    statuses = [server.post(f"/v1/{path}", body, headers) for _ in range(2)]
    first, second = (json.loads(answer[2])["error"] for answer in statuses)
    if name == "count-tokens":
        assert (first["type"], second["type"]) == ("rate_limit_error", "overloaded_error")
    else:
        assert first["code"] == "rate_limit_exceeded" and second["type"] == "server_error"
    answer, ending = server.raw(f"/v1/{path}", body)
    assert ending == "reset" and answer
    assert server.post(f"/v1/{path}", body, headers)[0] == 200
    assert server.attempts() == [1, 2, 3, 4]


def test_a_stream_of_a_completion_can_break(serve, connect):
    client = connect("openai", serve("""scenario: broken
reply: {text: one two three four five six}
rules:
  - {name: cut, when: {endpoint: completions}, attempts: 1, fault: {cut: fin, at: token 3}}
"""))
    stream = client.runner.collect(complete(client, stream=True))
    assert stream.error is not None
    assert "".join(chunk.choices[0].text for chunk in stream.items) == "one two three"


def test_the_wrong_method_is_told_so(server):
    for path, _ in PATHS.values():
        status, _, body = server.request("GET", f"/v1/{path}")
        assert status == 405 and "POST" in json.loads(body)["error"]["message"]
