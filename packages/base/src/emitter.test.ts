import { describe, expect, it } from "vitest";
import { Emitter } from "./emitter.ts";

type Events = { joined: [name: string, count: number]; left: [] };

describe("Emitter", () => {
  it("calls listeners in the order they came, with the event's arguments", () => {
    const emitter = new Emitter<Events>();
    const calls: string[] = [];
    emitter.on("joined", (name, count) => calls.push(`a ${name} ${count}`));
    emitter.on("joined", (name) => calls.push(`b ${name}`));
    emitter.emit("joined", "Ada", 2);
    emitter.emit("left");
    expect(calls).toEqual(["a Ada 2", "b Ada"]);
  });

  it("stops calling a listener that was removed, also while it emits", () => {
    const emitter = new Emitter<Events>();
    const calls: string[] = [];
    const offs: (() => void)[] = [];
    emitter.on("left", () => {
      calls.push("first");
      offs[0]?.();
    });
    offs.push(emitter.on("left", () => calls.push("second")));
    emitter.emit("left");
    offs[0]?.();
    emitter.emit("left");
    expect(calls).toEqual(["first", "first"]);
  });

  it("does not call a listener added while it emits", () => {
    const emitter = new Emitter<Events>();
    let late = 0;
    emitter.once("left", () => {
      emitter.on("left", () => {
        late += 1;
      });
    });
    emitter.emit("left");
    expect(late).toBe(0);
    emitter.emit("left");
    expect(late).toBe(1);
  });

  it("keeps one listener's error from the emitter and the other listeners, and reports it", () => {
    const errors: [string, string][] = [];
    const emitter = new Emitter<Events>((error, event) => {
      errors.push([error.message, event]);
      throw new Error("the hook fails too");
    });
    let reached = false;
    emitter.on("left", () => {
      throw new Error("no");
    });
    emitter.on("left", () => {
      throw "a string";
    });
    emitter.on("left", () => {
      reached = true;
    });
    emitter.emit("left");
    expect(reached).toBe(true);
    expect(errors).toEqual([
      ["no", "left"],
      ["a string", "left"],
    ]);
  });

  it("lets the same function listen twice, each removable by itself", () => {
    const emitter = new Emitter<Events>();
    let count = 0;
    const listener = (): void => {
      count += 1;
    };
    const off = emitter.on("left", listener);
    emitter.on("left", listener);
    off();
    emitter.emit("left");
    expect(count).toBe(1);
  });

  it("holds nothing after the last listener has gone", () => {
    const emitter = new Emitter<Events>();
    const off = emitter.on("left", () => {});
    emitter.once("joined", () => {});
    expect(emitter.listenerCount()).toBe(2);
    off();
    emitter.emit("joined", "Ada", 1);
    expect(emitter.listenerCount()).toBe(0);
    emitter.on("left", () => {});
    emitter.clear();
    expect(emitter.listenerCount("left")).toBe(0);
  });
});
