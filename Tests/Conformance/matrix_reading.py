"""What a client got out of an answer, in a few words that do not depend on the client."""
import dataclasses
import json

import jsonschema

from sdks import MODEL, WEATHER

# What the answers of the matrix say: enough events to break off in the middle, and characters of
# several bytes. A scenario that says something else keeps it.
TEXT = "one two three four five six seven eight nine ten – eleven twelve, naïve café"
USUAL = {"stop", "end_turn", "tool_calls", "tool_use"}


@dataclasses.dataclass
class Received:
    """An answer, or as much of it as has come."""
    text: str = ""
    reason: str | None = None
    # The name, the arguments and the id of each tool call, by its place.
    calls: dict = dataclasses.field(default_factory=dict)
    usage: dict | None = None
    model: str = ""
    # What stands where an answer should be.
    oddity: str | None = None
    status: int = 200

    def describe(self):
        """What has come, compared with what was sent."""
        if self.oddity and not self.text and not self.calls:
            return self.oddity
        if self.calls:
            what = " and ".join(_call(name, words) for name, words, _ in self.calls.values())
        elif not self.text:
            what = "nothing"
        elif self.text == TEXT:
            what = "whole"
        else:
            what = "partial" if TEXT.startswith(self.text) else "other text"
        return ", ".join([what, *self._notes()])

    def _notes(self):
        """What a careful caller would notice."""
        if self.oddity:
            return [self.oddity]
        notes = [] if self.reason in USUAL else [self.reason or "no reason"]
        identities = [identity for _, _, identity in self.calls.values()]
        if len(set(identities)) < len(identities):
            notes.append("one id for two")
        if self.model and not self.model.startswith(tuple(MODEL.values())):
            notes.append("another model")
        if self.reason and not self.usage:
            notes.append("no usage")
        elif self.reason and "total_tokens" in self.usage and self.usage["total_tokens"] != (
                self.usage.get("prompt_tokens", 0) + self.usage.get("completion_tokens", 0)):
            notes.append("usage does not add up")
        return notes

    def call(self, index, name, arguments, identity=None):
        """A tool call, or a piece of one."""
        before = self.calls.get(index, ("", "", None))
        self.calls[index] = (before[0] + (name or ""), before[1] + (arguments or ""),
                             identity or before[2])

    # OpenAI's and Anthropic's JSON, as a client without an SDK reads it

    def take(self, provider, value, stream):
        """An event of a stream, or a whole answer."""
        if not isinstance(value, dict):
            self.oddity = f"a {type(value).__name__}"
        elif "error" in value and value["error"]:
            self.oddity = "an error object"
        elif provider == "openai":
            self._take_chat(value, "delta" if stream else "message")
        elif stream:
            self._take_event(value)
        else:
            self._take_message(value)

    def _take_chat(self, value, part):
        self.usage = value.get("usage") or self.usage
        self.model = value.get("model") or self.model
        choices = value.get("choices")
        if not choices and part == "message":
            self.oddity = f"choices {json.dumps(choices)}"
        for choice in choices or []:
            self.reason = choice.get("finish_reason") or self.reason
            said = choice.get(part) or {}
            self.text += said.get("content") or ""
            if said.get("refusal"):
                self.oddity = "a refusal"
            for index, call in enumerate(said.get("tool_calls") or []):
                function = call.get("function") or {}
                self.call(call.get("index", index), function.get("name"),
                          function.get("arguments"), call.get("id"))

    def _take_message(self, value):
        self.usage, self.model = value.get("usage"), value.get("model") or ""
        self.reason = value.get("stop_reason") or self.reason
        if not value.get("content"):
            self.oddity = f"content {json.dumps(value.get('content'))}"
        for index, block in enumerate(value.get("content") or []):
            self.text += block.get("text") or ""
            if block.get("type") == "tool_use":
                self.call(index, block.get("name"), json.dumps(block.get("input")),
                          block.get("id"))

    def _take_event(self, value):
        block, delta = value.get("content_block") or {}, value.get("delta") or {}
        message = value.get("message") or {}
        self.usage = value.get("usage") or message.get("usage") or self.usage
        self.model = message.get("model") or self.model
        self.reason = delta.get("stop_reason") or self.reason
        self.text += delta.get("text") or ""
        if block.get("type") == "tool_use":
            self.call(value.get("index"), block.get("name"), "", block.get("id"))
        if "partial_json" in delta:
            self.call(value.get("index"), "", delta["partial_json"])

    def take_lines(self, provider, lines):
        """A stream, line by line as a library hands them out (HTML standard, 9.2.6)."""
        for data in _events(lines):
            if data not in ("[DONE]", b"[DONE]"):
                self.take(provider, json.loads(data), stream=True)


def _events(lines):
    """The data of each event; an event counts when its blank line comes."""
    data = []
    for line in lines:
        bare = line.rstrip("\r\n" if isinstance(line, str) else b"\r\n")
        colon, space, name = (":", " ", "data") if isinstance(bare, str) else (b":", b" ", b"data")
        if not bare:
            if data:
                yield (b"" if isinstance(bare, bytes) else "").join(data)
            data = []
            continue
        field, _, value = bare.partition(colon)
        if field == name:
            data.append(value.removeprefix(space))


def _call(name, arguments):
    """A tool call, and whether its arguments are what the tool takes."""
    try:
        value = json.loads(arguments or "{}")
    except ValueError:
        return f"{name}, arguments no JSON"
    if name != "get_weather":
        return f"{name or 'a call without a name'}, unknown"
    fits = jsonschema.Draft202012Validator(WEATHER).is_valid(value)
    return name if fits else f"{name}, arguments break its schema"
