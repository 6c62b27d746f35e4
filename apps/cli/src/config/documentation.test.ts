import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { environmentSchema } from "./environment.ts";

const house = fileURLToPath(new URL("../../../../", import.meta.url));
const guide = readFileSync(`${house}docs/guide/configuration.md`, "utf8");
const documented = new Map(
  [...guide.matchAll(/^\| `([A-Z0-9_]+)` \| ([^|]*) \| ([^|]*) \|$/gm)].map((row) => [
    row[1]!,
    { standard: row[2]!, text: row[3]! },
  ]),
);

test("the guide has one row for each variable, with the schema's words, and no other", () => {
  expect([...documented.keys()].sort()).toEqual(Object.keys(environmentSchema.shape).sort());
  for (const [name, field] of Object.entries(environmentSchema.shape)) {
    expect(documented.get(name)?.text, name).toBe(field.description);
  }
});

test("the guide tells the defaults of the schema", () => {
  const defaults: Record<string, unknown> = environmentSchema.parse({});
  for (const [name, { standard }] of documented) {
    const value = defaults[name];
    if (name === "SAMEROOM_WEB_DIR") continue; // A path on this machine; the guide names it relative to the house.
    const words = value === undefined ? "" : `\`${Array.isArray(value) ? value.join(",") : String(value)}\``;
    expect(standard, name).toBe(words);
  }
});

test("every variable that control and media read is in the supervisor's schema", () => {
  for (const app of ["control", "media"]) {
    const source = readFileSync(`${house}apps/${app}/src/config.ts`, "utf8");
    const names = new Set(
      [...source.matchAll(/\b(?:SAMEROOM_[A-Z0-9_]+[A-Z]|DATABASE_URL)\b/g)].map((match) => match[0]),
    );
    expect(names.size).toBeGreaterThan(5);
    for (const name of names)
      expect(Object.keys(environmentSchema.shape), `${app} reads ${name}`).toContain(name);
  }
});
