"""Clients with one habit each: `python planted.py HABIT`. A drill runs them, and what it says of
each is known beforehand. They wait by the scenario's clock: one that is moved by hand they move."""
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.parse

MODEL = {"openai": "gpt-4o-mini", "anthropic": "claude-sonnet-4-5"}
PATH = {"openai": "/chat/completions", "anthropic": "/v1/messages"}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
HABITS = {}


def habit(function):
    HABITS[function.__name__.replace("_", "-")] = function
    return function


# The wire

class Answer:
    """What came of a request: `whole`, `broken` or `silent`, and what of it there was."""

    def __init__(self, response, text, state):
        self.status = response.status if response else None
        self.headers = response.headers if response else {}
        self.text, self.state = text, state
        self.request_id = self.headers.get("x-request-id") or self.headers.get("request-id")

    @property
    def is_good(self):
        return self.status == 200 and self.state == "whole"

    def promised(self, *fields):
        """The wait that the first of these fields states, in seconds."""
        for field in fields or ("retry-after-ms", "retry-after"):
            if value := self.headers.get(field):
                return float(value) / (1000 if field.endswith("-ms") else 1)
        return None

    def tool_calls(self):
        """Id, name and arguments of each tool call, of a plain answer or of a stream."""
        if "data: " not in self.text:
            calls = json.loads(self.text)["choices"][0]["message"]["tool_calls"]
            return [(call["id"], call["function"]["name"], call["function"]["arguments"])
                    for call in calls]
        calls = {}
        for line in self.text.splitlines():
            if not line.startswith("data: {"):
                continue
            for choice in json.loads(line[6:])["choices"]:
                for piece in choice["delta"].get("tool_calls") or []:
                    call = calls.setdefault(piece["index"], ["", "", ""])
                    function = piece.get("function", {})
                    call[0] += piece.get("id") or ""
                    call[1] += function.get("name") or ""
                    call[2] += function.get("arguments") or ""
        return [tuple(call) for call in calls.values()]


class Request:
    """A request on a connection, which is its own unless one is given; `answer` reads it whole."""

    def __init__(self, text="hi", provider="openai", model=None, messages=None, key=None,
                 on=None, timeout=10, headers=None, **body):
        base = urllib.parse.urlsplit(os.environ[f"{provider.upper()}_BASE_URL"])
        self.connection = on or http.client.HTTPConnection(
            base.hostname, base.port, timeout=timeout)
        self.is_lent = on is not None
        messages = messages or [{"role": "user", "content": text}]
        body = {"model": model or MODEL[provider], "messages": messages, **body}
        if provider == "anthropic":
            body.setdefault("max_tokens", 100)
        key = key or os.environ[f"{provider.upper()}_API_KEY"]
        fields = {"content-type": "application/json", "anthropic-version": "2023-06-01",
                  "authorization": f"Bearer {key}", **(headers or {})}
        self.connection.request("POST", base.path + PATH[provider], json.dumps(body), fields)

    def answer(self):
        response, text, state = None, b"", "whole"
        try:
            response = self.connection.getresponse()
            while piece := response.read1(65536):
                text += piece
        except (socket.timeout, TimeoutError):
            state = "silent"
        except (http.client.HTTPException, OSError):
            state = "broken"
        text = text.decode(errors="replace")
        if "data: " in text and '"finish_reason":"' not in text and "message_stop" not in text:
            state = "broken" if state == "whole" else state
        if not self.is_lent or state != "whole":
            self.leave()
        return Answer(response, text, state)

    def leave(self):
        self.connection.close()


def ask(*arguments, **options):
    return Request(*arguments, **options).answer()


def connection():
    """One that is kept open."""
    base = urllib.parse.urlsplit(os.environ["OPENAI_BASE_URL"])
    return http.client.HTTPConnection(base.hostname, base.port, timeout=10)


