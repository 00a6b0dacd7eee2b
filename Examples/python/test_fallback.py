"""A client that goes to another provider, and says what it made of it."""
import anthropic
import openai
import pytest
from brownout_llm import Brownout


def answer(question: str) -> str:
    """What is tested: OpenAI's answer, or Anthropic's where OpenAI has none."""
    try:
        chat = openai.OpenAI(max_retries=1).chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": question}])
        return chat.choices[0].message.content or ""
    except openai.APIError:
        message = anthropic.Anthropic().messages.create(
            model="claude-haiku-4-5", max_tokens=256,
            messages=[{"role": "user", "content": question}])
        return "".join(block.text for block in message.content if block.type == "text")


@pytest.mark.fault("unavailable", provider="openai")
def test_the_spare_provider_answers(brownout: Brownout) -> None:
    assert answer("Who is there?")
    call = brownout.calls.one()
    assert call.providers == ["openai", "openai", "anthropic"]
    assert call.statuses == [503, 503, 200]
    brownout.declare("fell-back", category="api_error", retryable=True)
    assert brownout.verdict.passed, brownout.verdict
    assert brownout.verdict.rule("fallback").says == "1 call went elsewhere after a failure"


@pytest.mark.fault("unavailable", provider="openai")
@pytest.mark.fault("invalid-api-key", provider="anthropic")
def test_both_are_down(brownout: Brownout) -> None:
    with pytest.raises(anthropic.AuthenticationError):
        answer("Who is there?")
    brownout.declare("failed", category="auth", retryable=False)
    assert brownout.calls.one().outcome == "refused"
    assert brownout.verdict.passed, brownout.verdict
