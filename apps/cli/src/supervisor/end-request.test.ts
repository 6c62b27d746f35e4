import { expect, test } from "vitest";
import { onEndRequest } from "./end-request.ts";

test("Ctrl-C ends in order; the copy that npm passes on does not count as a second one", async () => {
  let ends = 0;
  let forced = 0;
  const ended = onEndRequest(
    async (reason) => {
      expect(reason).toBe("Ctrl-C");
      ends += 1;
    },
    () => {
      forced += 1;
    },
  );
  process.emit("SIGINT", "SIGINT");
  process.emit("SIGINT", "SIGINT");
  await ended;
  expect({ ends, forced }).toEqual({ ends: 1, forced: 0 });
});
