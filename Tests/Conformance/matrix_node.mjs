// Asks with fetch, once for each line of standard input (a JSON object with url, headers, body and
// stream), and writes a JSON object for each: status, json or text, and the error that came.
import readline from "node:readline";

const timeout = Number(process.argv[2]);
// Some answers it waits for in spite of its limits.
const longest = 6 * timeout;

// The class behind fetch is not exported; its instance is there once fetch was used.
await fetch("data:,").catch(() => {});
const Agent = globalThis[Symbol.for("undici.globalDispatcher.1")].constructor;
const dispatcher = new Agent({
    headersTimeout: timeout, bodyTimeout: timeout, connect: { timeout },
});

// fetch says "fetch failed" or "terminated" of everything; what is behind it tells more.
function words(error) {
    const code = error.cause?.code ?? error.cause?.name;
    // Which of these it is after a reset is a matter of luck.
    const cause = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(code) ? "socket" : code;
    return cause ? `${error.message} (${cause})` : error.name;
}

async function ask({ url, headers, body, stream }) {
    const result = {};
    try {
        const answer = await fetch(url, { method: "POST", headers, body, dispatcher });
        result.status = answer.status;
        if (!answer.ok) {
            await answer.text();
        } else if (stream) {
            result.text = "";
            const decoder = new TextDecoder();
            for await (const bytes of answer.body) {
                result.text += decoder.decode(bytes, { stream: true });
            }
        } else {
            result.json = await answer.json();
        }
    } catch (error) {
        result.error = words(error);
    }
    return result;
}

for await (const line of readline.createInterface({ input: process.stdin })) {
    const patience = new Promise((resolve) => {
        setTimeout(() => resolve({ error: "waits for ever" }), longest).unref();
    });
    const result = await Promise.race([ask(JSON.parse(line)), patience]);
    process.stdout.write(JSON.stringify(result) + "\n");
}
process.exit(0);
