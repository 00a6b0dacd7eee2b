"""HTTP/2: every frame of each fault, ordinary SDK calls, and what bounds a connection."""
import socket
import ssl
import subprocess
import time

import pytest
from hyperframe import frame as frames

from http2 import ERRORS, PREFACE, Client
from kit import TWELVE, chat_body, events, message_body
from sdks import MODEL

HEALTHY = f"scenario: healthy\ncreated: seeded\nreply: {{text: {TWELVE}}}\n"


def scenario(fault):
    return f"{HEALTHY}rules:\n  - {{name: fault, when: {{user-text: break}}, fault: {fault}}}\n"


@pytest.fixture
def whole(serve):
    """The body of the healthy stream, without what differs from call to call."""
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        client.answer(client.chat())
        return client.body(1)


def data_events(body):
    return body.count(b"data: ")


# The protocol

def test_a_request_is_answered_with_a_head_and_data(serve):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        head, *rest = client.answer(client.chat())
        assert (head.kind, head.fields[":status"], head.ends) == ("HEADERS", "200", False)
        assert head.fields["content-type"].startswith("text/event-stream")
        assert not head.fields.keys() & {"connection", "transfer-encoding", "keep-alive"}
        assert {seen.kind for seen in rest} == {"DATA"}
        assert [seen.ends for seen in rest] == [False] * (len(rest) - 1) + [True]
        assert events(client.body(1))[-1] == "[DONE]"
        assert client.of_connection() == []
    [row] = server.journal()
    assert (row["status"], row["ending"]) == (200, "complete")


