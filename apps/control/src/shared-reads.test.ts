import { expect, test } from "vitest";
import { shareReads } from "./shared-reads.ts";

/** Reads that end when they are told to. */
function open() {
  const begun: { key: string; end: (error?: Error) => void }[] = [];
  const read = shareReads(
    (key) =>
      new Promise<string>((resolve, reject) => {
        const number = begun.length + 1;
        begun.push({
          key,
          end: (error) => (error === undefined ? resolve(`${key}${number}`) : reject(error)),
        });
      }),
  );
  return { begun, read };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

test("who asks while a read is under way shares the next one, which began after they asked", async () => {
  const { begun, read } = open();
  const first = read("a");
  const crowd = [read("a"), read("a"), read("a")];
  await soon();
  expect(begun.length).toBe(1);
  begun[0]!.end();
  expect(await first).toBe("a1");
  await soon();
  expect(begun.length).toBe(2);
  const late = read("a");
  begun[1]!.end();
  expect(await Promise.all(crowd)).toEqual(["a2", "a2", "a2"]);
  await soon();
  begun[2]!.end();
  expect(await late).toBe("a3");
});

test("rooms do not wait for each other, and who asks when nothing is under way begins at once", async () => {
  const { begun, read } = open();
  const both = [read("a"), read("b")];
  expect(begun.map(({ key }) => key)).toEqual(["a", "b"]);
  for (const { end } of begun) end();
  expect(await Promise.all(both)).toEqual(["a1", "b2"]);
  await soon();
  void read("a");
  expect(begun.length).toBe(3);
});

test("a read that fails fails for those who shared it, and the next ones read again", async () => {
  const { begun, read } = open();
  const [first, second] = [read("a"), read("a")];
  begun[0]!.end(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await soon();
  begun[1]!.end();
  expect(await second).toBe("a2");
});
