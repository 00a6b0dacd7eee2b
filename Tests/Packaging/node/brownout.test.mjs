// The module against the real server: BROWNOUT=… node --test Tests/Packaging/node/*.test.mjs
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, mock, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { BrownoutError, start } from "../../../Packaging/node/brownout.mjs";
import { ask, post } from "./client.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MODULE = path.join(ROOT, "Packaging/node/brownout.mjs");
process.env.BROWNOUT ??= path.join(ROOT, ".build/release/brownout");

const LIMITED = `scenario: limited
rules:
  - {name: busy, attempts: 1, fault: {cause: rate-limited, retry-after: {ms: 300ms}}}
`;
const BROKEN = "scenario: broken\nrules:\n  - {name: r, fault: overlaoded}\n";

const folder = mkdtempSync(path.join(tmpdir(), "brownout-test-"));
let brownout;

before(async () => {
    brownout = await start({ scenario: LIMITED, seed: 7 });
});
after(async () => {
    await brownout.stop();
    rmSync(folder, { recursive: true });
});

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function runs(pid) {
    try {
        // A process that has ended and that nobody has asked for is none.
        return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
        return false;
    }
}

async function isGoneWithin(pid, seconds) {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(20)) {
        if (!runs(pid)) return true;
    }
    return false;
}

// Calls

test("a call has the attempts that the client made", async () => {
    const session = await brownout.session("attempts");
    const { text } = await ask(session.openai, "hi");
    assert.ok(text.length > 0);
    const call = (await session.calls()).one();
    assert.deepEqual(call.statuses, [429, 200]);
    assert.deepEqual(call.causes, ["rate-limited", null]);
    assert.deepEqual(call.providers, ["openai", "openai"]);
    assert.equal(call.outcome, "delivered");
    assert.equal(call.attempts[0].promised, 0.3);
    assert.equal(call.waits.length, 1);
    assert.ok(call.waits[0] >= 0.3, `${call.waits}`);
});

test("sessions know nothing of each other", async () => {
    const one = await brownout.session("same title");
    const other = await brownout.session("same title");
    assert.notEqual(one.name, other.name);
    assert.match(one.name, /^[A-Za-z0-9._-]{1,64}$/);
    await ask(one.openai, "hi");
    assert.deepEqual((await other.calls()).length, 0);
    await ask(other.openai, "hi");
    assert.deepEqual((await other.calls()).one().statuses, [429, 200]);
});

test("titles of all kinds become names", async () => {
    for (const title of ["", "…", "..", "ü > 1 / \"2\"", "x".repeat(300), undefined]) {
        const session = await brownout.session(title, "scenario: well");
        await ask(session.openai, "hi");
        assert.equal((await session.calls()).one().session, session.name);
    }
});

test("one() says what there is instead", async () => {
    const session = await brownout.session("two", "scenario: well");
    const none = await session.calls();
    assert.throws(() => none.one(), /expected one call, found 0/);
    await ask(session.openai, "first");
    await ask(session.openai, "second");
    const calls = await session.calls();
    assert.throws(() => calls.one(), (error) => error instanceof BrownoutError
        && /found 2:\n.*c1 delivered\n.*openai gpt-4o-mini: 200/.test(error.message));
    assert.deepEqual(calls.map((call) => call.statuses.length), [1, 1]);
});

test("a call in progress is waited for, so long as is said", async () => {
    const session = await brownout.session("slow", "scenario: slow\nrules:\n"
        + "  - {name: slow, latency: {before-headers: 400ms}}\n");
    const asking = post(session.openai, "hi");
    await wait(150);
    assert.equal((await session.calls({ within: 0 })).one().outcome, "pending");
    assert.equal((await session.calls()).one().outcome, "delivered");
    await (await asking).text();
});

test("a clock of the test's own stops nothing", { timeout: 20_000 }, async () => {
    mock.timers.enable();
    try {
        const session = await brownout.session("mocked", "scenario: slow\nrules:\n"
            + "  - {name: slow, latency: {before-headers: 200ms}}\n");
        const asking = post(session.openai, "hi");
        let calls = [];
        while (calls.length === 0) calls = await session.calls();
        assert.equal(calls.one().outcome, "delivered");
        await (await asking).text();
    } finally {
        mock.timers.reset();
    }
});

