/**
 * Starts Brownout for tests in Node, gives each test a session of its own, and says what the client
 * under test did. One file without dependencies, for node:test, vitest, jest or a plain script.
 *
 *     import { start } from "./brownout.mjs";
 *     const brownout = await start({ scenario: "flaky.yaml" });
 *     const session = await brownout.session("checkout");
 *     …                                    // let the client ask session.openai
 *     (await session.calls()).one().statuses;    // [429, 200]
 *
 * The server ends with this process, however that ends.
 */
import { spawn, spawnSync } from "node:child_process";
import {
    accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync,
    statSync, writeFileSync,
} from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import timers from "node:timers/promises";
import { fileURLToPath } from "node:url";

// Taken now: a test may put clocks and requests of its own in their place later.
const sleep = timers.setTimeout;
const request = http.request;
const now = performance.now.bind(performance);

/** The API key that `env` has for every provider that takes one; any other does as well. */
export const KEY = "sk-brownout-node";

/** What a base URL has behind the server's, and the variable in which SDKs look for it. */
const PROVIDERS = /** @type {const} */ ({
    openai: { path: "/openai/v1", url: "OPENAI_BASE_URL", key: "OPENAI_API_KEY" },
    anthropic: { path: "/anthropic", url: "ANTHROPIC_BASE_URL", key: "ANTHROPIC_API_KEY" },
    mistral: { path: "/mistral/v1", url: "MISTRAL_BASE_URL", key: "MISTRAL_API_KEY" },
    ollama: { path: "/ollama", url: "OLLAMA_HOST", key: null },
});

/**
 * A scenario: YAML text, the path of a file that ends in .yaml, .yml or .json, its file: URL, or
 * what the YAML would say as an object.
 * @typedef {string | URL | Record<string, unknown>} ScenarioSource
 */

/**
 * @typedef {object} StartOptions
 * @property {ScenarioSource} [scenario] what sessions are served that have none of their own;
 *     without it, healthy answers
 * @property {string} [binary] the brownout to run; else `BROWNOUT` names it, else it is on the PATH
 * @property {number | bigint} [seed] in place of the scenario's
 * @property {string} [clock] `manual`, `real` or `x10`, in place of the scenario's
 * @property {string[]} [options] further options of `brownout serve`
 */

/**
 * A mistake in a scenario, and its place.
 * @typedef {{severity: string, message: string, file?: string, line?: number, column?: number,
 *     nearest?: string, allowed?: string[], note?: string}} Diagnostic
 */

/**
 * One request of a call, and what became of it.
 * @typedef {{exchange: string, "request-id": string | null, provider: string, model: string,
 *     attempt: number, at: number, status: number | null, cause: string | null, fault: string[],
 *     ending: string | null, waited: number | null, promised: number | null}} Attempt
 */

/**
 * What a client made of a call.
 * @typedef {object} Declaration
 * @property {string} [call] what it sent as `x-brownout-call` or `Idempotency-Key`; this or
 * @property {string} [requestId] the id that came with an answer of the call
 * @property {"succeeded" | "failed" | "fell-back" | "partial"} outcome
 * @property {string} [category] what it took the error for: `rate_limit`, `timeout`, …
 * @property {boolean} [retryable] whether it took it for worth a retry
 * @property {string} [message]
 */

/**
 * A finding of a verdict; `expect` in place of `rule` where the scenario expects it.
 * @typedef {{rule?: string, expect?: string, verdict: string, severity: string, says?: string,
 *     wanted?: string, found?: string | null, line?: number, calls: string[]}} Finding
 */

/**
 * What `GET /verdict` says, of which there is more than these.
 * @typedef {{scenario: string, seed: number, verdict: "pass" | "fail" | "unknown",
 *     rules: Finding[], expect: Finding[], cost: Record<string, unknown>}} Verdict
 */

/** Something that Brownout refused, with the places of what is wrong in a scenario. */
export class BrownoutError extends Error {
    /**
     * @param {string} message
     * @param {{status?: number, diagnostics?: Diagnostic[]}} more
     */
    constructor(message, { status, diagnostics = [] } = {}) {
        super(message);
        this.name = "BrownoutError";
        /** The control port's status; undefined where it was not asked. */
        this.status = status;
        this.diagnostics = diagnostics;
    }
}

