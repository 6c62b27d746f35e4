import { beforeEach, describe, expect, it } from "vitest";
import { WantedLayers } from "./wanted-layers.ts";

const SOURCES = [1, 2, 3];

describe("wanted layers", () => {
  let layers: WantedLayers;
  /** Asked every second from 0 on, until now. */
  const poll = (fromMs: number, toMs: number) => {
    for (let nowMs = fromMs; nowMs < toMs; nowMs += 1000) layers.wanted(nowMs, SOURCES);
    return layers.wanted(toMs, SOURCES);
  };
  beforeEach(() => {
    layers = new WantedLayers();
    layers.setSources(0, SOURCES);
  });

  it("wants every new layer for ten seconds, and the lowest for ever", () => {
    expect(poll(0, 9999)).toEqual([1, 2, 3]);
    expect(layers.wanted(10_000, SOURCES)).toEqual([1]);
    expect(layers.wanted(1_000_000, SOURCES)).toEqual([1]);
  });

  it("wants what any viewer shows or desires", () => {
    layers.set("ada", [2, 2]);
    layers.set("ben", [1, 3]);
    expect(poll(0, 60_000)).toEqual([1, 2, 3]);
    layers.remove("ben");
    expect(poll(61_000, 80_000)).toEqual([1, 2]);
  });

  it("wants at once", () => {
    expect(poll(0, 30_000)).toEqual([1]);
    layers.set("ada", [3]);
    expect(layers.wanted(30_000, SOURCES)).toEqual([1, 3]);
  });

  it.each([
    ["leaves", () => layers.remove("ada")],
    ["wants nothing more", () => layers.set("ada", [])],
    ["wants another", () => layers.set("ada", [1])],
  ])("keeps a layer for ten seconds after the last viewer %s", (_, leave) => {
    layers.set("ada", [3]);
    poll(0, 30_000);
    leave();
    expect(poll(30_500, 39_999)).toEqual([1, 3]);
    expect(layers.wanted(40_000, SOURCES)).toEqual([1]);
  });

  it("does not let a layer rest while viewers come and go", () => {
    for (let nowMs = 0; nowMs < 120_000; nowMs += 1000) {
      layers.set("ada", nowMs % 16_000 < 8000 ? [3] : []);
      expect(layers.wanted(nowMs, SOURCES)).toContain(3);
    }
  });

  it("ignores a wish for a layer that is gone, and takes a new one for wanted", () => {
    layers.set("ada", [3]);
    poll(0, 30_000);
    expect(layers.wanted(31_000, [1, 2])).toEqual([1]);
    expect(layers.wanted(32_000, [1, 2, 4])).toEqual([1, 4]);
    expect(layers.wanted(42_000, [1, 2, 4])).toEqual([1]);
  });
});