def test_the_port_still_speaks_http_1_1(serve):
    server = serve(HEALTHY, "--h2")
    assert server.chat()[0] == 200
    # A method that begins like the preface, in two segments.
    with socket.create_connection((server.address.hostname, server.address.port)) as client:
        client.sendall(b"PR")
        time.sleep(0.05)
        client.sendall(b"OPFIND /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 404"


def test_without_the_option_the_preface_is_no_request(serve):
    server = serve(HEALTHY)
    with socket.create_connection((server.address.hostname, server.address.port)) as client:
        client.sendall(PREFACE)
        assert client.recv(12) == b"HTTP/1.1 400"


def test_a_preface_that_comes_byte_by_byte_is_understood(serve):
    server = serve(HEALTHY, "--h2")
    with socket.create_connection((server.address.hostname, server.address.port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in PREFACE:
            client.sendall(bytes([byte]))
            time.sleep(0.001)
        assert client.recv(9)[3] == 4  # SETTINGS


def test_curl_speaks_it_with_prior_knowledge(serve):
    server = serve(HEALTHY, "--h2")
    answer = subprocess.run(
        ["curl", "-sS", "--http2-prior-knowledge", "-w", "\n%{http_version} %{http_code}",
         f"{server.data}/v1/models", "-H", "Authorization: Bearer sk-x"],
        capture_output=True, text=True, timeout=20)
    assert answer.stdout.splitlines()[-1] == "2 200", answer.stderr


def test_a_rule_knows_the_protocol(serve):
    server = serve(
        "scenario: s\nrules:\n  - {name: r, when: {protocol: http/2}, fault: overloaded}\n", "--h2")
    assert server.chat()[0] == 200
    with Client(server) as client:
        assert client.answer(client.chat())[0].fields[":status"] == "503"


@pytest.mark.parametrize("stream", [False, True])
def test_sdks_make_ordinary_calls(serve, provider, stream):
    server = serve(HEALTHY, "--h2")
    client = sdk(provider, server)
    with client:
        said = said_by(provider, client, stream)
    assert said == TWELVE
    assert [row["ending"] for row in server.journal()] == ["complete"]


def sdk(provider, server, **options):
    """A sync client that speaks nothing but HTTP/2, over the HTTP library that its SDK uses."""
    import anthropic
    import openai
    module = {"openai": openai, "anthropic": anthropic}[provider]
    base = module.DefaultHttpxClient.__mro__
    library = next(kind for kind in base if kind.__module__.startswith("httpx"))
    http = library(http2=True, http1=False)
    make, path = {"openai": (openai.OpenAI, "/openai/v1"),
                  "anthropic": (anthropic.Anthropic, "/anthropic")}[provider]
    return make(api_key="sk-x", base_url=server.data + path, http_client=http, **options)


def said_by(provider, client, stream, text="hi"):
    messages = [{"role": "user", "content": text}]
    if provider == "openai":
        answer = client.chat.completions.create(
            model=MODEL[provider], messages=messages, stream=stream)
        if not stream:
            return answer.choices[0].message.content
        return "".join(chunk.choices[0].delta.content or "" for chunk in answer if chunk.choices)
    answer = client.messages.create(
        model=MODEL[provider], messages=messages, max_tokens=100, stream=stream)
    if not stream:
        return answer.content[0].text
    return "".join(getattr(event.delta, "text", "") for event in answer
                   if event.type == "content_block_delta")


def test_an_sdk_retries_a_reset_stream_before_the_head(serve):
    server = serve(
        f"{HEALTHY}rules:\n  - name: once\n    attempts: 1\n"
        "    fault: {http2: reset-stream, code: refused-stream, at: start}\n", "--h2")
    with sdk("openai", server) as client:
        assert said_by("openai", client, False) == TWELVE
    assert [row["ending"] for row in server.journal()] == ["reset-stream", "complete"]


@pytest.mark.serial
def test_a_hundred_streams_at_once_have_a_row_each(serve):
    server = serve(f"{HEALTHY}pace: {{between-tokens: 10ms}}\n", "--h2")
    with Client(server, window=1_000_000) as client:
        streams = [client.ask(chat_body(f"number {number}", stream=True)) for number in range(100)]
        began = time.monotonic()
        for stream in streams:
            assert client.answer(stream, 20)[0].fields[":status"] == "200"
        # One after the other they would take twelve seconds.
        assert time.monotonic() - began < 6
        assert all(events(client.body(stream))[-1] == "[DONE]" for stream in streams)
    rows = server.journal()
    assert [row["ending"] for row in rows] == ["complete"] * 100
    assert len({row["id"] for row in rows}) == 100


def test_a_head_request_has_no_body(serve):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        client.answer(client.ask(None, "/v1/models", "HEAD"))
        assert client.body(1) == b""
        assert client.seen[-1].ends


def test_a_client_that_expects_to_continue_is_told_to(serve):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        stream = client.ask(chat_body("hi"), expect="100-continue")
        heads = [seen.fields[":status"] for seen in client.answer(stream) if seen.fields]
    assert heads == ["100", "200"]


# Faults of the protocol

@pytest.mark.parametrize("code", ERRORS + ["4711"])
def test_goaway_has_its_code_and_comes_behind_what_was_sent(serve, code):
    server = serve(scenario(f"{{http2: goaway, code: {code}, at: event 3}}"), "--h2")
    with Client(server) as client:
        client.chat("break")
        client.read()
        [goaway] = client.of_connection()
        number = ERRORS.index(code) if code in ERRORS else int(code)
        assert (goaway.code, goaway.last) == (number, 1)
        before = client.seen[:client.seen.index(goaway)]
        sent = b"".join(seen.data for seen in before)
        assert data_events(sent) == 3
        if code == "no-error":
            # The stream goes on, and the connection ends with it.
            assert events(client.body(1))[-1] == "[DONE]" and client.seen[-1].ends
        else:
            assert client.body(1) == sent and client.seen[-1] == goaway
        assert client.end == "fin"
    [row] = server.journal()
    assert (row["fault"], row["injected"]) == ("goaway", True)
    assert row["ending"] == ("complete" if code == "no-error" else "fin")


@pytest.mark.parametrize("last, number", [
    ("this", 5), ("previous", 3), ("0", 0), ("1", 1), ("2147483647", 2_147_483_647)])
def test_goaway_names_the_last_stream(serve, last, number):
    server = serve(scenario(
        f"{{http2: goaway, code: internal-error, last-stream: {last}, at: headers}}"), "--h2")
    with Client(server) as client:
        client.answer(client.chat())
        client.answer(client.chat())
        client.chat("break")
        client.read()
        assert [seen.last for seen in client.of_connection()] == [number]
        assert client.seen[-2].kind == "HEADERS" and client.end == "fin"


def test_a_stream_behind_a_graceful_goaway_is_refused(serve):
    server = serve(scenario("{http2: goaway, at: event 1}")
                   + "pace: {between-tokens: 30ms}\n", "--h2")
    with Client(server) as client:
        going = client.chat("break")
        client.read(until=lambda seen: seen.kind == "GOAWAY")
        late = client.chat("too late")
        client.read()
        assert [(seen.kind, seen.code) for seen in client.seen if seen.stream == late] == [
            ("RST_STREAM", ERRORS.index("refused-stream"))]
        assert events(client.body(going))[-1] == "[DONE]"
        assert client.end == "fin"


@pytest.mark.parametrize("position, kinds", [
    ("start", []), ("headers", ["HEADERS"]), ("event 3", ["HEADERS", "DATA"])])
@pytest.mark.parametrize("code", ["no-error", "cancel", "enhance-your-calm", "99"])
def test_a_stream_is_reset_with_its_code_behind_what_was_sent(serve, position, kinds, code):
    server = serve(scenario(f"{{http2: reset-stream, code: {code}, at: {position}}}"), "--h2")
    with Client(server) as client:
        *before, reset = client.answer(client.chat("break"))
        assert reset.kind == "RST_STREAM"
        assert reset.code == (ERRORS.index(code) if code in ERRORS else int(code))
        assert sorted({seen.kind for seen in before}, reverse=True) == kinds
        assert data_events(client.body(1)) == (3 if "event" in position else 0)
        # The connection is none the worse for it.
        assert events_of(client, client.chat())[-1] == "[DONE]"
        assert client.end is None
    assert [row["ending"] for row in server.journal()] == ["reset-stream", "complete"]


def events_of(client, stream):
    client.answer(stream)
    return events(client.body(stream))


def test_a_reset_waits_for_data_that_the_window_holds_back(serve):
    server = serve(scenario("{http2: reset-stream, code: cancel, at: event 3}"), "--h2")
    with Client(server, window=10) as client:
        client.reads = False
        stream = client.chat("break")
        client.read(0.3)
        assert [seen.kind for seen in client.seen if seen.stream] == ["HEADERS", "DATA"]
        assert len(client.body(stream)) == 10
        client.send(frames.WindowUpdateFrame(stream, window_increment=10_000))
        client.answer(stream)
        assert data_events(client.body(stream)) == 3
        assert client.seen[-1].kind == "RST_STREAM"


LONG = "scenario: long\nreply: {tokens: 5000}\n"


def wide(server):
    """A client whose windows hold any answer, as httpx's do."""
    client = Client(server, window=1 << 24)
    client.reads = False
    client.send(frames.WindowUpdateFrame(0, window_increment=1 << 24))
    return client


@pytest.mark.parametrize("size", [330_000, 400_000, 493_000, 985_000])
@pytest.mark.parametrize("fault, kind", [
    ("{cut: fin, at: byte SIZE}", "fin"), ("{cut: reset, at: byte SIZE}", "reset"),
    ("{http2: reset-stream, at: byte SIZE}", "RST_STREAM"),
    ("{http2: goaway, code: internal-error, at: byte SIZE}", "GOAWAY"),
    ("{http2: goaway, at: byte SIZE}", "GOAWAY"), ("{cut: clean, at: byte SIZE}", "clean")])
def test_an_end_comes_behind_whatever_was_written_before_it(serve, size, fault, kind):
    server = serve(f"{LONG}rules: [{{name: r, fault: {fault.replace('SIZE', str(size))}}}]\n",
                   "--h2")
    with wide(server) as client:
        stream = client.chat()
        if kind in ("fin", "reset"):
            client.read(10)
            assert client.end == kind
        else:
            client.read(10, lambda seen: seen.kind == kind or seen.ends)
            assert client.seen[-1].kind == ("DATA" if kind == "clean" else kind)
            assert client.seen[-1].ends == (kind == "clean")
        assert len(client.body(stream)) == size
    [row] = server.journal()
    assert row["injected"] is True
    if kind == "reset":
        assert row["bytes_acknowledged"] == row["bytes_sent"] == size


def test_a_long_answer_arrives_whole_and_what_follows_it_comes(serve):
    server = serve(f"{LONG}rules: [{{name: r, fault: fin-after-answer}}]\n", "--h2")
    with wide(server) as client:
        assert events_of(client, client.chat(stream_options={"include_usage": True}))[-1] == "[DONE]"
        client.read(2)
        assert client.end == "fin"
    assert [row["ending"] for row in server.journal()] == ["complete"]


@pytest.mark.serial
@pytest.mark.parametrize("shape, size", [("one-byte-chunks", 1), ("split-events", None)])
def test_pieces_are_frames_that_take_no_time(serve, shape, size):
    server = serve(f"scenario: pieces\nreply: {{tokens: 60}}\nrules: [{{name: r, fault: {shape}}}]\n",
                   "--h2")
    with wide(server) as client:
        began = time.monotonic()
        stream = client.chat()
        assert events_of(client, stream)[-1] == "[DONE]"
        took = time.monotonic() - began
        pieces = [len(seen.data) for seen in client.seen if seen.stream == stream and seen.data]
    assert sum(pieces) > 12_000
    if size:
        assert set(pieces) == {size}
    else:
        assert len(pieces) == 4 * data_events(client.body(stream))
    # A millisecond a byte would be 12 s.
    assert took < 5
    assert [row["injected"] for row in server.journal()] == [True]


@pytest.mark.parametrize("fault", ["{cut: clean, at: 100ms}", "{http2: early-end-stream, at: 100ms}"])
def test_a_clean_end_before_the_head_ends_one_stream(serve, fault):
    server = serve(f"{HEALTHY}rules:\n  - {{name: late, when: {{user-text: late}}, latency: 1s, "
                   f"fault: {fault}}}\n  - {{name: slow, when: {{user-text: slow}}, latency: 600ms}}\n",
                   "--h2")
    with Client(server) as client:
        going, ended = client.chat("slow"), client.chat("late")
        assert [(seen.kind, seen.code) for seen in client.answer(ended)] == [
            ("RST_STREAM", ERRORS.index("internal-error"))]
        assert events_of(client, going)[-1] == "[DONE]"
        assert events_of(client, client.chat())[-1] == "[DONE]"
        assert client.end is None
    rows = {row["rule"]: row for row in server.journal()}
    assert (rows["late"]["ending"], rows["late"]["injected"]) == ("reset-stream", True)


@pytest.mark.parametrize("stream", [False, True])
def test_half_a_body_comes_with_a_length_that_agrees(serve, stream):
    server = serve("scenario: half\nrules: [{name: r, fault: truncated-body}]\n", "--h2")
    with Client(server) as client:
        head, *_ = client.answer(client.chat(stream=stream))
        assert head.fields["content-length"] == str(len(client.body(1)))
        assert client.seen[-1].ends and client.body(1)
        assert (b"[DONE]" not in client.body(1)) if stream else not client.body(1).endswith(b"}")


def test_streams_beyond_the_limit_are_refused_and_the_others_go_on(serve):
    server = serve(HEALTHY + "pace: {first-token: 3s}\n", "--h2")
    with Client(server) as client:
        # All before anything was read.
        streams = [client.chat(f"call {number}") for number in range(130)]
        for stream in streams:
            client.answer(stream)
        refused = [seen.stream for seen in client.seen if seen.kind == "RST_STREAM"]
        assert refused == streams[100:]
        assert {seen.code for seen in client.seen if seen.kind == "RST_STREAM"} == {
            ERRORS.index("refused-stream")}
        assert all(events(client.body(stream))[-1] == "[DONE]" for stream in streams[:100])
        # There is room again.
        assert events_of(client, client.chat())[-1] == "[DONE]"
        assert client.of_connection() == [] and client.end is None
    assert [row["ending"] for row in server.journal()] == ["complete"] * 101


def test_a_stream_ends_early_as_if_it_were_whole(serve, whole):
    server = serve(scenario("{http2: early-end-stream, at: event 3}"), "--h2")
    with Client(server) as client:
        client.answer(client.chat("break"))
        assert client.seen[-1].kind == "DATA" and client.seen[-1].ends
        assert data_events(client.body(1)) == 3 < data_events(whole)
        assert client.end is None
    [row] = server.journal()
    assert (row["fault"], row["ending"]) == ("early-end-stream", "clean")


def test_one_stream_at_a_time_is_what_the_settings_say(serve):
    server = serve(f"{HEALTHY}rules:\n  - {{name: r, fault: one-stream}}\n", "--h2")
    with Client(server) as client:
        client.read(until=lambda seen: seen.kind == "SETTINGS")
        assert client.seen[0].settings[frames.SettingsFrame.MAX_CONCURRENT_STREAMS] == 1
        assert events_of(client, client.chat())[-1] == "[DONE]"
    opening, answer = sorted(server.journal(), key=lambda row: row["fault"] is None)
    assert (opening["fault"], opening["injected"]) == ("one-stream", True)
    assert answer["ending"] == "complete"


def test_a_window_that_is_never_opened_lets_no_body_through(serve):
    server = serve(f"{HEALTHY}rules:\n  - {{name: r, fault: no-window}}\n", "--h2")
    with Client(server) as client:
        # The body is on its way before the client can know of the window.
        stream = client.chat()
        assert client.answer(stream, 1) == []
        assert client.seen[0].settings[frames.SettingsFrame.INITIAL_WINDOW_SIZE] == 0
        # Now it knows, and sends one all the same.
        reset = client.answer(client.chat())[-1]
        assert (reset.kind, ERRORS[reset.code]) == ("RST_STREAM", "flow-control-error")
        # What has no body is answered all the same.
        answer = client.answer(client.ask(None, "/v1/models", "GET"))
        assert answer[0].fields[":status"] == "200"
        assert not [seen for seen in client.seen if seen.kind == "WINDOW_UPDATE"]
    rows = server.journal()
    assert ("no-window", True) in [(row["fault"], row["injected"]) for row in rows]


def test_what_http_1_1_has_not_is_told_as_not_injected(serve):
    server = serve(f"{HEALTHY}rules:\n  - {{name: r, fault: one-stream}}\n", "--h2")
    assert server.chat()[0] == 200
    assert [row["injected"] for row in server.journal() if row["fault"]] == [False]


def test_it_is_agreed_on_over_tls(serve):
    server = serve(HEALTHY, "--h2", "--tls")
    trust = ssl.create_default_context(cafile=server.authority)
    for offered, agreed in [(["h2", "http/1.1"], "h2"), (["http/1.1"], "http/1.1"), ([], None)]:
        context = ssl.create_default_context(cafile=server.authority)
        if offered:
            context.set_alpn_protocols(offered)
        with socket.create_connection((server.address.hostname, server.address.port)) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                assert secure.selected_alpn_protocol() == agreed
    trust.set_alpn_protocols(["h2"])
    with Client(server, wrap=lambda plain: trust.wrap_socket(
            plain, server_hostname="localhost")) as client:
        assert events_of(client, client.chat())[-1] == "[DONE]"


# Faults of every protocol

@pytest.mark.parametrize("ending, end, journalled", [
    ("clean", None, "clean"), ("fin", "fin", "fin"), ("reset", "reset", "reset"),
    ("stall", None, "client-left"), ("half-open", None, "half-open")])
@pytest.mark.parametrize("position, count", [("headers", 0), ("event 3", 3), ("50%", 7)])
def test_a_cut_delivers_exactly_what_is_before_it(
        serve, ending, end, journalled, position, count):
    server = serve(scenario(f"{{cut: {ending}, at: {position}}}"), "--h2")
    with Client(server) as client:
        stream = client.chat("break")
        answer = client.answer(stream, 1)
        assert answer[0].fields[":status"] == "200"
        assert data_events(client.body(stream)) == count
        if ending in ("fin", "reset"):
            client.read()
        assert client.end == end
        assert client.seen[-1].ends == (ending == "clean")
        assert client.of_connection() == []
    [row] = server.journal()
    assert (row["ending"], row["injected"]) == (journalled, True)


def test_a_byte_position_counts_data_alone(serve):
    server = serve(scenario("{cut: reset, at: byte 100}"), "--h2")
    with Client(server) as client:
        client.chat("break")
        client.read()
        assert (len(client.body(1)), client.end) == (100, "reset")


def test_a_stream_that_a_cut_takes_with_it_says_so(serve):
    server = serve(scenario("{cut: reset, at: event 3}") + "pace: {between-tokens: 20ms}\n",
                   "--h2")
    with Client(server) as client:
        client.chat("healthy")
        client.chat("break")
        client.read()
        assert client.end == "reset"
    healthy, broken = sorted(server.journal(), key=lambda row: row["fault"] or "")
    assert (healthy["fault"], healthy["ending"], broken["ending"]) == (None, "reset", "reset")
    assert "stream 3" in healthy["note"]


@pytest.mark.parametrize("word, end", [
    ("fin-after-answer", "fin"), ("{connection: fin-while-idle, after: 100ms}", "fin"),
    ("reset-next-request", None)])
def test_a_fault_behind_the_answer_is_one_of_the_connection(serve, word, end):
    server = serve(scenario(word), "--h2")
    with Client(server) as client:
        assert events_of(client, client.chat("break"))[-1] == "[DONE]"
        client.read(1)
        assert client.end == end
        if end is None:
            client.chat()
            client.read()
            assert client.end == "reset"


@pytest.mark.serial
def test_a_port_that_is_closed_resets_the_connection_first(serve):
    server = serve(scenario("{refuse: 300ms}"), "--h2")
    with Client(server) as client:
        client.chat("break")
        client.read()
        assert client.end == "reset"
    with pytest.raises(ConnectionRefusedError):
        Client(server)
    time.sleep(0.5)
    with Client(server) as client:
        assert events_of(client, client.chat())[-1] == "[DONE]"


@pytest.mark.serial
def test_an_error_event_and_a_stall_are_what_they_are(serve):
    server = serve(scenario("{cause: overloaded, at: event 3}"), "--h2")
    with Client(server) as client:
        said = events_of(client, client.chat("break"))
    assert len(said) == 4 and "error" in said[-1]
    server = serve(scenario("{stall: 300ms, at: event 3}"), "--h2")
    with Client(server) as client:
        began = time.monotonic()
        assert events_of(client, client.chat("break"))[-1] == "[DONE]"
        assert 0.29 < time.monotonic() - began < 2


def test_a_hang_stays_silent_until_the_client_leaves(serve):
    server = serve(scenario("{hang: forever, at: headers}"), "--h2")
    with Client(server) as client:
        stream = client.chat("break")
        assert [seen.kind for seen in client.answer(stream, 0.5)] == ["HEADERS"]
        client.cancel(stream)
        # Others are not held up.
        assert events_of(client, client.chat())[-1] == "[DONE]"
    assert sorted(row["ending"] for row in server.journal()) == ["client-left", "complete"]


# What the connection is held to

def test_a_client_that_cancels_has_left(serve):
    server = serve(f"{HEALTHY}pace: {{between-tokens: 50ms}}\n", "--h2")
    with Client(server) as client:
        stream = client.chat()
        client.read(until=lambda seen: seen.kind == "DATA")
        client.cancel(stream)
        assert events_of(client, client.chat())[-1] == "[DONE]"
    assert [row["ending"] for row in server.journal()] == ["client-left", "complete"]


def test_settings_state_the_limits(serve):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        client.read(until=lambda seen: seen.kind == "SETTINGS")
        settings = client.seen[0].settings
    assert settings[frames.SettingsFrame.MAX_CONCURRENT_STREAMS] == 100
    assert settings[frames.SettingsFrame.MAX_HEADER_LIST_SIZE] == 65_536


def test_a_head_with_too_many_fields_is_refused_and_one_that_is_too_large_ends_it_all(serve):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        many = client.ask(chat_body("hi"), **{f"x-{number}": "1" for number in range(200)})
        assert client.answer(many)[0].fields[":status"] == "431"
        assert events_of(client, client.chat())[-1] == "[DONE]"
        client.ask(chat_body("hi"), **{f"x-{number}": "1" * 10_000 for number in range(10)})
        client.read()
        assert [seen.kind for seen in client.of_connection()] == ["GOAWAY"]
        assert client.end is not None
    assert sorted(row["ending"] for row in server.journal()) == ["complete", "limit", "limit"]


def test_a_closed_window_holds_the_answer_back(serve):
    server = serve(f"scenario: s\nreply: {{text: {'word ' * 5000}}}\n", "--h2")
    with Client(server, window=1000) as client:
        client.reads = False
        stream = client.chat()
        client.read(0.5)
        assert len(client.body(stream)) == 1000
        client.send(frames.WindowUpdateFrame(stream, window_increment=1_000_000))
        client.send(frames.WindowUpdateFrame(0, window_increment=1_000_000))
        client.reads = True
        assert events_of(client, stream)[-1] == "[DONE]"


@pytest.mark.parametrize("attack", ["reset", "ping"])
def test_a_flood_ends_the_connection_and_nothing_else(serve, attack):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        try:
            for _ in range(2000):
                if attack == "reset":
                    client.cancel(client.chat())
                else:
                    client.send(frames.PingFrame(opaque_data=b"12345678"))
        except (BrokenPipeError, ConnectionResetError):
            pass
        client.read(10)
        goaway = [seen for seen in client.seen if seen.kind == "GOAWAY"]
        assert client.end is not None
        assert [ERRORS[seen.code] for seen in goaway] in ([], ["enhance-your-calm"])
    assert server.chat()[0] == 200
    rows = server.journal()
    assert len(rows) < 1200
    assert any("HTTP/2" in (row["note"] or "") for row in rows)


def test_what_is_not_http_2_behind_the_preface_ends_with_goaway(serve):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        client.socket.sendall(b"\xff" * 100)
        client.read()
        assert [seen.kind for seen in client.of_connection()] == ["GOAWAY"]
        assert client.end == "fin"
    [row] = server.journal()
    assert row["ending"] == "limit" and "HTTP/2" in row["note"]


def test_a_body_that_is_too_large_is_answered_before_its_end(serve):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        stream = client.ask({}, ends=False, **{"content-length": str(100 * 1024 * 1024)})
        answer = client.answer(stream)
        assert answer[0].fields[":status"] == "413"
        client.read(2, lambda seen: seen.kind == "RST_STREAM")
        assert client.seen[-1].code == 0
        assert events_of(client, client.chat())[-1] == "[DONE]"


def test_a_stopping_server_says_goaway_and_lets_answers_end(serve):
    server = serve(f"{HEALTHY}pace: {{between-tokens: 50ms}}\n", "--h2")
    with Client(server) as client:
        stream = client.chat()
        client.read(until=lambda seen: seen.kind == "DATA")
        server.process.terminate()
        client.read()
        [goaway] = client.of_connection()
        assert (goaway.code, goaway.last, client.end) == (0, stream, "fin")
        assert events(client.body(stream))[-1] == "[DONE]"
    assert server.process.wait(10) == 0
    assert [row["ending"] for row in server.journal()] == ["complete"]


def test_messages_of_anthropic_come_over_http_2_too(serve):
    server = serve(HEALTHY, "--h2")
    with Client(server) as client:
        stream = client.ask(message_body("hi", stream=True), "/v1/messages",
                            **{"anthropic-version": "2023-06-01"})
        client.answer(stream)
        assert b"event: message_stop" in client.body(stream)
