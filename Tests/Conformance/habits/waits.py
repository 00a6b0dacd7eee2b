"""How long clients wait between attempts, where nothing was promised."""
from habits.asking import habit, retry, together, wait


@habit
def waits_alike():
    retry([0.7, 0.7, 0.7])


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