/** What a client asked once, with all its attempts, over providers and models. */
export class Call {
    /** @param {any} row what the control port says of it */
    constructor(row) {
        /** @type {string} */ this.id = row.id;
        /** @type {string} */ this.session = row.session;
        /**
         * delivered, broken, refused, exhausted, abandoned or pending.
         * @type {string}
         */
        this.outcome = row.outcome;
        /** @type {{outcome: string, category?: string | null} | null} */
        this.declared = row.declared;
        /** @type {"sure" | "unsure"} */ this.tie = row.tie;
        /** @type {boolean} */ this.hedged = row.hedged;
        /** @type {Attempt[]} */ this.attempts = row.attempts;
    }

    /** The status of each attempt; null where none went out. */
    get statuses() { return this.attempts.map((attempt) => attempt.status); }

    /** The cause of each attempt's error; null where it was none. */
    get causes() { return this.attempts.map((attempt) => attempt.cause); }

    /** The provider that each attempt asked. */
    get providers() { return this.attempts.map((attempt) => attempt.provider); }

    /** Seconds between each attempt's head and the next attempt; one fewer than attempts. */
    get waits() { return this.attempts.slice(0, -1).map((attempt) => attempt.waited); }

    toString() {
        const attempts = this.attempts.map((attempt) => {
            const what = [attempt.status ?? attempt.ending ?? "in progress"];
            if (attempt.cause) what.push(attempt.cause);
            else if (attempt.fault.length > 0) what.push(attempt.fault.join(" "));
            if (attempt.promised !== null) what.push(`promised ${attempt.promised} s`);
            if (attempt.waited !== null) what.push(`waited ${attempt.waited} s`);
            return `    ${attempt.attempt}. ${attempt.provider} ${attempt.model}: `
                + `${what.join(", ")} (exchange ${attempt.exchange})`;
        });
        const declared = this.declared ? `, declared ${this.declared.outcome}` : "";
        const tie = this.tie === "sure" ? "" : ", tie unsure";
        return [`  ${this.id} ${this.outcome}${declared}${tie}`, ...attempts].join("\n");
    }
}

/**
 * The calls of a session, oldest first.
 * @extends {Array<Call>}
 */
export class Calls extends Array {
    // What map and filter make is a plain array: it need not hold calls.
    static get [Symbol.species]() { return Array; }

    /** The only call; throws where there is none or are several. */
    one() {
        if (this.length !== 1) {
            throw new BrownoutError(`expected one call, found ${this.length}`
                + (this.length > 0 ? `:\n${this}` : ""));
        }
        return this[0];
    }

    toString() { return this.join("\n"); }
}

/** The clock of a server, which all its sessions share. */
export class Clock {
    /** @type {(method: string, path: string, body?: unknown) => Promise<any>} */
    #ask;

