"""What clients call their errors."""
from habits.asking import ask, declare, habit, retry, wait


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
