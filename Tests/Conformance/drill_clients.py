"""Clients for the shipped drills: `python drill_clients.py DRILL HABIT`. Of each drill there is one
that does as its page says, and those that do not."""
import heapq
import random
import sys

from habits.asking import ask, declare, wait
from habits.tools import result_of

REFUSALS = (400, 401, 404)
QUESTION = {"role": "user", "content": "A room for tonight, please."}
TOOL = {"type": "function", "function": {"name": "book_room", "parameters": {
    "type": "object", "properties": {"room": {"type": "integer"}}, "required": ["room"]}}}


class Breaker:
    """A circuit breaker; `refused` is what it makes of a probe that was refused."""

    def __init__(self, refused):
        self.refused = refused
        self.failures, self.opened = 0, None

    def lets(self, now):
        return self.opened is None or now - self.opened >= 10

    def saw(self, answer, now):
        if answer.is_good or answer.status in REFUSALS and self.refused == "closes":
            self.failures, self.opened = 0, None
        elif answer.status in REFUSALS and self.refused == "wedges":
            self.opened = float("inf")
        elif self.opened is not None:
            self.opened = now
        elif answer.status not in REFUSALS:
            self.failures += 1
            self.opened = now if self.failures >= 3 else None


def breaker_probe_refused(habit):
    breaker = Breaker(habit)
    for now in range(0, 180, 5):
        text, answer = f"question {now}", None
        if breaker.lets(now):
            answer = ask(text)
            breaker.saw(answer, now)
        # One that takes a refusal for health takes it for the answer to its question, too.
        is_settled = answer and (answer.is_good or habit == "closes" and answer.status in REFUSALS)
        if not is_settled:
            ask(text, provider="anthropic")
        wait(5)


def recovery_herd(habit):
    """Fifty calls in the order of their attempts; the clock goes from one to the next."""
    draws = random.Random(7)
    now, queue = 0.0, [(number * 0.01, number, 0) for number in range(50)]
    while queue:
        at, number, attempt = heapq.heappop(queue)
        if at > now:
            wait(at - now)
            now = at
        if not ask(f"question {number}").is_good:
            pause = 1 if habit == "polls" else 1.5 * 2 ** attempt * draws.uniform(0.5, 1.5)
            heapq.heappush(queue, (at + pause, number, attempt + 1))


def fallback_fails_too(habit):
    if habit == "takes-turns":
        for _ in range(3):
            ask()
            answer = ask(provider="anthropic")
            wait(0.2)
    else:
        for pause in (0.5, 1, 0):
            ask()
            wait(pause)
        answer = ask(provider="anthropic")
    if habit == "is-content":
        declare("succeeded", answer)
    else:
        declare("failed", answer, retryable=False,
                category="model_overloaded" if habit == "calls-it-overload" else "auth")


def cut_after_tool_call(habit):
    def question():
        return ask(messages=[QUESTION], tools=[TOOL], stream=True)

    def book(answer, number):
        call, *_ = answer.tool_calls()
        ask(messages=result_of(call, f"booked: {number}", QUESTION), tools=[TOOL])

    broken = question()
    if habit == "runs-it-twice":
        book(broken, 1)
    if habit != "says-nothing":
        declare("partial", broken)
    book(question(), 2)


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")](sys.argv[2])
