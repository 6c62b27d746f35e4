import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { onLines } from "./line-splitter.ts";
import { createOutput } from "./output.ts";
import { paintFor } from "./paint.ts";
import { prettyLine } from "./pretty.ts";

const plain = paintFor({ isTTY: false }, {});
const escapeCharacter = String.fromCharCode(27);

test("a pino line becomes one line with time, source, level, message and fields", () => {
  const time = new Date(2026, 0, 2, 3, 4, 5, 67).getTime();
  const line = JSON.stringify({
    level: 40,
    time,
    pid: 1,
    hostname: "h",
    room: "tea",
    note: "two words",
    msg: "slow",
  });
  expect(prettyLine("media", line, plain)).toBe('03:04:05.067 media    warn  slow room=tea note="two words"');
});

test("what is not JSON is shown as it is, and no control character passes", () => {
  expect(prettyLine("media", "Segmentation fault", plain)).toBe("media    Segmentation fault");
  expect(prettyLine("media", `{"msg":"a\\u001b[2Jb"}`, plain)).toContain("a\\x1b[2Jb");
  fc.assert(
    fc.property(fc.string({ maxLength: 80, unit: "binary" }), (text) => {
      expect(prettyLine("media", text, plain)).not.toContain(escapeCharacter);
      expect(prettyLine("media", JSON.stringify({ msg: text, [text]: text }), plain)).not.toContain("\u009b");
    }),
    { seed: 7, numRuns: 200 },
  );
});

test("colour only on a terminal that wants it", () => {
  expect(paintFor({ isTTY: true }, {}).red("x")).toContain(escapeCharacter);
  expect(paintFor({ isTTY: true }, { NO_COLOR: "1" }).red("x")).toBe("x");
  expect(plain.red("x")).toBe("x");
});

test("json passes lines on, wraps what is not JSON and leaves out the tables", () => {
  const lines: string[] = [];
  const output = createOutput({ format: "json", paint: plain, write: (line) => lines.push(line) });
  output.fromChild("media", '{"level":30,"msg":"a"}');
  output.fromChild("media", "panic");
  output.text("a table");
  output.log.warn("look", { room: "tea" });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 30, msg: "a" },
    { level: 50, name: "media", msg: "panic" },
    { level: 40, name: "sameroom", room: "tea", msg: "look" },
  ]);
});

test("lines are put together from any pieces, the last one also without its end", async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  onLines(stream, (line) => lines.push(line));
  for (const piece of ["on", "e\ntw", "o\n\nthr", "ee"]) stream.write(piece);
  stream.end();
  await new Promise((resolve) => stream.once("close", resolve));
  expect(lines).toEqual(["one", "two", "", "three"]);
});
