// NODE_OPTIONS=--experimental-vm-modules npx jest --testMatch "**/*.jest.mjs"
import { afterAll, beforeAll, test } from "@jest/globals";
import assert from "node:assert/strict";

import { start } from "../../Packaging/node/brownout.mjs";
import { answer } from "./support.mjs";

let brownout;
beforeAll(async () => { brownout = await start(); });
afterAll(() => brownout.stop());

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
