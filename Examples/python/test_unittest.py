"""The same without pytest: `python -m unittest`."""
import unittest

import brownout_llm
import openai


class Retries(brownout_llm.TestCase):
    def test_retries(self) -> None:
        self.brownout.fault("overloaded", attempts="1-2")
        openai.OpenAI().chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}])
        self.assertEqual(self.brownout.calls.one().statuses, [503, 503, 200])


class Coroutines(brownout_llm.IsolatedAsyncioTestCase):
    async def test_a_promised_wait_is_kept(self) -> None:
        self.brownout.scenario("rate_limited.yaml")
        async with openai.AsyncOpenAI() as client:
            await client.chat.completions.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}])
        self.assertGreaterEqual(self.brownout.calls.one().waits[0], 1)


if __name__ == "__main__":
    unittest.main()
