import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { beforeEach, describe, expect, it } from "vitest";
import { SlowReaders } from "./slow-readers.ts";

class Response extends EventEmitter {
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

describe("slow readers", () => {
  let readers: SlowReaders;
  beforeEach(() => {
    readers = new SlowReaders();
  });

  function watch(nowMs: number): Response {
    const response = new Response();
    readers.watch(response as unknown as ServerResponse, nowMs);
    return response;
  }

  it("are cut off when they have not taken all within half a minute, and nobody else is", () => {
    const slow = watch(0);
    const later = watch(10_000);
    readers.tick(29_999);
    expect(slow.destroyed).toBe(false);
    readers.tick(30_000);
    expect([slow.destroyed, later.destroyed]).toEqual([true, false]);
    readers.tick(40_000);
    expect(later.destroyed).toBe(true);
  });

  it("are left alone once they have everything", () => {
    const done = watch(0);
    done.emit("close");
    readers.tick(100_000);
    expect(done.destroyed).toBe(false);
    expect(done.listenerCount("close")).toBe(0);
  });
});
