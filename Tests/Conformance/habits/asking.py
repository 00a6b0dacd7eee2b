"""How planted clients ask, wait and say what they made of it. They wait by the scenario's clock:
one that is moved by hand, they move."""
import http.client
import json
import os
import socket
import threading
import time
import urllib.parse

MODEL = {"openai": "gpt-4o-mini", "anthropic": "claude-sonnet-4-5"}
PATH = {"openai": "/chat/completions", "anthropic": "/v1/messages"}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
HABITS = {}


def habit(function):
    HABITS[function.__name__.replace("_", "-")] = function
    return function


class Answer:
    """What came of a request: `whole`, `broken` or `silent`, and what of it there was."""

    def __init__(self, response, text, state):
        self.status = response.status if response else None
        self.headers = response.headers if response else {}
        self.text, self.state = text, state
        self.request_id = self.headers.get("x-request-id") or self.headers.get("request-id")

    @property
    def is_good(self):
        return self.status == 200 and self.state == "whole"

    def promised(self, *fields):
        """The wait that the first of these fields states, in seconds."""
        for field in fields or ("retry-after-ms", "retry-after"):
            if value := self.headers.get(field):
                return float(value) / (1000 if field.endswith("-ms") else 1)
        return None

    def tool_calls(self):
        """Id, name and arguments of each tool call, of a plain answer or of a stream."""
        if "data: " not in self.text:
            calls = json.loads(self.text)["choices"][0]["message"]["tool_calls"]
            return [(call["id"], call["function"]["name"], call["function"]["arguments"])
                    for call in calls]
        calls = {}
        for line in self.text.splitlines():
            if not line.startswith("data: {"):
                continue
            for choice in json.loads(line[6:])["choices"]:
                for piece in choice["delta"].get("tool_calls") or []:
                    call = calls.setdefault(piece["index"], ["", "", ""])
                    function = piece.get("function", {})
                    call[0] += piece.get("id") or ""
                    call[1] += function.get("name") or ""
                    call[2] += function.get("arguments") or ""
        return [tuple(call) for call in calls.values()]


class Request:
    """A request on a connection, which is its own unless one is given; `answer` reads it whole."""

    def __init__(self, text="hi", provider="openai", model=None, messages=None, key=None,
                 on=None, timeout=10, headers=None, **body):
        base = urllib.parse.urlsplit(os.environ[f"{provider.upper()}_BASE_URL"])
        self.connection = on or http.client.HTTPConnection(
            base.hostname, base.port, timeout=timeout)
        self.is_lent = on is not None
        messages = messages or [{"role": "user", "content": text}]
        body = {"model": model or MODEL[provider], "messages": messages, **body}
        if provider == "anthropic":
            body.setdefault("max_tokens", 100)
        key = key or os.environ[f"{provider.upper()}_API_KEY"]
        fields = {"content-type": "application/json", "anthropic-version": "2023-06-01",
                  "authorization": f"Bearer {key}", **(headers or {})}
        self.connection.request("POST", base.path + PATH[provider], json.dumps(body), fields)

    def answer(self):
        response, text, state = None, b"", "whole"
        try:
            response = self.connection.getresponse()
            while piece := response.read1(65536):
                text += piece
            # Lets go of the answer, not of the connection.
            response.close()
        except (socket.timeout, TimeoutError):
            state = "silent"
        except (http.client.HTTPException, OSError):
            state = "broken"
        text = text.decode(errors="replace")
        if "data: " in text and '"finish_reason":"' not in text and "message_stop" not in text:
            state = "broken" if state == "whole" else state
        if not self.is_lent or state != "whole":
            self.leave()
        return Answer(response, text, state)

    def leave(self):
        self.connection.close()


def ask(*arguments, **options):
    return Request(*arguments, **options).answer()


def connection():
    """One that is kept open."""
    base = urllib.parse.urlsplit(os.environ["OPENAI_BASE_URL"])
    return http.client.HTTPConnection(base.hostname, base.port, timeout=10)


def control(method, path, body=None):
    place = urllib.parse.urlsplit(os.environ["BROWNOUT_CONTROL_URL"])
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    line.request(method, path, None if body is None else json.dumps(body),
                 {"content-type": "application/json"})
    answer = line.getresponse()
    text = answer.read()
    line.close()
    assert answer.status < 300, text
    return json.loads(text) if text else None


def is_manual():
    return control("GET", "/clock")["clock"] == "manual"


def wait(seconds):
    """Lets so much of the scenario's time go by."""
    if not is_manual():
        return time.sleep(seconds)
    while seconds > 0:
        step = min(seconds, 86400)
        control("POST", "/clock/advance", {"by": f"{round(step * 1e6)}us"})
        seconds -= step


def declare(outcome, answer=None, **more):
    """Says what was made of a call."""
    subject = {"request-id": answer.request_id} if answer else {}
    control("POST", "/outcomes", {**subject, "outcome": outcome, **more})


def retry(waits, text="hi", **options):
    """Asks, and asks again after each of these waits until there is a whole answer."""
    answer = ask(text, **options)
    for seconds in waits:
        if answer.is_good:
            break
        wait(seconds)
        answer = ask(text, **options)
    return answer


def together(count, work):
    """Does so much work side by side."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
