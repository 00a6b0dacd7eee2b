"""A scenario in a file, one in the test, and what can be asked about the calls."""
import openai
import pytest
from brownout_llm import Brownout


def ask(client: openai.OpenAI, **more):
    return client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "What is a brownout?"}], **more)


@pytest.mark.brownout("rate_limited.yaml")
def test_a_promised_wait_is_kept(brownout: Brownout) -> None:
    ask(openai.OpenAI())
    call = brownout.calls.one()
    assert call.statuses == [429, 200]
    assert call.waits[0] >= 1
    assert brownout.verdict.passed, brownout.verdict


@pytest.mark.fault("invalid-api-key")
def test_a_wrong_key_is_not_tried_again(brownout: Brownout) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        ask(openai.OpenAI())
    assert brownout.calls.one().outcome == "refused"
    assert brownout.calls.one().request_ids == [caught.value.request_id]


def test_a_stream_that_breaks_off_is_an_error(brownout: Brownout) -> None:
    brownout.fault(cut="reset", at="token 5", stream=True)
    with pytest.raises(Exception):
        for _ in ask(openai.OpenAI(), stream=True):
            pass
    assert brownout.calls.one().outcome == "broken"


@pytest.mark.brownout("outage.yaml")
def test_an_outage_of_a_minute_takes_no_time(brownout: Brownout) -> None:
    client = openai.OpenAI(max_retries=0)
    with pytest.raises(openai.InternalServerError):
        ask(client)
    brownout.clock.advance("61s")
    ask(client)
    assert brownout.calls.one().statuses == [503, 200]
