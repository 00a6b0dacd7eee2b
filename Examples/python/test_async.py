"""The asynchronous clients. The mark anyio comes with a plug-in that the SDKs bring along;
pytest-asyncio does as well."""
import asyncio

import anthropic
import openai
import pytest
from brownout_llm import Brownout

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.fault("overloaded", attempts=1)
async def test_both_at_once(brownout: Brownout) -> None:
    async with openai.AsyncOpenAI() as one, anthropic.AsyncAnthropic() as other:
        await asyncio.gather(
            one.chat.completions.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "One"}]),
            other.messages.create(
                model="claude-haiku-4-5", max_tokens=64,
                messages=[{"role": "user", "content": "Two"}]))
    assert sorted(call.statuses for call in brownout.calls) == [[503, 200], [529, 200]]


@pytest.mark.fault(hang="forever")
async def test_a_client_that_gives_up(brownout: Brownout) -> None:
    async with openai.AsyncOpenAI(timeout=0.2, max_retries=0) as client:
        with pytest.raises(openai.APITimeoutError):
            await client.chat.completions.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "Hello?"}])
    assert brownout.calls.one().outcome == "abandoned"
