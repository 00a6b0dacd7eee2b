// Clients with one habit each, with fetch: `node planted.mjs HABIT`. What a habit is stands in
// habits/, under the same name.
const MODEL = { openai: "gpt-4o-mini", anthropic: "claude-sonnet-4-5" };
const PATH = { openai: "/chat/completions", anthropic: "/v1/messages" };

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What came of a request, and whether all of it came.
async function ask({ text = "hi", provider = "openai", stream = false, signal } = {}) {
    const name = provider.toUpperCase();
    const body = {
        model: MODEL[provider], messages: [{ role: "user", content: text }], stream,
        ...(provider === "anthropic" && { max_tokens: 100 }),
    };
    const answer = await fetch(process.env[`${name}_BASE_URL`] + PATH[provider], {
        method: "POST", signal, body: JSON.stringify(body),
        headers: {
            "content-type": "application/json", "anthropic-version": "2023-06-01",
            authorization: `Bearer ${process.env[`${name}_API_KEY`]}`,
        },
    });
    const { status, headers } = answer;
    const isWhole = await answer.text().then(() => true, () => false);
    return { status, isGood: status === 200 && isWhole, id: headers.get("x-request-id"),
        promised: Number(headers.get("retry-after-ms") ?? 0) };
}

async function declare(outcome, { id }, more = {}) {
    const answer = await fetch(`${process.env.BROWNOUT_CONTROL_URL}/outcomes`, {
        method: "POST", headers: { "content-type": "application/json" },
        body: JSON.stringify({ "request-id": id, outcome, ...more }),
    });
    if (!answer.ok) throw new Error(await answer.text());
}

async function retry(waits, request) {
    let answer = await ask(request);
    for (const milliseconds of waits) {
        if (answer.isGood) break;
        await wait(milliseconds);
        answer = await ask(request);
    }
    return answer;
}

// Asks on after a while, and leaves the first as soon as the second is there.
async function hedge(second) {
    const leaving = new AbortController();
    const first = ask({ signal: leaving.signal }).catch(() => {});
    await wait(150);
    await ask(second);
    leaving.abort();
    await first;
}

const habits = {
    async "waits-as-promised"() {
        const { promised } = await ask();
        await wait(promised + 20);
        await ask();
    },
    async "comes-too-early"() {
        const { promised } = await ask();
        await wait(promised / 3);
        await ask();
    },
    async "repeats-at-once"() { await retry([50, 100]); },
    async "gives-up"() { await ask(); },
    async "gives-up-and-says-so"() { await declare("failed", await ask()); },
    async "waits-alike"() { await retry([700, 700, 700]); },
    async "waits-twice-as-long-each-time"() { await retry([100, 200, 400]); },
    async "falls-back"() {
        const { isGood } = await ask();
        if (!isGood) await ask({ provider: "anthropic" });
    },
    async "falls-back-while-the-first-is-silent"() { await hedge({ provider: "anthropic" }); },
    async "hedges"() { await hedge({}); },
    async "two-users-ask-the-same"() {
        const first = ask();
        await wait(150);
        await Promise.all([first, ask()]);
    },
    async "asks-the-same-later"() { for (let n = 0; n < 3; n += 1) await ask(); },
    async "leaves-soon"() {
        await ask({ signal: AbortSignal.timeout(400) }).catch(() => {});
    },
    async "reports-what-broke-off"() {
        const answer = await ask({ stream: true });
        const truth = { category: "network_error", retryable: true };
        await declare(answer.isGood ? "succeeded" : "failed", answer, truth);
    },
    async "takes-what-broke-off"() { await declare("succeeded", await ask({ stream: true })); },
    async "says-nothing-of-what-broke-off"() { await ask({ stream: true }); },
    async "keeps-its-connection"() {
        for (let n = 0; n < 4; n += 1) await ask({ text: `question ${n}` });
    },
};

await habits[process.argv[2]]();
