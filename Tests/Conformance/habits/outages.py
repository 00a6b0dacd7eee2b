"""What clients do to a provider that is down, and when it is well again."""
from habits.asking import ask, habit, retry, wait


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
