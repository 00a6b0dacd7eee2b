"""What clients make of Retry-After."""
import time

from habits.asking import ask, connection, habit, retry, wait


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
def waits_five_times_as_long():
    answer = ask()
    wait(5 * answer.promised())
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
