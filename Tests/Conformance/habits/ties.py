"""What belongs together: hedges, users with equal words, names, counts and traces."""
import time

from habits.asking import Request, ask, connection, habit, retry, wait


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
def two_users_count_their_retries():
    """Each waits longer the second time; taken for one, they would wait alike."""
    lines, counts, now = [connection(), connection()], [0, 0], 0
    for at, user in [(0, 0), (0.45, 1), (0.5, 0), (0.95, 1), (1.4, 0), (1.85, 1)]:
        wait(at - now)
        now = at
        ask(on=lines[user], headers={"x-stainless-retry-count": str(counts[user])})
        counts[user] += 1


@habit
def two_users_try_six_times_each():
    """Each on a connection of its own, which it keeps: twelve attempts, and nobody made more than
    ten."""
    lines, now = [connection(), connection()], 0
    waits = [0.02 * 1.5 ** number for number in range(5)]
    times = sorted((user * 0.01 + sum(waits[:attempt]), user)
                   for user in (0, 1) for attempt in range(6))
    for at, user in times:
        wait(at - now)
        now = at
        ask(on=lines[user])


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
