// The examples: that of node:test runs. Those of vitest and jest need packages that a test of ours
// cannot have; they are the same but for what they import.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = path.join(ROOT, "Examples/node");
// A runner within a runner would report to the outer one.
const { NODE_TEST_CONTEXT: _, ...env } = process.env;
env.BROWNOUT ??= path.join(ROOT, ".build/release/brownout");

test("the example for node:test passes", () => {
    const ended = spawnSync(process.execPath,
        ["--test", "--test-reporter=tap", path.join(FOLDER, "support.test.mjs")],
        { encoding: "utf8", env, timeout: 60_000 });
    assert.equal(ended.status, 0, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /^# pass 2$/m);
});

function parts(name) {
    const lines = readFileSync(path.join(FOLDER, name), "utf8").split("\n");
    const [imports, body] = [true, false].map((wanted) => lines
        .filter((line) => line.startsWith("import ") === wanted));
    const rest = body.filter((line) => !line.startsWith("// ")).join("\n");
    return { imports, body: rest.replace(/\bbefore(?:All)?\(/, "before(")
        .replace(/\bafter(?:All)?\(/, "after(") };
}

for (const [name, from] of [["support.vitest.spec.mjs", "vitest"],
    ["support.jest.mjs", "@jest/globals"]]) {
    test(`${name} differs in its imports alone`, () => {
        const [own, run] = [parts(name), parts("support.test.mjs")];
        assert.equal(own.body, run.body);
        const other = own.imports.filter((line) => !run.imports.includes(line));
        assert.deepEqual(other, [`import { afterAll, beforeAll, test } from "${from}";`]);
        assert.equal(own.imports.length, run.imports.length);
        const ended = spawnSync(process.execPath, ["--check", path.join(FOLDER, name)]);
        assert.equal(ended.status, 0, String(ended.stderr));
    });
}
