import { expect, test } from "vitest";
import { helpText, parseCommand } from "./arguments.ts";

test("start knows the demo, doctor does not", () => {
  expect(parseCommand(["start"])).toEqual({ name: "start", demo: false });
  expect(parseCommand(["start", "--demo"])).toEqual({ name: "start", demo: true });
  expect(parseCommand(["doctor"])).toEqual({ name: "doctor" });
  expect(parseCommand(["doctor", "--demo"])).toMatchObject({ name: "mistake" });
});

test("help comes without a command, with -h and with any command", () => {
  for (const args of [[], ["-h"], ["--help"], ["start", "--help"], ["help"]]) {
    expect(parseCommand(args)).toEqual({ name: "help" });
  }
  expect(helpText).toContain("sameroom doctor");
});

test("what is not understood is named", () => {
  expect(parseCommand(["strat"])).toEqual({ name: "mistake", message: "there is no command strat" });
  expect(parseCommand(["start", "now"])).toMatchObject({ message: "now is too much after start" });
  expect(parseCommand(["start", "--port=1"])).toMatchObject({ message: expect.stringContaining("--port") });
});

test("publish takes a file and where it goes; what belongs to it does not go with others", () => {
  expect(parseCommand(["publish", "film.mp4", "--room", "films", "--loop"])).toEqual({
    ...{ name: "publish", file: "film.mp4", room: "films", loop: true, to: undefined, key: undefined },
  });
  expect(parseCommand(["publish"])).toMatchObject({ message: expect.stringContaining("one file") });
  expect(parseCommand(["publish", "a.mp4", "b.mp4", "--room", "films"])).toMatchObject({ name: "mistake" });
  expect(parseCommand(["start", "--loop"])).toMatchObject({ message: "--loop goes with publish" });
  expect(parseCommand(["doctor", "--key", "x"])).toMatchObject({ message: "--key goes with publish" });
});
