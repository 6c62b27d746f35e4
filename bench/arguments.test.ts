import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

it("reads the name, the file and the flags, in any order", () => {
  expect(readArguments(["--json", "out.json", "fanout", "--viewers=10,20", "--seconds", "3"])).toEqual({
    name: "fanout",
    jsonFile: "out.json",
    flags: { viewers: "10,20", seconds: "3" },
  });
});

it("without words there is no name", () => {
  expect(readArguments([])).toEqual({ name: undefined, jsonFile: undefined, flags: {} });
});

it("a flag without its value, and two names, are refused", () => {
  expect(() => readArguments(["join", "--json"])).toThrow("--json needs a value");
  expect(() => readArguments(["join", "glass"])).toThrow("One benchmark at a time");
});