def control(method, path, body=None):
    place = urllib.parse.urlsplit(os.environ["BROWNOUT_CONTROL_URL"])
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    line.request(method, path, None if body is None else json.dumps(body),
                 {"content-type": "application/json"})
    answer = line.getresponse()
    text = answer.read()
    line.close()
    assert answer.status < 300, text
    return json.loads(text) if text else None


def is_manual():
    return control("GET", "/clock")["clock"] == "manual"


def wait(seconds):
    """Lets so much of the scenario's time go by."""
    if not is_manual():
        return time.sleep(seconds)
    while seconds > 0:
        step = min(seconds, 86400)
        control("POST", "/clock/advance", {"by": f"{round(step * 1e6)}us"})
        seconds -= step


def declare(outcome, answer=None, **more):
    """Says what was made of a call."""
    subject = {"request-id": answer.request_id} if answer else {}
    control("POST", "/outcomes", {**subject, "outcome": outcome, **more})


def retry(waits, text="hi", **options):
    """Asks, and asks again after each of these waits until there is a whole answer."""
    answer = ask(text, **options)
    for seconds in waits:
        if answer.is_good:
            break
        wait(seconds)
        answer = ask(text, **options)
    return answer


def together(count, work):
    """Does so much work side by side."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Promises

@habit
def waits_as_promised():
    answer = ask()
    wait(answer.promised() + 0.02)
    ask()


@habit
def comes_too_early():
    answer = ask()
    wait(answer.promised() / 3)
    ask()


@habit
def waits_for_the_date():
    answer = ask()
    date = time.strptime(answer.headers["retry-after"], "%a, %d %b %Y %H:%M:%S %Z")
    time.sleep(max(0, time.mktime(date) - time.timezone - time.time()) + 0.02)
    ask()


@habit
def waits_by_the_seconds_field():
    answer = ask()
    wait(answer.promised("retry-after") + 0.02)
    ask()


@habit
def waits_ten_times_as_long():
    answer = ask()
    wait(10 * answer.promised())
    ask()


@habit
def makes_up_a_wait():
    retry([0.2])


@habit
def another_user_asks_at_once():
    mine = connection()
    ask(on=mine)
    ask()
    wait(1.02)
    ask("and now?", on=mine)


@habit
def another_user_asks_while_the_first_is_idle():
    mine = connection()
    ask(on=mine)
    ask()
    assert mine.sock


@habit
def comes_too_early_on_its_connection():
    mine = connection()
    answer = ask(on=mine)
    wait(answer.promised() / 3)
    ask(on=mine)


# What does not pass, and what does

@habit
def repeats_at_once():
    retry([0.05, 0.1])


@habit
def gives_up():
    ask()


@habit
def gives_up_and_says_so():
    declare("failed", ask())


@habit
def mends_its_request():
    ask("too long")
    ask("short")


@habit
def obeys_should_retry():
    answer = ask()
    if answer.headers.get("x-should-retry") == "true":
        wait(0.1)
        ask()


@habit
def takes_another_key():
    ask(key="sk-gone")
    ask(key="sk-good")


@habit
def has_two_keys_and_does_not_rotate():
    ask("first", key="sk-good")
    ask("second", key="sk-gone")


@habit
def tries_twelve_times():
    retry([0.02 * 1.2 ** number for number in range(11)])


@habit
def tries_ten_times_at_each():
    for provider in ("openai", "anthropic"):
        retry([0.02 * 1.2 ** number for number in range(9)], provider=provider)


@habit
def goes_on_after_it_gave_up():
    ask(headers={"x-brownout-call": "report"})
    declare("failed", call="report")
    ask(headers={"x-brownout-call": "report"})


# Waits

@habit
def waits_alike():
    retry([0.3, 0.3, 0.3])


@habit
def waits_twice_as_long_each_time():
    retry([0.1, 0.2, 0.4])


@habit
def waits_half_as_long_each_time():
    retry([0.4, 0.2, 0.1])


@habit
def waits_longer_and_shorter():
    retry([0.2, 0.6, 0.3])


@habit
def waits_anew_elsewhere():
    retry([0.1, 0.2, 0.4])
    wait(0.1)
    retry([0.1, 0.2, 0.4], provider="anthropic")


@habit
def waits_that_grow_by_and_large():
    for number in range(8):
        retry([0.1, 0.3, 0.2] if number % 2 else [0.2, 0.1, 0.5], f"question {number}")


@habit
def one_call_waits_less_by_chance():
    retry([0.1, 0.2, 0.4], "question 1")
    retry([0.4, 0.1, 0.15], "question 2")


@habit
def waits_alike_after_each_cause():
    for number in range(20):
        retry([1.0 if number % 2 else 0.4], f"question {number}", headers={
            "x-cause": ("overloaded", "limited")[number % 2]})


@habit
def eight_wait_alike():
    for number in range(10):
        retry([0.4], f"question {number}")


@habit
def eight_wait_differently():
    for number in range(10):
        retry([0.1 + 0.05 * number], f"question {number}")


@habit
def seven_wait_alike():
    for number in range(7):
        retry([0.4], f"question {number}")


@habit
def eight_wait_alike_together():
    together(12, lambda number: retry([0.5], f"question {number}"))


# Outages

@habit
def five_attempts_a_call():
    for number in range(2):
        retry([0.1, 0.2, 0.4, 0.8], f"question {number}")


@habit
def two_attempts_a_call():
    for number in range(4):
        retry([0.5], f"question {number}")


def wait_out_an_outage(count, back):
    """So many calls fail twice, half a second apart; each is back so long after the begin."""
    for numbers in (range(count), reversed(range(count))):
        for number in numbers:
            ask(f"question {number}")
            wait(0.5)
    now = count
    for number in range(count):
        wait(back(number) - now)
        now = back(number)
        ask(f"question {number}")


@habit
def all_come_back_at_once():
    wait_out_an_outage(10, lambda number: 20.5)


@habit
def all_come_back_one_by_one():
    wait_out_an_outage(10, lambda number: 20.1 + 0.5 * number)


@habit
def four_come_back_at_once():
    wait_out_an_outage(4, lambda number: 20.5)


# Elsewhere

@habit
def falls_back():
    if not ask().is_good:
        ask(provider="anthropic")


@habit
def asks_the_two_in_turn():
    for provider in ("openai", "anthropic") * 2:
        if ask(provider=provider).is_good:
            break


@habit
def falls_back_much_later():
    ask()
    wait(90)
    ask(provider="anthropic")


@habit
def asks_again_with_other_sampling():
    ask(temperature=1)
    wait(0.1)
    ask(temperature=0.5)


@habit
def asks_for_no_answer():
    base = urllib.parse.urlsplit(os.environ["OPENAI_BASE_URL"])
    for _ in range(3):
        line = http.client.HTTPConnection(base.hostname, base.port, timeout=10)
        line.request("GET", base.path + "/models", headers={"authorization": "Bearer sk-any"})
        line.getresponse().read()
        line.close()


@habit
def falls_back_to_another_model():
    ask(model="gpt-4o")
    ask(model="gpt-4o-mini")


@habit
def falls_back_with_a_system_text():
    ask(messages=[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "hi"}])
    ask(provider="anthropic", messages=[{"role": "user", "content": "hi"}], system="Be kind.")


@habit
def falls_back_while_the_first_is_silent():
    first = Request()
    wait(0.1)
    ask(provider="anthropic")
    first.leave()


@habit
def hedges():
    first = Request()
    time.sleep(0.1)
    ask()
    first.leave()


@habit
def hedges_by_name():
    first = Request(headers={"idempotency-key": "one"})
    time.sleep(0.1)
    ask(headers={"idempotency-key": "one"})
    first.answer()


@habit
def two_users_ask_the_same():
    first = Request()
    time.sleep(0.1)
    second = Request()
    first.answer()
    second.answer()


@habit
def two_sessions_ask_the_same():
    first = Request(headers={"x-brownout-session": "one"})
    second = Request(headers={"x-brownout-session": "two"})
    first.answer()
    second.answer()
    wait(1.1)
    ask(headers={"x-brownout-session": "one"})
    ask(headers={"x-brownout-session": "two"})


@habit
def asks_the_same_later():
    for _ in range(3):
        ask()


@habit
def goes_on_with_the_conversation():
    turns = [{"role": "user", "content": "hi"}]
    ask(messages=turns)
    turns += [{"role": "assistant", "content": "hello"}, {"role": "user", "content": "more"}]
    ask(messages=turns)


@habit
def names_its_call_and_rephrases():
    for text in ("a long prompt", "a short one"):
        ask(text, headers={"x-brownout-call": "report"})
        wait(0.1)


@habit
def comes_back_after_the_window():
    retry([90])


@habit
def comes_back_by_name_after_the_window():
    retry([90], headers={"idempotency-key": "one"})


@habit
def counts_its_retries():
    ask(headers={"x-stainless-retry-count": "0"})
    wait(0.1)
    ask(headers={"x-stainless-retry-count": "1"})


TRACE = "00-{:032x}-00f067aa0ba902b7-01"


@habit
def is_one_trace_of_two_questions():
    for text in ("one", "two"):
        ask(text, headers={"traceparent": TRACE.format(7)})


@habit
def comes_back_in_another_trace():
    for trace in (7, 8):
        ask(headers={"traceparent": TRACE.format(trace)})
        wait(0.1)


@habit
def pays_twice():
    for _ in range(2):
        ask(headers={"idempotency-key": "one"})


# Silence, and answers that break off

@habit
def leaves_soon():
    ask(timeout=0.2)


@habit
def holds_on():
    ask(timeout=0.9)


@habit
def leaves_a_silent_stream_soon():
    ask(timeout=0.2, stream=True)


@habit
def leaves_a_silent_stream_late():
    ask(timeout=0.9, stream=True)


@habit
def reports_what_broke_off():
    answer = ask(stream=True)
    assert not answer.is_good
    declare("failed", answer, category="network_error", retryable=True)


@habit
def takes_what_broke_off():
    declare("succeeded", ask(stream=True))


@habit
def takes_an_empty_answer():
    declare("succeeded", ask())


@habit
def says_nothing_of_what_broke_off():
    ask(stream=True)


@habit
def repeats_what_broke_off():
    retry([0.1], stream=True)


@habit
def repeats_what_broke_off_and_says_so():
    declare("partial", ask(stream=True))
    ask(stream=True)


@habit
def repeats_what_broke_off_and_is_content():
    declare("succeeded", retry([0.1], stream=True))


@habit
def takes_a_stream():
    answer = ask(stream=True)
    declare("succeeded" if answer.is_good else "failed", answer)


# Tools

QUESTION = {"role": "user", "content": "How is the weather in Paris?"}


def result_of(call, result):
    """The conversation with the result of a tool call."""
    identity, name, arguments = call
    offered = {"id": identity, "type": "function",
               "function": {"name": name, "arguments": arguments}}
    return [QUESTION, {"role": "assistant", "content": None, "tool_calls": [offered]},
            {"role": "tool", "tool_call_id": identity, "content": result}]


def use_tool(results):
    call, *_ = ask(messages=[QUESTION], tools=[TOOL]).tool_calls()
    for result in results:
        ask(messages=result_of(call, result), tools=[TOOL])


@habit
def runs_a_tool_once():
    use_tool(["sunny"])


@habit
def sends_a_result_again():
    use_tool(["sunny", "sunny"])


@habit
def runs_a_tool_twice():
    use_tool(["sunny", "rainy"])


def repeat_a_tool(is_first_run):
    broken = ask(messages=[QUESTION], tools=[TOOL], stream=True)
    assert broken.state == "broken"
    if is_first_run:
        ask(messages=result_of(broken.tool_calls()[0], "booked 1"), tools=[TOOL])
    whole = ask(messages=[QUESTION], tools=[TOOL], stream=True)
    ask(messages=result_of(whole.tool_calls()[0], "booked 2"), tools=[TOOL])


@habit
def runs_a_tool_of_what_broke_off():
    repeat_a_tool(True)


@habit
def runs_a_tool_of_the_whole_answer():
    repeat_a_tool(False)


# What errors are called

def call_it(category, retryable=None):
    more = {} if retryable is None else {"retryable": retryable}
    declare("failed", ask(timeout=0.3), category=category, **more)


@habit
def calls_it_a_rate_limit():
    call_it("rate_limit", True)


@habit
def calls_it_auth():
    call_it("auth")


@habit
def calls_the_last_one_by_its_name():
    answer = retry([0.1])
    declare("failed", answer, category="api_error", retryable=True)


@habit
def calls_the_first_one_by_its_name():
    first = ask()
    wait(0.1)
    ask()
    declare("failed", first, category="rate_limit", retryable=True)


@habit
def calls_it_unknown():
    call_it("unknown")


@habit
def calls_it_final():
    call_it("rate_limit", False)


@habit
def calls_what_it_named_a_network_error():
    ask(headers={"x-brownout-call": "report"})
    declare("failed", call="report", category="network_error", retryable=True)


@habit
def calls_what_it_named_a_timeout():
    ask(timeout=0.3, headers={"x-brownout-call": "report"})
    declare("failed", call="report", category="timeout", retryable=True)


@habit
def says_it_with_the_next_request():
    answer = ask("first")
    ask("second", headers={"x-brownout-outcome":
                           f"failed; category=rate_limit; request-id={answer.request_id}"})


@habit
def says_it_with_the_next_request_without_an_id():
    ask("first")
    ask("second", headers={"x-brownout-outcome": "failed; category=auth"})


# Connections, load and money

@habit
def keeps_its_connection():
    line = connection()
    for number in range(4):
        ask(f"question {number}", on=line)


@habit
def opens_a_connection_each_time():
    for number in range(4):
        ask(f"question {number}")


def share(count, provider):
    for number in range(count):
        ask(f"question {number}", provider=provider(number))


@habit
def shares_evenly():
    share(20, lambda number: ("openai", "anthropic")[number % 2])


@habit
def shares_not_at_all():
    share(20, lambda number: "openai")


@habit
def shares_little():
    share(6, lambda number: ("openai", "anthropic")[number % 2])


def users(model):
    for number in range(8):
        user = number % 2
        ask(f"question {number}", model=model(user, number), headers={"x-user": f"user-{user}"})


@habit
def sticks_to_a_model():
    users(lambda user, number: ("gpt-4o", "gpt-4o-mini")[user])


@habit
def changes_models():
    users(lambda user, number: ("gpt-4o", "gpt-4o-mini")[number // 4])


@habit
def each_user_asks_once():
    for number in range(4):
        ask(f"question {number}", headers={"x-user": f"user-{number}"})


def read_on(seconds):
    """Says in the middle of a stream that the call is over, and leaves so long afterwards."""
    request = Request(stream=True, headers={"x-brownout-call": "report"})
    request.connection.getresponse().read1(100)
    declare("failed", call="report")
    time.sleep(seconds)
    request.leave()


@habit
def leaves_when_it_is_done():
    read_on(0)


@habit
def reads_on():
    read_on(1.6)


def with_breaker(probe_every):
    """Asks every five seconds; leaves a provider alone that failed three times."""
    failures, probed = 0, 0
    for second in range(0, 120, 5):
        if failures < 3 or probe_every and second - probed >= probe_every:
            probed = second
            failures = 0 if ask(f"question {second}").is_good else failures + 1
        if failures:
            ask(f"question {second}", provider="anthropic")
        wait(5)


@habit
def opens_and_closes():
    with_breaker(10)


@habit
def stays_open_for_ever():
    with_breaker(None)


# Ends

@habit
def does_nothing():
    pass


@habit
def fails():
    ask()
    sys.exit(3)


@habit
def is_killed():
    ask()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    HABITS[sys.argv[1]]()
