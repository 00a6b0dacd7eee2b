"""What clients try again, and how often."""
from habits.asking import ask, declare, habit, retry, wait


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
