// The page on Node, as its reader follows it: what it saves is saved, what it runs is run, and what it
// says is printed is printed. The module lies beside it, which a page by itself cannot do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PAGE = path.join(ROOT, "Sources/brownout/brownout.docc/Guides/Node.md");
const { NODE_TEST_CONTEXT: _, ...env } = process.env;
env.BROWNOUT ??= path.join(ROOT, ".build/release/brownout");

test("the page does what it says", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "brownout-page-"));
    try {
        copyFileSync(path.join(ROOT, "Packaging/node/brownout.mjs"),
            path.join(folder, "brownout.mjs"));
        const blocks = [...readFileSync(PAGE, "utf8").matchAll(
            /(?:`([^`\s]+)`:\n\n)?```(\w+)\n(.*?)```/gs)];
        let printed = "";
        const counts = { saved: 0, run: 0, compared: 0 };
        for (const [, name, language, text] of blocks) {
            if (name) {
                writeFileSync(path.join(folder, name), text);
                counts.saved += 1;
            } else if (language === "sh") {
                const ended = spawnSync("bash", ["-euo", "pipefail", "-c", text],
                    { cwd: folder, env, encoding: "utf8", timeout: 60_000 });
                printed = ended.stdout;
                assert.equal(ended.status, 0, printed + ended.stderr);
                counts.run += 1;
            } else {
                assert.equal(language, "text");
                // … stands for anything.
                const lines = text.trimEnd().split("\n").map((line) => line.split("…")
                    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(".*"));
                assert.match(printed, new RegExp(`^${lines.join("\n(?:.*\n)*?")}$`, "m"));
                counts.compared += 1;
            }
        }
        assert.deepEqual(counts, { saved: 3, run: 2, compared: 2 });
    } finally {
        rmSync(folder, { recursive: true });
    }
});
