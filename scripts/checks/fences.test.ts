import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../root.mjs";
import { runNode } from "../run.mjs";

/** A house with one door in each workspace, to plant violations in. */
let house = "";
const packages = ["base", "contract", "http", "protocol", "engine", "native", "cluster", "client"];
const apps = ["media", "control", "web", "cli"];

function put(path: string, text: string): void {
  const file = join(house, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), "sameroom-fences-"));
  mkdirSync(join(house, "node_modules/@sameroom"), { recursive: true });
  const dependencies = Object.fromEntries(packages.map((name) => [`@sameroom/${name}`, "*"]));
  const exports = { ".": { source: "./src/index.ts", default: "./dist/index.js" } };
  for (const name of packages) {
    put(
      `packages/${name}/package.json`,
      JSON.stringify({ name: `@sameroom/${name}`, exports, dependencies }),
    );
    put(`packages/${name}/src/index.ts`, "export type Door = string;\nexport const door = 1;\n");
    symlinkSync(join(house, "packages", name), join(house, "node_modules/@sameroom", name));
  }
  for (const name of apps) {
    put(`apps/${name}/package.json`, JSON.stringify({ name: `@sameroom/${name}`, dependencies }));
    put(`apps/${name}/src/main.ts`, "export const program = 1;\n");
  }
  for (const folder of ["e2e", "bench", "scripts", "testing"])
    put(`${folder}/one.ts`, "export const one = 1;\n");
  put("node_modules/stranger/package.json", JSON.stringify({ name: "stranger", main: "index.js" }));
  put("node_modules/stranger/index.js", "exports.x = 1;\n");
});
afterEach(() => rmSync(house, { recursive: true, force: true }));

async function faults(): Promise<string[]> {
  const { output } = await runNode([join(root, "scripts/checks/fences.mjs"), house]);
  const lines = output.trimEnd().split("\n");
  expect(lines.at(-1), output).toMatch(/^\d+ modules, \d+ imports, \d+ faults$/);
  return lines.slice(0, -1);
}

test("what the fences allow passes", { timeout: 120_000 }, async () => {
  put("packages/protocol/src/a.ts", 'import { door } from "@sameroom/base";\nexport const a = door;\n');
  put(
    "packages/engine/src/a.ts",
    'import type { Door } from "@sameroom/protocol";\nexport const a: Door = "";\n',
  );
  put(
    "packages/engine/src/a.test.ts",
    'import { readFileSync } from "node:fs";\nexport const a = readFileSync;\n',
  );
  put("apps/media/src/a.ts", 'import { door } from "@sameroom/native";\nexport const a = door;\n');
  put("apps/web/src/a.tsx", 'import { door } from "@sameroom/client";\nexport const a = door;\n');
  put("apps/cli/src/a.ts", 'import { door } from "@sameroom/native";\nexport const a = door;\n');
  put("bench/a.ts", 'import { door } from "@sameroom/native";\nexport const a = door;\n');
  put("bench/b.ts", 'import { one } from "../testing/one.ts";\nexport const b = one;\n');
  expect(await faults()).toEqual([]);
});

test("a violation of every fence is found, a type import counted like any other", {
  timeout: 120_000,
}, async () => {
  const across: [rule: string, from: string, target: string][] = [
    ["fence-packages-base", "packages/base", "contract"],
    ["fence-packages-contract", "packages/contract", "base"],
    ["fence-packages-protocol", "packages/protocol", "contract"],
    ["fence-packages-engine", "packages/engine", "native"],
    ["fence-packages-native", "packages/native", "engine"],
    ["fence-packages-cluster", "packages/cluster", "native"],
    ["fence-packages-client", "packages/client", "protocol"],
    ["fence-apps-media", "apps/media", "client"],
    ["fence-apps-control", "apps/control", "engine"],
    ["fence-apps-web", "apps/web", "base"],
    ["fence-apps-cli", "apps/cli", "engine"],
  ];
  for (const [, from, target] of across) {
    put(
      `${from}/src/planted.ts`,
      `import type { Door } from "@sameroom/${target}";\nexport const planted: Door = "";\n`,
    );
  }
  const found = await faults();
  for (const [rule, from, target] of across) {
    expect(found).toContain(`${rule}: ${from}/src/planted.ts -> packages/${target}/src/index.ts`);
  }
});

test("a violation of every house rule is found", { timeout: 120_000 }, async () => {
  put("packages/engine/src/inner.ts", "export const inner = 1;\n");
  put("packages/base/src/left.ts", 'import { right } from "./right.ts";\nexport const left = () => right;\n');
  put("packages/base/src/right.ts", 'import { left } from "./left.ts";\nexport const right = () => left;\n');
  put("packages/base/src/some.test.ts", "export const some = 1;\n");
  put("packages/stray/src/index.ts", 'import { door } from "@sameroom/base";\nexport const stray = door;\n');
  const planted: [rule: string, file: string, target: string, resolved: string][] = [
    [
      "no-deep-imports",
      "apps/media/src/p1.ts",
      "../../../packages/engine/src/inner.ts",
      "packages/engine/src/inner.ts",
    ],
    [
      "no-relative-imports-across-workspaces",
      "apps/media/src/p2.ts",
      "../../../packages/base/src/index.ts",
      "packages/base/src/index.ts",
    ],
    [
      "no-deep-imports-from-outside",
      "bench/p0.ts",
      "../packages/engine/src/inner.ts",
      "packages/engine/src/inner.ts",
    ],
    ["apps-are-not-imported", "apps/web/src/p3.ts", "../../control/src/main.ts", "apps/control/src/main.ts"],
    [
      "apps-are-not-imported-from-outside",
      "e2e/p4.ts",
      "../apps/media/src/main.ts",
      "apps/media/src/main.ts",
    ],
    ["nobody-imports-bench", "e2e/p5.ts", "../bench/one.ts", "bench/one.ts"],
    ["nobody-imports-bench", "scripts/p6.ts", "../bench/one.ts", "bench/one.ts"],
    ["nobody-imports-bench", "testing/p15.ts", "../bench/one.ts", "bench/one.ts"],
    ["testing-is-for-outside", "apps/cli/src/p16.ts", "../../../testing/one.ts", "testing/one.ts"],
    ["nobody-imports-e2e", "apps/cli/src/p7.ts", "../../../e2e/one.ts", "e2e/one.ts"],
    ["pure-packages-import-no-node", "packages/base/src/p8.ts", "node:fs", "fs"],
    ["pure-packages-import-no-node", "packages/protocol/src/p9.ts", "node:timers", "timers"],
    ["browser-code-imports-no-node", "packages/contract/src/p10.ts", "node:crypto", "crypto"],
    ["browser-code-imports-no-node", "apps/web/src/p11.ts", "node:fs", "fs"],
    ["no-tests-in-code", "packages/base/src/p12.ts", "./some.test.ts", "packages/base/src/some.test.ts"],
    ["declared-dependencies", "apps/control/src/p13.ts", "stranger", "node_modules/stranger/index.js"],
    ["everything-resolves", "apps/control/src/p14.ts", "./nowhere.ts", "./nowhere.ts"],
  ];
  for (const [, file, target] of planted)
    put(file, `import * as it from "${target}";\nexport const planted = it;\n`);
  const found = await faults();
  for (const [rule, file, , resolved] of planted) expect(found).toContain(`${rule}: ${file} -> ${resolved}`);
  expect(found.filter((fault) => fault.startsWith("no-cycles: packages/base/src/"))).not.toEqual([]);
  expect(found).toContain("known-workspaces: packages/stray/src/index.ts -> packages/base/src/index.ts");
});
