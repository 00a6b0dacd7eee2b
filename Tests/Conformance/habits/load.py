"""Connections, load and money, and what is read when it is over."""
import time

from habits.asking import ask, connection, declare, habit, Request


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