test("every provider answers at its base URL", async () => {
    const session = await brownout.session("providers", "scenario: well");
    const say = { messages: [{ role: "user", content: "hi" }] };
    for (const [url, body, header] of [
        [`${session.openai}/chat/completions`, { model: "gpt-4o-mini" }, {}],
        [`${session.anthropic}/v1/messages`, { model: "claude-sonnet-4-5", max_tokens: 50 },
            { "anthropic-version": "2023-06-01" }],
        [`${session.mistral}/chat/completions`, { model: "mistral-small-latest" }, {}],
        [`${session.ollama}/api/chat`, { model: "llama3.2", stream: false }, {}],
    ]) {
        const answer = await fetch(url, {
            method: "POST", body: JSON.stringify({ ...body, ...say }),
            headers: { "content-type": "application/json", authorization: "Bearer k", ...header },
        });
        assert.equal(answer.status, 200, `${url}: ${await answer.text()}`);
        await answer.text().catch(() => {});
    }
    const calls = await session.calls();
    assert.deepEqual(calls.flatMap((call) => call.providers),
        ["openai", "anthropic", "mistral", "ollama"]);
});

test("a stream that is cut comes as it was cut, byte for byte", async () => {
    const session = await brownout.session("cut", "scenario: cut\nrules:\n"
        + "  - {name: cut, fault: {cut: fin, at: event 4}}\n");
    const { hostname, port, pathname } = new URL(`${session.openai}/chat/completions`);
    const body = JSON.stringify({
        model: "gpt-4o-mini", stream: true, messages: [{ role: "user", content: "hi" }],
    });
    const socket = createConnection(Number(port), hostname);
    socket.write(`POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer k\r\n`
        + `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    let text = "";
    for await (const portion of socket) text += portion;
    assert.match(text, /^HTTP\/1\.1 200 /);
    assert.equal(text.split("\ndata: ").length - 1, 4);
    const call = (await session.calls()).one();
    assert.equal(call.outcome, "broken");
    assert.deepEqual(call.attempts[0].fault, ["cut"]);
});

// Verdicts

test("a client that comes too early fails, and the words name the call", async () => {
    const session = await brownout.session("early");
    await ask(session.openai, "hi", { patience: 0.3 });
    const verdict = await session.verdict();
    assert.equal(verdict.verdict, "fail");
    const failed = verdict.rules
        .filter((row) => row.verdict === "fail" && row.severity === "error");
    assert.deepEqual(failed.map((row) => row.rule), ["retry-after-honoured"]);
    const words = await session.explain();
    assert.match(words, /^session early: fail, scenario 'limited', seed 7\n/);
    assert.match(words, / 1\. openai gpt-4o-mini: 429, rate-limited, promised 0\.3 s, waited 0/);
    assert.match(words, /fail retry-after-honoured: asked again after .* was promised \(c1\)/);
    const { exchange } = (await session.calls()).one().attempts[0];
    assert.match(await session.explain(exchange), /busy/);
    await assert.rejects(session.explain("nothing"), BrownoutError);
});

test("a client that waits passes", async () => {
    const session = await brownout.session("patient");
    await ask(session.openai, "hi");
    assert.equal((await session.verdict()).verdict, "pass", await session.explain());
});

test("an expectation that fails is among the words", async () => {
    const session = await brownout.session("expecting",
        { scenario: "wants more", expect: { calls: { total: ">= 2" } } });
    await ask(session.openai, "hi");
    const verdict = await session.verdict();
    assert.equal(verdict.verdict, "fail");
    assert.match(await session.explain(), /fail calls\.total: wanted >= 2, found 1/);
});

test("what a client declares is held against the truth", async () => {
    const session = await brownout.session("declares");
    const { status, id } = await ask(session.openai, "hi", { attempts: 1 }).catch((error) => error);
    assert.equal(status, 429);
    await session.declare(
        { requestId: id, outcome: "failed", category: "timeout", retryable: true });
    assert.equal((await session.calls()).one().declared.outcome, "failed");
    const categories = (await session.verdict()).rules.find((row) => row.rule === "categories");
    assert.equal(categories.verdict, "fail");
    await ask(session.openai, "more", { headers: { "x-brownout-call": "c-7" } });
    await session.declare({ call: "c-7", outcome: "succeeded" });
    await assert.rejects(session.declare({ call: "gone", outcome: "failed" }), { status: 404 });
    await assert.rejects(session.declare({ call: "c-7", outcome: "fine" }),
        { status: 400, message: /succeeded/ });
});

// Scenarios

test("a session's scenario is text, an object, a path or a URL", async () => {
    const file = path.join(folder, "busy.yaml");
    writeFileSync(file, "scenario: busy\nrules: [{name: r, fault: overloaded}]\n");
    for (const scenario of [readFileSync(file, "utf8"), file, pathToFileURL(file),
        { scenario: "busy", rules: [{ name: "r — ü \"\\\u{1F600}", fault: "overloaded" }] }]) {
        const session = await brownout.session("forms");
        await session.scenario(scenario);
        const answer = await post(session.openai, "hi");
        await answer.text();
        assert.equal(answer.status, 503);
    }
    await assert.rejects(brownout.session("x", "gone.yaml"), /'gone\.yaml' cannot be read/);
});

test("a mistake is told with its place", async () => {
    const session = await brownout.session("broken");
    await assert.rejects(session.scenario(BROKEN), (error) => {
        assert.ok(error instanceof BrownoutError);
        assert.equal(error.status, 422);
        const [row] = error.diagnostics;
        assert.deepEqual([row.file, row.line, row.severity], ["scenario", 3, "error"]);
        assert.match(error.message, new RegExp(`scenario:3:${row.column}: error: `
            + "'overlaoded' is not a fault; did you mean 'overloaded'"));
        return true;
    });
    const file = path.join(folder, "broken.yaml");
    writeFileSync(file, BROKEN);
    await assert.rejects(session.scenario(file), (error) => error.message.includes(`${file}:3:`));
});

test("a server with a mistake does not start, and nothing is left of it", async () => {
    for (const scenario of [BROKEN, path.join(folder, "broken2.yaml"),
        { scenario: "broken", rules: [{ name: "r", fault: "overlaoded" }] }]) {
        if (String(scenario).endsWith(".yaml")) writeFileSync(scenario, BROKEN);
        await assert.rejects(start({ scenario }), (error) => {
            assert.ok(error instanceof BrownoutError);
            assert.match(error.message, /did not start: it ended with exit code 2\n/);
            assert.match(error.message, /yaml:\d+:\d+: error: 'overlaoded' is not a fault/);
            assert.match(error.diagnostics[0].message, /overlaoded/);
            assert.ok(error.diagnostics[0].line >= 3);
            return true;
        });
    }
});

test("the clock of the server is moved by hand", async () => {
    const other = await start({ clock: "manual", scenario: "scenario: outage\nphases:\n"
        + "  - {name: down, for: 60s, rules: [{name: r, fault: overloaded}]}\n"
        + "  - {name: well}\n" });
    try {
        const session = await other.session();
        await assert.rejects(ask(session.openai, "hi", { attempts: 1 }), { status: 503 });
        await session.clock.advance("60s");
        assert.equal(await session.clock.now(), 60);
        await ask(session.openai, "hi");
        assert.deepEqual((await session.calls()).one().statuses, [503, 200]);
        await session.clock.advance(1.5);
        assert.equal(await other.clock.now(), 61.5);
    } finally {
        await other.stop();
    }
    const { clock } = brownout;
    await assert.rejects(clock.advance("1s"), { status: 409 });
});

test("a phase ends when the test says so", async () => {
    const session = await brownout.session("phases", "scenario: p\nphases:\n"
        + "  - {name: down, for: 1h, rules: [{name: r, fault: overloaded}]}\n  - {name: well}\n");
    await assert.rejects(ask(session.openai, "hi", { attempts: 1 }), { status: 503 });
    await session.phase();
    await ask(session.openai, "hi");
    await session.phase("down");
    await assert.rejects(ask(session.openai, "again", { attempts: 1 }), { status: 503 });
});

test("env is what serve prints, within the session", async () => {
    const log = readFileSync(path.join(path.dirname(logOf(brownout.pid)), "log"), "utf8");
    const printed = Object.fromEntries([...log.matchAll(/^export (\w+)=(\S+)$/gm)]
        .map(([, name, value]) => [name, value]));
    assert.ok(Object.keys(printed).length >= 4, log);
    const session = await brownout.session("env");
    const inside = (url) => url.replace(brownout.url, `${brownout.url}/s/env`);
    for (const [name, url] of Object.entries(printed)) {
        assert.equal(session.env[name], inside(url), name);
    }
    const ended = spawnSync("curl", ["-s", "-d",
        '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}',
        "-H", "content-type: application/json",
        "-H", `authorization: Bearer ${session.env.OPENAI_API_KEY}`,
        "-w", "%{http_code}", "-o", "/dev/null", `${session.env.OPENAI_BASE_URL}/chat/completions`],
    { encoding: "utf8" });
    assert.equal(ended.stdout, "429");
    assert.deepEqual((await session.calls()).one().statuses, [429]);
});

function logOf(pid) {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words[words.indexOf("--ready-file") + 1];
}

// The life of a server

test("equal options get the server that runs, until all have stopped", async () => {
    const options = { scenario: "scenario: shared" };
    const [one, two] = await Promise.all([start(options), start({ ...options })]);
    assert.equal(one.pid, two.pid);
    const different = await start({ ...options, seed: 2 });
    assert.notEqual(different.pid, one.pid);
    await different.stop();
    await one.stop();
    assert.ok(runs(two.pid));
    const place = path.dirname(logOf(two.pid));
    await two.stop();
    assert.ok(!runs(two.pid));
    assert.ok(!existsSync(place), place);
    await assert.rejects(two.session("x", "scenario: y"), /not running: it ended with exit code 0/);
});

const LEAVES = `
    import { readFileSync } from "node:fs";
    const { start } = await import(process.argv[1]);
    const { pid, session } = await start().then(async (it) => ({
        pid: it.pid, session: await it.session() }));
    await session.calls();
    const words = readFileSync("/proc/" + pid + "/cmdline", "utf8").split("\\0");
    console.log(JSON.stringify({ pid, words }));
`;

for (const [how, more, signal] of [
    ["comes to its end", "", null], ["throws", "throw new Error('x')", null],
    ["calls process.exit", "process.exit(3)", null],
    ["is killed", "setInterval(() => {}, 1e6)", "SIGKILL"],
    ["is interrupted", "setInterval(() => {}, 1e6)", "SIGINT"],
]) {
    test(`a server ends with its process, which ${how}`, async () => {
        const child = spawn(process.execPath, ["--input-type=module", "-e", LEAVES + more, MODULE],
            { stdio: ["ignore", "pipe", "ignore"] });
        const over = new Promise((resolve) => child.once("exit", resolve));
        const text = await new Promise((resolve) => child.stdout.once("data", resolve));
        const { pid, words } = JSON.parse(String(text));
        const place = path.dirname(words[words.indexOf("--ready-file") + 1]);
        if (signal) {
            assert.ok(runs(pid));
            child.kill(signal);
        }
        await over;
        assert.ok(await isGoneWithin(pid, 5));
        for (let n = 0; n < 100 && existsSync(place); n += 1) await wait(20);
        assert.ok(!existsSync(place), place);
    });
}

test("a server that died says so", async () => {
    const other = await start({ scenario: "scenario: dies" });
    process.kill(other.pid, "SIGKILL");
    assert.ok(await isGoneWithin(other.pid, 5));
    await wait(50);
    await assert.rejects(other.session("x", "scenario: y"), /not running: it was ended by SIGKILL/);
    const next = await start({ scenario: "scenario: dies" });
    assert.notEqual(next.pid, other.pid);
    await next.stop();
    await other.stop();
});

test("options that do not exist and programs that are not there are named", async () => {
    await assert.rejects(start({ scenarios: "x" }), /no option 'scenarios'; it has scenario,/);
    await assert.rejects(start({ binary: "/nowhere/brownout" }),
        /no program '\/nowhere\/brownout' \(the option binary names it\)/);
    await assert.rejects(start({ binary: "brownout-nowhere" }), /on the PATH/);
    await assert.rejects(start({ options: ["--no-such-option"] }),
        /exit code 2\n.*no-such-option/s);
    await assert.rejects(start({ clock: "sometimes" }), /did not start: .*exit code 2\n.*clock/s);
});
