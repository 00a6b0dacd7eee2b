"""Clients that go elsewhere."""
import http.client
import os
import urllib.parse

from habits.asking import ask, habit, Request, wait


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
