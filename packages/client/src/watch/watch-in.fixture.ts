import { expect, vi } from "vitest";
import type { FakeWorld } from "../testing/fake-world.fixture.ts";
import type { ClientFailure, DvrState, WatchOptions, WatchPath, WatchState, WatchStats } from "../types.ts";

export const PLAYLIST = "http://media.test/live/kitchen/index.m3u8";

/** Somebody watching the room `kitchen`, and all they are told. */
export function watchIn(world: FakeWorld, options: WatchOptions & { attach?: boolean } = {}) {
  const { attach = true, ...watchOptions } = options;
  world.playlist ??= PLAYLIST;
  const client = world.client();
  const watch = client.watch("kitchen", watchOptions);
  const seen = {
    client,
    watch,
    states: [] as WatchState[],
    paths: [] as WatchPath[],
    failures: [] as ClientFailure[],
    firstFrames: [] as number[],
    stats: [] as WatchStats[],
    dvrs: [] as (DvrState | null)[],
    detach: () => {},
  };
  watch.on("state", (state) => seen.states.push(state));
  watch.on("path", (path) => seen.paths.push(path));
  watch.on("failure", (failure) => seen.failures.push(failure));
  watch.on("firstFrame", (ms) => seen.firstFrames.push(ms));
  watch.on("stats", (stats) => seen.stats.push(stats));
  if (attach) seen.detach = watch.attach({} as HTMLVideoElement);
  return seen;
}

/** Nothing is left of any path. */
export function expectNothingLeft(world: FakeWorld) {
  expect(vi.getTimerCount()).toBe(0);
  expect(world.wakes.size + world.pageHides.size).toBe(0);
  expect(world.screens.every(({ closed }) => closed)).toBe(true);
  expect(world.players.every(({ closed }) => closed)).toBe(true);
  expect(world.peers.every((peer) => peer.signalingState === "closed")).toBe(true);
}
