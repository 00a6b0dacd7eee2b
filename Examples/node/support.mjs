// The client under test: it asks OpenAI, tries again as the answers say, and falls back to
// Anthropic.
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const ATTEMPTS = 2;

function openai(base, question) {
    return fetch(`${base}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer sk-any" },
        body: JSON.stringify({
            model: "gpt-4o-mini", messages: [{ role: "user", content: question }],
        }),
    });
}

function anthropic(base, question) {
    return fetch(`${base}/v1/messages`, {
        method: "POST",
        headers: {
            "content-type": "application/json", "x-api-key": "sk-any",
            "anthropic-version": "2023-06-01",
        },
        body: JSON.stringify({
            model: "claude-sonnet-4-5", max_tokens: 200,
            messages: [{ role: "user", content: question }],
        }),
    });
}

export async function answer(urls, question) {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const response = await openai(urls.openai, question);
        if (response.ok) return (await response.json()).choices[0].message.content;
        await response.text();
        const promised = Number(response.headers.get("retry-after") ?? 0.1);
        if (attempt < ATTEMPTS) await wait(promised * 1000 + 20);
    }
    const response = await anthropic(urls.anthropic, question);
    if (!response.ok) throw new Error(`nobody answers: ${response.status}`);
    return (await response.json()).content[0].text;
}
