// BROWNOUT=… node --test Examples/node/support.test.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { start } from "../../Packaging/node/brownout.mjs";
import { answer } from "./support.mjs";

let brownout;
before(async () => { brownout = await start(); });
after(() => brownout.stop());

test("a rate limit is waited out", async () => {
    const session = await brownout.session("rate limit", {
        scenario: "limited once",
        rules: [{
            name: "busy", attempts: 1, fault: { cause: "rate-limited", "retry-after": "1s" },
        }],
    });
    assert.ok(await answer(session, "Where is my parcel?"));
    assert.deepEqual((await session.calls()).one().statuses, [429, 200]);
    assert.equal((await session.verdict()).verdict, "pass", await session.explain());
});

test("when OpenAI is down, Anthropic answers", async () => {
    const session = await brownout.session("fallback", `
scenario: OpenAI is down
rules:
  - {name: down, when: {provider: openai}, fault: overloaded}
`);
    assert.ok(await answer(session, "Where is my parcel?"));
    const call = (await session.calls()).one();
    assert.deepEqual(call.providers, ["openai", "openai", "anthropic"]);
    assert.deepEqual(call.statuses, [503, 503, 200]);
});