    /** @param {(method: string, path: string, body?: unknown) => Promise<any>} ask */
    constructor(ask) { this.#ask = ask; }

    /** The scenario's time, in seconds since the server began. */
    async now() { return /** @type {number} */ ((await this.#ask("GET", "/clock")).now_s); }

    /**
     * Moves a manual clock; every answer in progress has then been played as far as that.
     * @param {string | number} by `60s`, or seconds
     */
    async advance(by) { await this.#ask("POST", "/clock/advance", { by }); }
}

/** The requests of one test: attempts, limits, phases and counts of its own. */
export class Session {
    #server;

    /**
     * @param {Brownout} server
     * @param {string} name
     */
    constructor(server, name) {
        this.#server = server;
        this.name = name;
        /** Where this session's requests go; a provider that a scenario names is at `/NAME`. */
        this.url = `${server.url}/s/${name}`;
        this.clock = server.clock;
    }

    /** The base URL for OpenAI's SDK. */
    get openai() { return this.url + PROVIDERS.openai.path; }

    /** The base URL for Anthropic's SDK. */
    get anthropic() { return this.url + PROVIDERS.anthropic.path; }

    /** The base URL for Mistral's API, which its own SDK wants without `/v1`. */
    get mistral() { return this.url + PROVIDERS.mistral.path; }

    /** The host for Ollama's client. */
    get ollama() { return this.url + PROVIDERS.ollama.path; }

    /** The variables in which SDKs look for base URLs and keys, for a process of its own. */
    get env() {
        /** @type {Record<string, string>} */
        const variables = {
            BROWNOUT_URL: this.#server.url, BROWNOUT_CONTROL_URL: this.#server.control,
            BROWNOUT_SESSION: this.name,
        };
        for (const provider of Object.values(PROVIDERS)) {
            variables[provider.url] = this.url + provider.path;
            if (provider.key) variables[provider.key] = KEY;
        }
        return variables;
    }

    /**
     * Gives the session a scenario of its own, and a fresh start. Its clock stays the server's.
     * @param {ScenarioSource} source
     */
    async scenario(source) {
        const { text, file } = scenarioText(source);
        await this.#server.ask("PUT", `/sessions/${this.name}/scenario`, text, file);
        return this;
    }

    /**
     * What was asked so far, tied into calls. Calls in progress are waited for.
     * @param {{within?: number}} options how many milliseconds at most; 1,000
     */
    async calls({ within = 1000 } = {}) {
        const end = now() + within;
        for (;;) {
            const answer = await this.#server.ask("GET", `/sessions/${this.name}/calls`);
            const calls = new Calls();
            for (const row of answer.calls) calls.push(new Call(row));
            if (now() >= end || !calls.some((call) => call.outcome === "pending")) return calls;
            await sleep(20);
        }
    }

    /** What the session's calls are worth by the scorecard and the scenario's expectations. */
    async verdict() {
        await this.calls();
        return /** @type {Verdict} */ (
            await this.#server.ask("GET", `/verdict?session=${this.name}`));
    }

    /**
     * Says what the client made of a call; the verdict holds it against the truth.
     * @param {Declaration} declaration
     */
    async declare({ requestId, ...rest }) {
        const body = requestId === undefined ? rest : { ...rest, "request-id": requestId };
        await this.#server.ask("POST", "/outcomes", { ...body, session: this.name });
    }

    /**
     * Ends the phase that the session is in, or goes to the one that is named.
     * @param {string} [to]
     */
    async phase(to) {
        await this.#server.ask("POST", "/phase", { session: this.name, ...(to && { to }) });
    }

    /**
     * Words for a test that fails: each call with its attempts, and what the verdict finds wrong or
     * cannot tell. With the id of an exchange or a request, all that was decided about that one.
     * @param {string} [id]
     */
    async explain(id) {
        if (id !== undefined) return this.#server.explain(id);
        const calls = await this.calls();
        const verdict = await this.verdict();
        const findings = [...verdict.rules, ...verdict.expect]
            .filter((row) => row.verdict === "fail" || row.verdict === "unknown")
            .map((row) => {
                const says = row.says ?? `wanted ${row.wanted}, found ${row.found ?? "nothing"}`;
                const about = row.calls.length > 0 ? ` (${row.calls.join(", ")})` : "";
                return `  ${row.verdict} ${row.rule ?? row.expect}: ${says}${about}`;
            });
        return [
            `session ${this.name}: ${verdict.verdict}, scenario '${verdict.scenario}', `
                + `seed ${verdict.seed}`,
            calls.length > 0 ? calls.toString() : "  no calls", ...findings,
        ].join("\n");
    }
}

/** A running server. */
export class Brownout {
    #binary;
    #running;
    #names = new Set();
    #count = 0;

    /**
     * @param {string} binary
     * @param {Running} running
     * @param {{data: string, control: string, seed: number, ca?: string}} ready
     */
    constructor(binary, running, ready) {
        this.#binary = binary;
        this.#running = running;
        /** The data port, which clients ask. */
        this.url = ready.data;
        /** The control port. */
        this.control = ready.control;
        this.pid = running.pid;
        this.seed = ready.seed;
        /** The file of the authority to trust, with the option `--tls`. */
        this.authority = ready.ca;
        this.clock = new Clock((method, place, body) => this.ask(method, place, body));
    }

    /**
     * A session that nobody had before. A name, as a test's title, is made to fit and to differ.
     * @param {string} [name]
     * @param {ScenarioSource} [scenario] as `session.scenario` takes it
     */
    async session(name, scenario) {
        this.#count += 1;
        const stem = (name ?? `session-${this.#count}`)
            .replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|-+$/g, "").slice(0, 56)
            || `session-${this.#count}`;
        let unused = stem;
        for (let n = 2; this.#names.has(unused); n += 1) unused = `${stem}-${n}`;
        this.#names.add(unused);
        const session = new Session(this, unused);
        if (scenario !== undefined) await session.scenario(scenario);
        return session;
    }

    /**
     * Asks the control port, for what has no method here.
     * @param {string} method
     * @param {string} place the path, as `/rules`
     * @param {unknown} [body] text as it is, or what becomes JSON
     * @param {string} [file] what diagnostics call the body
     * @returns {Promise<any>}
     */
    async ask(method, place, body, file) {
        if (this.#running.end !== null) {
            throw new BrownoutError(`Brownout is not running: ${this.#running.end}`
                + said(this.#running.log));
        }
        const { status, text } = await exchange(method, this.control + place, body);
        const answer = text === "" ? null : JSON.parse(text);
        if (status < 400) return answer;
        const found = diagnosticsOf(answer?.error, file);
        const errors = found.filter((row) => row.severity === "error");
        const what = errors.length > 0
            ? errors.map(line).join("\n") : answer?.error?.message ?? text;
        throw new BrownoutError(`${method} ${place}: ${status}: ${what}`,
            { status, diagnostics: found });
    }

    /**
     * What was decided about one exchange, and what went out, as `brownout explain` tells it.
     * @param {string} id of an exchange or a request
     */
    explain(id) {
        const ended = spawnSync(this.#binary, ["explain", id, "--journal", this.#running.journal],
            { encoding: "utf8", timeout: PATIENCE });
        if (ended.status !== 0) throw new BrownoutError(ended.stderr || String(ended.error));
        return ended.stdout;
    }

    /** Stops the server; who else uses the same one keeps it until they stop it, too. */
    async stop() { await this.#running.leave(); }
}

/** What ends a server when this process is no more: standard input is its pipe to this process. */
const WATCH = `
read -r word
if [ "$word" = gone ]; then
    read -r word
else
    kill -TERM "$1" 2>/dev/null
    n=0
    while [ $n -lt 50 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; n=$((n + 1)); done
    kill -KILL "$1" 2>/dev/null
fi
rm -rf -- "$2"
`;

/** How long a server has until it serves, in milliseconds. */
const PATIENCE = 20_000;

/** The process of a server, and what watches over it. */
class Running {
    /**
     * How it ended; null while it runs.
     * @type {string | null}
     */
    end = null;
    users = 1;
    #binary;
    #folder;
    #scenario;
    #child;
    #watch;
    #ended;

    /**
     * @param {string} binary
     * @param {string} folder for its files; it goes with the server
     * @param {string | null} scenario its file
     * @param {string[]} words further options
     */
    constructor(binary, folder, scenario, words) {
        this.#binary = binary;
        this.#folder = folder;
        this.#scenario = scenario;
        const log = openSync(path.join(folder, "log"), "w");
        const { BROWNOUT_CONTROL_TOKEN: _, ...env } = process.env;
        try {
            // Groups of their own: Ctrl-C is for the tests, and the server goes with them.
            this.#child = spawn(binary, ["serve", ...(scenario === null ? [] : [scenario]),
                ...words, "--port", "0", "--control-port", "0", "--ready-file",
                path.join(folder, "ready.json"), "--journal", this.journal],
            { stdio: ["ignore", log, log], env, detached: true });
        } finally {
            closeSync(log);
        }
        const child = this.#child;
        this.#ended = new Promise((resolve) => {
            child.once("error", (error) => resolve(`it cannot be run: ${error.message}`));
            child.once("exit", (code, signal) => resolve(
                signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`));
        }).then((end) => { this.end = /** @type {string} */ (end); });
        child.unref();
        if (child.pid === undefined) return;
        this.#watch = spawn("/bin/sh", ["-c", WATCH, "sh", String(child.pid), folder],
            { stdio: ["pipe", "ignore", "ignore"], detached: true });
        this.#watch.unref();
        const pipe = /** @type {import("node:net").Socket} */ (this.#watch.stdin);
        pipe.unref();
        pipe.on("error", () => {});
        // Its number may be another process's soon; its files are wanted still.
        child.once("exit", () => { if (pipe.writable) pipe.write("gone\n"); });
    }

    get pid() { return this.#child.pid; }

    get journal() { return path.join(this.#folder, "journal.sqlite"); }

    get log() {
        try {
            return readFileSync(path.join(this.#folder, "log"), "utf8");
        } catch {
            return "";
        }
    }

    /** @returns {Promise<{data: string, control: string, seed: number}>} */
    async ready() {
        const deadline = now() + PATIENCE;
        while (this.end === null && now() < deadline) {
            try {
                return JSON.parse(readFileSync(path.join(this.#folder, "ready.json"), "utf8"));
            } catch {
                await sleep(10);
            }
        }
        const why = this.end ?? `it did not serve within ${PATIENCE / 1000} s`;
        const log = this.log;
        const diagnostics = this.#scenario === null ? [] : check(this.#binary, this.#scenario);
        await this.stop();
        throw new BrownoutError(`Brownout did not start: ${why}${said(log)}`, { diagnostics });
    }

    async leave() {
        this.users -= 1;
        if (this.users <= 0) await this.stop();
    }

    /** Ends the server and waits for it; its folder is gone soon after. */
    async stop() {
        for (const [key, value] of servers) if (value.running === this) servers.delete(key);
        this.#child.ref();
        /** @type {import("node:stream").Writable | undefined | null} */
        const pipe = this.#watch?.stdin;
        if (pipe) pipe.end();
        else rmSync(this.#folder, { recursive: true, force: true });
        await this.#ended;
        if (this.#watch && this.#watch.exitCode === null) {
            this.#watch.ref();
            await new Promise((resolve) => this.#watch?.once("exit", resolve));
        }
    }
}

/**
 * The servers of this process by what they were started with.
 * @type {Map<string, {running: Running, ready: Promise<Brownout>}>}
 */
const servers = new Map();

/**
 * Starts a server on free ports. Who starts one with equal options gets the one that runs.
 * @param {StartOptions} [options]
 * @returns {Promise<Brownout>}
 */
export async function start(options = {}) {
    for (const name of Object.keys(options)) {
        if (!["scenario", "binary", "seed", "clock", "options"].includes(name)) {
            throw new BrownoutError(`start has no option '${name}'; `
                + "it has scenario, binary, seed, clock and options");
        }
    }
    const binary = binaryOf(options.binary);
    const key = JSON.stringify([binary, options.scenario, String(options.seed), options.clock,
        options.options]);
    const same = servers.get(key);
    if (same && same.running.end === null) {
        same.running.users += 1;
        return same.ready;
    }
    const folder = mkdtempSync(path.join(tmpdir(), "brownout-node-"));
    const file = scenarioFile(options.scenario, folder);
    const running = new Running(binary, folder, file, [
        ...(options.seed === undefined ? [] : ["--seed", String(options.seed)]),
        ...(options.clock === undefined ? [] : ["--clock", options.clock]),
        ...(options.options ?? []),
    ]);
    const ready = running.ready().then((place) => new Brownout(binary, running, place));
    servers.set(key, { running, ready });
    return ready;
}

/** @param {string | undefined} named */
function binaryOf(named) {
    const name = named ?? (process.env.BROWNOUT || "brownout");
    const places = name.includes("/") ? [path.resolve(name)]
        : (process.env.PATH ?? "").split(path.delimiter).filter(Boolean)
            .map((folder) => path.join(folder, name));
    const found = places.find((place) => {
        try {
            accessSync(place, constants.X_OK);
            return statSync(place).isFile();
        } catch {
            return false;
        }
    });
    if (found) return found;
    const from = named !== undefined ? "the option binary"
        : process.env.BROWNOUT ? "BROWNOUT in the environment" : "neither option nor BROWNOUT";
    const where = name.includes("/") ? "" : " on the PATH";
    throw new BrownoutError(`there is no program '${name}'${where} (${from} names it); `
        + "'pip install brownout-llm' brings one");
}

/** @param {ScenarioSource} source */
function pathOf(source) {
    if (source instanceof URL) return fileURLToPath(source);
    return typeof source === "string" && /^[^\n]*\.(ya?ml|json)$/.test(source) ? source : null;
}

/**
 * @param {ScenarioSource} source
 * @returns {{text: string, file: string}}
 */
function scenarioText(source) {
    const file = pathOf(source);
    if (file !== null) return { text: readScenario(file), file };
    const text = typeof source === "string" ? source : JSON.stringify(source);
    return { text, file: "scenario" };
}

/** @param {string} file */
function readScenario(file) {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new BrownoutError(`the scenario '${file}' cannot be read: `
            + `${/** @type {Error} */ (error).message}`);
    }
}

/**
 * The file to serve; text gets one in the server's folder.
 * @param {ScenarioSource | undefined} source
 * @param {string} folder
 */
function scenarioFile(source, folder) {
    if (source === undefined) return null;
    const file = pathOf(source);
    if (file !== null) return file;
    const place = path.join(folder, "scenario.yaml");
    writeFileSync(place, typeof source === "string" ? source : JSON.stringify(source, null, 2));
    return place;
}

/**
 * What is wrong with a file.
 * @param {string} binary
 * @param {string} file
 */
function check(binary, file) {
    const ended = spawnSync(binary, ["check", "--json", file],
        { encoding: "utf8", timeout: PATIENCE });
    try {
        return diagnosticsOf(JSON.parse(ended.stdout));
    } catch {
        return [];
    }
}

/**
 * @param {any} answer
 * @param {string} [file] what they are about, where the server knows no name
 * @returns {Diagnostic[]}
 */
function diagnosticsOf(answer, file) {
    return (answer?.diagnostics ?? []).map((/** @type {Diagnostic} */ row) =>
        ({ ...row, file: file ?? row.file }));
}

/** @param {Diagnostic} row */
function line({ file, line, column, severity, message, nearest, allowed }) {
    const place = [file, line, column].filter((part) => part !== undefined).join(":");
    return `${place}: ${severity}: ${message}${nearest ? `; did you mean '${nearest}'?` : ""}`
        + (allowed && allowed.length > 0 ? `\n    allowed: ${allowed.join(", ")}` : "");
}

/** @param {string} log */
function said(log) {
    return log.trim() === "" ? "" : `\n${log.trim().split("\n").slice(-30).join("\n")}`;
}

/**
 * One request on a connection of its own, so that none keeps a test's process alive.
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 * @returns {Promise<{status: number, text: string}>}
 */
function exchange(method, url, body) {
    const data = body === undefined ? undefined
        : typeof body === "string" ? body : JSON.stringify(body);
    const headers = data === undefined ? {} : {
        "content-type": typeof body === "string" ? "application/yaml" : "application/json",
        "content-length": Buffer.byteLength(data),
    };
    return new Promise((resolve, reject) => {
        const options = { method, headers, agent: false, timeout: PATIENCE };
        const asking = request(url, options, (answer) => {
            let text = "";
            answer.setEncoding("utf8");
            answer.on("data", (portion) => { text += portion; });
            answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
            answer.on("error", reject);
        });
        asking.on("timeout", () => asking.destroy(
            new Error(`no answer for ${PATIENCE / 1000} s`)));
        asking.on("error", (error) => reject(
            new BrownoutError(`${method} ${url}: ${error.message}`)));
        asking.end(data);
    });
}
