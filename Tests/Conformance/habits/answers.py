"""Silence, and answers that break off."""
from habits.asking import ask, declare, habit, retry


@habit
def leaves_soon():
    ask(timeout=0.4)


@habit
def holds_on():
    ask(timeout=1.6)


@habit
def leaves_a_silent_stream_soon():
    ask(timeout=0.4, stream=True)


@habit
def leaves_a_silent_stream_late():
    ask(timeout=1.6, stream=True)


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
    ask(headers={"x-brownout-call": "report"})
    declare("succeeded", call="report")


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
