import { describe, expect, it } from "vitest";
import { Disposer } from "./disposer.ts";

function recorder(): { calls: string[]; closable: (name: string) => { close(reason?: string): void } } {
  const calls: string[] = [];
  return {
    calls,
    closable: (name) => ({
      close: (reason) => void calls.push(reason === undefined ? name : `${name} ${reason}`),
    }),
  };
}

describe("Disposer", () => {
  it("closes in reverse order, once, and passes the reason on", async () => {
    const { calls, closable } = recorder();
    const disposer = new Disposer();
    disposer.own(closable("first"));
    disposer.own(closable("second"));
    disposer.own(() => void calls.push("function"));
    const closing = disposer.close("bye");
    expect(calls).toEqual(["function", "second bye", "first bye"]);
    expect(disposer.close("again")).toBe(closing);
    await closing;
    expect(calls).toHaveLength(3);
    expect(disposer.size).toBe(0);
  });

  it("waits for each part that closes asynchronously before the next", async () => {
    const calls: string[] = [];
    const disposer = new Disposer();
    disposer.own(() => void calls.push("socket"));
    disposer.own(async () => {
      calls.push("flush begins");
      await Promise.resolve();
      calls.push("flush ends");
    });
    await disposer.close();
    expect(calls).toEqual(["flush begins", "flush ends", "socket"]);
  });

  it("cascades to disposers it owns", async () => {
    const { calls, closable } = recorder();
    const parent = new Disposer();
    const child = parent.own(new Disposer());
    child.own(closable("grandchild"));
    await parent.close("end");
    expect(child.closed).toBe(true);
    expect(calls).toEqual(["grandchild end"]);
  });

  it("closes the others when one fails, and reports each failure", async () => {
    const { calls, closable } = recorder();
    const errors: string[] = [];
    const disposer = new Disposer((error) => void errors.push(error.message));
    disposer.own(closable("last"));
    disposer.own(() => Promise.reject(new Error("async")));
    disposer.own(() => {
      throw new Error("sync");
    });
    await disposer.close();
    expect(errors).toEqual(["sync", "async"]);
    expect(calls).toEqual(["last"]);
  });

  it("closes at once what it comes to own after it was closed", async () => {
    const { calls, closable } = recorder();
    const disposer = new Disposer();
    await disposer.close("over");
    disposer.own(closable("late"));
    expect(calls).toEqual(["late over"]);
    expect(disposer.size).toBe(0);
  });

  it("leaves alone what it no longer owns", async () => {
    const { calls, closable } = recorder();
    const disposer = new Disposer();
    const gone = disposer.own(closable("gone"));
    const goneFunction = disposer.own(() => void calls.push("gone too"));
    disposer.own(closable("kept"));
    disposer.disown(gone);
    disposer.disown(goneFunction);
    await disposer.close();
    expect(calls).toEqual(["kept"]);
  });
});
