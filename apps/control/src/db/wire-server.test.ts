import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, test } from "vitest";
import { createReader } from "./wire-server.ts";

/** Feeds bytes in pieces and says what came of them. */
function read(bytes: Buffer, pieceLength: number) {
  const events: string[] = [];
  const reader = createReader({
    answer: (answer) => events.push(`answer ${Buffer.from(answer).toString()}`),
    end: () => events.push("end"),
    ask: (messages) => events.push(`ask ${messages.length}`),
  });
  for (let start = 0; start < bytes.length; start += pieceLength)
    if (!reader(bytes.subarray(start, start + pieceLength))) return [...events, "refused"];
  return events;
}

function message(type: string, body = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, body]);
}
const request = (code: number) => {
  const body = Buffer.alloc(4);
  body.writeInt32BE(code);
  return message("", body);
};
const START = request(196_608);

describe("the wire server's reader", () => {
  const conversation = Buffer.concat([
    ...[request(80_877_103), START, message("Q", Buffer.from("select 1\0"))],
    ...[
      message("P", Buffer.alloc(9)),
      message("B", Buffer.alloc(7)),
      message("E"),
      message("S"),
      message("X"),
    ],
  ]);

  test.each([1, 2, 3, 7, 1000])("hands on what belongs together, in pieces of %i bytes", (pieceLength) => {
    expect(read(conversation, pieceLength)).toEqual(["answer N", "ask 8", "ask 14", "ask 36", "end"]);
  });

  test("ends a cancel request without asking anything", () => {
    expect(read(request(80_877_102), 100)).toEqual(["end"]);
  });

  test("refuses lengths that cannot be", () => {
    for (const length of [-1, 0, 3, 7, 2_000_000_000]) {
      const bytes = Buffer.alloc(8);
      bytes.writeInt32BE(length);
      expect(read(bytes, 8)).toEqual(["refused"]);
    }
  });

  test("survives any bytes", () => {
    const random = new SeededRandom(5);
    for (let run = 0; run < 500; run++) {
      const bytes = Buffer.concat([run % 2 === 0 ? START : Buffer.alloc(0), random.bytes(run % 90)]);
      expect(() => read(bytes, 1 + (run % 9))).not.toThrow();
    }
  });
});
