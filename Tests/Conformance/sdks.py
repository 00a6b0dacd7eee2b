"""The official SDKs, sync and async behind one face, and what differs between generations."""
import asyncio
import dataclasses

import anthropic
import openai

from kit import KEY

OPENAI_MAJOR = int(openai.__version__.split(".")[0])
ANTHROPIC_MAJOR = int(anthropic.__version__.split(".")[0])

MODEL = {"openai": "gpt-4o-mini", "anthropic": "claude-sonnet-4-5"}

WEATHER = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 1},
        "days": {"type": "integer", "minimum": 1, "maximum": 14},
        "unit": {"enum": ["celsius", "fahrenheit"]},
    },
    "required": ["city", "unit"],
    "additionalProperties": False,
}
CLOCK = {"type": "object", "properties": {"zone": {"type": "string"}}, "required": ["zone"]}


@dataclasses.dataclass
class Streamed:
    """What a client got out of a stream: the items, and the error that ended it, if one did."""
    items: list
    error: Exception | None


class SyncRunner:
    """Calls of a sync client are what they are."""

    def result(self, value):
        return value

    def collect(self, stream):
        items = []
        try:
            for item in stream:
                items.append(item)
        except Exception as error:  # Any class may come; the tests say which.
            return Streamed(items, error)
        return Streamed(items, None)

    def managed(self, manager, last):
        """All items of a helper's stream, and what it says in the end."""
        with manager as stream:
            items = list(stream)
            return items, getattr(stream, last)()

    def close(self, client):
        client.close()


class AsyncRunner:
    """Calls of an async client run on a loop that lives as long as the client."""

    def __init__(self):
        self._runner = asyncio.Runner()

    def result(self, awaitable):
        async def awaited():
            return await awaitable
        return self._runner.run(awaited())

    def collect(self, stream):
        async def collected():
            items = []
            try:
                async for item in stream:
                    items.append(item)
            except Exception as error:  # Any class may come; the tests say which.
                return Streamed(items, error)
            return Streamed(items, None)
        return self._runner.run(collected())

    def managed(self, manager, last):
        async def managed():
            async with manager as stream:
                items = [item async for item in stream]
                return items, await getattr(stream, last)()
        return self._runner.run(managed())

    def close(self, client):
        self.result(client.close())
        self._runner.close()


class Client:
    """One SDK's client, pointed at a server."""

    def __init__(self, server, mode, classes, base_url, **options):
        self.runner = SyncRunner() if mode == "sync" else AsyncRunner()
        cls = classes[0] if mode == "sync" else classes[1]
        options = {"api_key": KEY, "timeout": 20, **options}
        self.sdk = cls(base_url=base_url or self.default_base(server), **options)

    def close(self):
        self.runner.close(self.sdk)

    def result(self, value):
        return self.runner.result(value)

    def stream(self, text="hello", **options):
        """All chunks of a streamed answer; what fails before the first one is raised."""
        return self.runner.collect(self.ask(text, stream=True, **options))


class OpenAI(Client):
    """OpenAI's SDK."""
    provider = "openai"
    errors = openai
    major = OPENAI_MAJOR

    def __init__(self, server, mode, base_url=None, **options):
        super().__init__(server, mode, (openai.OpenAI, openai.AsyncOpenAI), base_url, **options)

    @staticmethod
    def default_base(server):
        return f"{server.data}/openai/v1"

    def ask(self, text="hello", **options):
        messages = [{"role": "user", "content": text}]
        arguments = {"model": MODEL["openai"], "messages": messages, **options}
        return self.result(self.sdk.chat.completions.create(**arguments))

    @staticmethod
    def text(answer):
        return answer.choices[0].message.content

    @staticmethod
    def error_type(error):
        return error.type


class Anthropic(Client):
    """Anthropic's SDK."""
    provider = "anthropic"
    errors = anthropic
    major = ANTHROPIC_MAJOR

    def __init__(self, server, mode, base_url=None, **options):
        super().__init__(server, mode, (anthropic.Anthropic, anthropic.AsyncAnthropic), base_url,
                         **options)

    @staticmethod
    def default_base(server):
        return f"{server.data}/anthropic"

    def ask(self, text="hello", **options):
        messages = [{"role": "user", "content": text}]
        arguments = {"model": MODEL["anthropic"], "max_tokens": 512, "messages": messages,
                     **options}
        return self.result(self.sdk.messages.create(**arguments))

    @staticmethod
    def text(answer):
        return "".join(block.text for block in answer.content if block.type == "text")

    @staticmethod
    def error_type(error):
        return error.body["error"]["type"]


CLIENTS = {"openai": OpenAI, "anthropic": Anthropic}
