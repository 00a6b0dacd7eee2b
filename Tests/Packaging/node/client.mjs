// A client of OpenAI's and Anthropic's APIs as an application has one: with fetch, it tries again
// after what may pass, as long as the answer says.
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const body = (text, more) => JSON.stringify({
    model: "gpt-4o-mini", messages: [{ role: "user", content: text }], ...more,
});

/** One request to OpenAI's chat completions. */
export function post(base, text, more = {}, headers = {}) {
    return fetch(`${base}/chat/completions`, {
        method: "POST", body: body(text, more),
        headers: {
            "content-type": "application/json", authorization: "Bearer sk-test", ...headers,
        },
    });
}

/** Asks until there is an answer; `patience` is the share of a promised wait that it waits. */
export async function ask(base, text, { attempts = 3, patience = 1.05, headers } = {}) {
    for (let attempt = 1; ; attempt += 1) {
        const answer = await post(base, text, {}, headers);
        const id = answer.headers.get("x-request-id");
        const json = await answer.json();
        if (answer.ok) return { text: json.choices[0].message.content, id };
        const isRetryable = answer.status === 429 || answer.status >= 500;
        if (!isRetryable || attempt === attempts) {
            throw Object.assign(new Error(json.error.message), { status: answer.status, id });
        }
        await wait(Number(answer.headers.get("retry-after-ms") ?? 20) * patience);
    }
}
