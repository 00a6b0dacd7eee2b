"""Prompt caching as the usage of Anthropic's and OpenAI's SDKs shows it."""
import pytest

from sdks import MODEL

LONG = "word " * 2000
MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
TOOL = {"name": "lookup", "description": "word " * 1200, "input_schema": {"type": "object"}}


@pytest.fixture
def server(serve):
    return serve()


@pytest.fixture
def client(connect, server):
    return connect("anthropic", server)


def system(mark=None, text=LONG):
    return [{"type": "text", "text": text, **({"cache_control": mark} if mark else {})}]


def ask(client, text="hello", **options):
    """What a message's usage says: new, kept and read tokens."""
    return parts(client.ask(text, **options).usage)


def parts(usage):
    return (usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens)


def counted(client, text="hello", **options):
    return client.result(client.sdk.messages.count_tokens(
        model=MODEL["anthropic"], messages=[{"role": "user", "content": text}],
        **options)).input_tokens


def test_a_prefix_is_kept_then_read(client):
    total = counted(client, system=system(MARK))
    fresh, kept, read = ask(client, system=system(MARK))
    assert kept >= 2000 and read == 0 and fresh + kept == total
    assert ask(client, system=system(MARK)) == (fresh, 0, kept)
    other = ask(client, "another question", system=system(MARK))
    assert other[1:] == (0, kept)
    assert ask(client, system=system(MARK, "more " + LONG)) == (fresh, kept + 1, 0)


def test_without_a_mark_nothing_is_cached(client):
    for _ in range(2):
        assert ask(client, system=system())[1:] == (0, 0)


def test_short_prefixes_are_not_kept(client):
    for _ in range(2):
        assert ask(client, system=system(MARK, "word " * 900))[1:] == (0, 0)
        assert ask(client, system=system(MARK, "word " * 1500), model="claude-haiku-4-5")[1:] == (
            0, 0)
    assert ask(client, system=system(MARK, "word " * 2100), model="claude-haiku-4-5")[1] > 2048


def test_a_talk_grows_from_turn_to_turn(client):
    messages, before = [], 0
    for turn in range(4):
        messages.append({"role": "user", "content": [
            {"type": "text", "text": f"turn {turn} " + "word " * 1200, "cache_control": MARK}]})
        marked = [dict(message, content=[
            {key: value for key, value in block.items()
             if key != "cache_control" or message is messages[-1]}
            for block in message["content"]]) for message in messages]
        message = client.result(client.sdk.messages.create(
            model=MODEL["anthropic"], max_tokens=20, messages=marked))
        _, kept, read = parts(message.usage)
        assert read == before and kept > 1200
        before = read + kept
        messages.append({"role": "assistant", "content": [{"type": "text", "text": "Go on."}]})


def test_the_automatic_mark_is_on_the_last_block(client):
    first = ask(client, LONG, cache_control=MARK)
    assert first[1] >= 2000 and first[2] == 0
    assert ask(client, LONG, cache_control=MARK) == (first[0], 0, first[1])


def test_tools_come_before_the_system_prompt(client):
    marked = {**TOOL, "cache_control": MARK}
    _, kept, read = ask(client, tools=[marked], system=system(MARK))
    assert kept > 3200 and read == 0
    # Another system prompt leaves the tools cached.
    _, again, read = ask(client, tools=[marked], system=system(MARK, "other " * 2000))
    assert 1200 <= read < again
    assert ask(client, tools=[marked], system=system(MARK))[2] == kept


def test_an_hour_is_counted_apart(client):
    blocks = system(HOUR) + system(MARK, "other " * 1500)
    usage = client.ask(system=blocks).usage
    assert usage.cache_creation.ephemeral_1h_input_tokens >= 2000
    assert 1500 <= usage.cache_creation.ephemeral_5m_input_tokens < 2000
    assert usage.cache_creation_input_tokens == (
        usage.cache_creation.ephemeral_1h_input_tokens
        + usage.cache_creation.ephemeral_5m_input_tokens)


def test_the_stream_says_what_the_plain_answer_says(client):
    options = {"system": system(MARK)}
    fresh, kept, _ = ask(client, **options)
    items = client.stream(**options).items
    assert parts(items[0].message.usage) == (fresh, 0, kept)
    delta, = [item for item in items if item.type == "message_delta"]
    assert parts(delta.usage) == (fresh, 0, kept)
    _, message = client.runner.managed(
        client.sdk.messages.stream(
            model=MODEL["anthropic"], max_tokens=64,
            messages=[{"role": "user", "content": "hello"}], **options), "get_final_message")
    assert parts(message.usage) == (fresh, 0, kept)


def test_nothing_is_shared(server, connect, client):
    _, kept, _ = ask(client, system=system(MARK))
    for other in (connect("anthropic", server, api_key="sk-another"),
                  connect("anthropic", server, base_url=f"{server.data}/s/blue/anthropic")):
        assert ask(other, system=system(MARK))[1:] == (kept, 0)
    assert ask(client, system=system(MARK), model="claude-opus-4-5")[1:] == (kept, 0)
    assert ask(client, system=system(MARK))[1:] == (0, kept)


def test_only_successful_answers_are_kept(serve, connect):
    server = serve("""scenario: fails first
rules:
  - name: fails
    sequence: {by: arrival, steps: [overloaded, {cut: fin, at: 50%}], then: ok}
""")
    client = connect("anthropic", server, max_retries=0)
    with pytest.raises(client.errors.OverloadedError):
        ask(client, system=system(MARK))
    with pytest.raises(client.errors.APIError):
        ask(client, system=system(MARK))
    assert ask(client, system=system(MARK))[2] == 0
    assert ask(client, system=system(MARK))[1] == 0


def test_five_marks_are_one_too_many(client):
    with pytest.raises(client.errors.BadRequestError) as raised:
        ask(client, system=system(MARK) * 5)
    assert "A maximum of 4 blocks with cache_control may be provided. Found 5." in str(raised.value)


def test_an_hour_does_not_follow_five_minutes(client):
    with pytest.raises(client.errors.BadRequestError) as raised:
        ask(client, system=system(MARK) + system(HOUR))
    assert "system.1.cache_control.ttl: a ttl='1h' cache_control block" in str(raised.value)


@pytest.mark.parametrize("lifetime, wait, lives", [
    (MARK, "4m", True), (MARK, "6m", False), (HOUR, "6m", True)])
def test_a_prefix_ends_by_the_scenarios_clock(serve, connect, lifetime, wait, lives):
    server = serve("scenario: by hand\nclock: manual\n")
    client = connect("anthropic", server)
    _, kept, _ = ask(client, system=system(lifetime))
    server.advance(wait)
    assert ask(client, system=system(lifetime))[1:] == ((0, kept) if lives else (kept, 0))


def test_openai_caches_long_prompts_by_itself(connect, server):
    client = connect("openai", server)

    def cached(text):
        return client.ask(text).usage.prompt_tokens_details.cached_tokens
    assert [cached("short"), cached("short")] == [0, 0]
    assert cached(LONG) == 0
    assert cached(LONG) == 1920
    assert cached(LONG + "and more") == 1920
    assert cached("other " + LONG) == 0
    chunks = client.stream(LONG, stream_options={"include_usage": True}).items
    assert chunks[-1].usage.prompt_tokens_details.cached_tokens == 1920
