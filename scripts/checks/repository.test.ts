import { expect, test } from "vitest";
import { root } from "../root.mjs";
import { adrFaults, adrIndex } from "./adr-index.mjs";
import { fileSizeFaults } from "./file-sizes.mjs";
import { writtenFiles } from "./files.mjs";
import { lockFileFaults, mendedLockFile } from "./lock-file.mjs";
import { looseEndFaults } from "./loose-ends.mjs";

const manifest = JSON.stringify({ allowScripts: { builder: false } });
const lockOf = (packages: Record<string, object>) => JSON.stringify({ lockfileVersion: 3, packages });

test("the written files are the repository's, without what is generated", () => {
  const paths = writtenFiles(root).map(({ path }) => path);
  expect(paths).toContain("scripts/check.mjs");
  expect(paths).toContain(".ci/run");
  expect(paths).not.toContain("package-lock.json");
  expect(paths.some((path) => path.includes("node_modules/"))).toBe(false);
});

test("a source file above 500 lines is a fault, a long document is not", () => {
  const text = "x\n".repeat(501);
  expect(fileSizeFaults([{ path: "a.ts", text }])).toEqual(["a.ts: 501 lines, at most 500"]);
  expect(fileSizeFaults([{ path: "a.ts", text: "x\n".repeat(500) }])).toEqual([]);
  expect(fileSizeFaults([{ path: "a.md", text }])).toEqual([]);
});

test("notes to self and tests that are focused or left out are faults", () => {
  const [note, mend, only, skip] = ["TO" + "DO", "FIX" + "ME", "on" + "ly", "sk" + "ip"];
  const at = (path: string, text: string) => looseEndFaults([{ path, text }]);
  expect(at("a.ts", `// ${note}: later`)).toHaveLength(1);
  expect(at("a.cc", `/* ${mend} */`)).toHaveLength(1);
  for (const line of [
    `test.${only}("x")`,
    `describe.${skip}("x")`,
    `test.concurrent.${only}("x")`,
    `ctx.${skip}()`,
  ]) {
    expect(at("a.test.ts", line), line).toHaveLength(1);
  }
  expect(at("a.ts", `list.${skip}(1)`)).toEqual([]);
  expect(at("a.test.ts", `expect(rows.${only}).toBe(1)`)).toEqual([]);
});

test("a host in the lock file is a fault and mended", () => {
  const lock = lockOf({
    "node_modules/a": { version: "1.0.0", resolved: "https://example.org/a.tgz", integrity: "sha512-x" },
  });
  expect(lockFileFaults(lock, manifest)).toEqual(["package-lock.json: node_modules/a names a host"]);
  expect(lockFileFaults(mendedLockFile(lock, manifest), manifest)).toEqual([]);
});

test("an install script must have been decided on; a denied one is not marked", () => {
  const lock = lockOf({
    "node_modules/builder": { version: "1.0.0", integrity: "sha512-x", hasInstallScript: true },
    "node_modules/a/node_modules/new": { version: "1.0.0", integrity: "sha512-x", hasInstallScript: true },
    "packages/native": { version: "0.1.0", hasInstallScript: true },
  });
  expect(lockFileFaults(lock, manifest)).toEqual([
    expect.stringContaining("node_modules/builder is marked"),
    expect.stringContaining("new has an install script"),
  ]);
  const mended = mendedLockFile(lock, manifest);
  expect(lockFileFaults(mended, manifest)).toEqual([expect.stringContaining("new has an install script")]);
  expect(JSON.parse(mended).packages["packages/native"].hasInstallScript).toBe(true);
});

test("a platform's package that was left out is a fault and mended", () => {
  const lock = lockOf({
    "node_modules/tool": {
      version: "1.0.0",
      integrity: "sha512-x",
      optionalDependencies: {
        "@tool/linux-x64": "1.0.0",
        "@tool/linux-arm64-musl": "1.0.0",
        "@tool/win32-x64": "1.0.0",
      },
    },
    "node_modules/@tool/linux-x64": { version: "1.0.0", integrity: "sha512-y", optional: true },
    "node_modules/tool/node_modules/@tool/win32-x64": { version: "1.0.0", optional: true },
  });
  expect(lockFileFaults(lock, manifest)).toEqual([
    "package-lock.json: node_modules/@tool/linux-arm64-musl is missing; npm run fix mends that",
  ]);
  const mended = JSON.parse(mendedLockFile(lock, manifest)).packages["node_modules/@tool/linux-arm64-musl"];
  expect(mended).toEqual({
    version: "1.0.0",
    cpu: ["arm64"],
    libc: ["musl"],
    os: ["linux"],
    dev: true,
    optional: true,
  });
});

test("the index lists every decision record under its own number and title", () => {
  const records = [
    { name: "0001-one.md", text: "# 0001 One\n\ntext" },
    { name: "0002-two.md", text: "# ADR 0002: Two\n" },
  ];
  const index = { name: "README.md", text: adrIndex(records) };
  expect(index.text).toContain("* [0001](0001-one.md) One\n* [0002](0002-two.md) Two\n");
  expect(adrFaults([...records, index])).toEqual([]);
  expect(adrFaults([...records, { name: "0003-new.md", text: "# New" }, index])).toEqual([
    expect.stringContaining("docs/adr/README.md: does not list"),
  ]);
  const odd = [...records, { name: "0002-zwei.md", text: "no title" }, { name: "draft.md", text: "# Draft" }];
  expect(adrFaults([...odd, { name: "README.md", text: adrIndex(odd) }])).toEqual([
    "docs/adr/draft.md: not NNNN-title.md",
    "docs/adr/0002-zwei.md: its number is taken",
    "docs/adr/0002-zwei.md: begins without a title (# ...)",
  ]);
});
