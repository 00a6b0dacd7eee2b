from openai import OpenAI

def test_retries(brownout):
    brownout.fault("overloaded", attempts="1-2")
    OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
    assert brownout.calls.one().statuses == [503, 503, 200]
