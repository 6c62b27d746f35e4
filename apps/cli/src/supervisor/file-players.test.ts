import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@sameroom/base";
import type { FilePlayback } from "@sameroom/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeFilm, readFilm } from "../publish/film.fixture.ts";
import { forkPublisher } from "../publish/fork-publisher.ts";
import { FilePlayers } from "./file-players.ts";
import { exists, until } from "./programs.fixture.ts";

describe("files in a room", () => {
  let directory: string;
  let told: FilePlayback[];
  let players: FilePlayers;
  let pids: number[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sameroom-players-"));
    told = [];
    pids = [];
    players = new FilePlayers({
      ...{ directory, log: silentLog },
      // FFmpeg's FLV muxer takes a file as it takes a server.
      destinationOf: async () => ({ url: join(directory, `out-${pids.length}.flv`), shown: "here" }),
      startChild() {
        const child = forkPublisher();
        pids.push(child.pid!);
        return child;
      },
      onState: (_, playback) => told.push(playback),
    });
  });
  afterEach(async () => {
    await players.stopAll();
    expect(pids.filter(exists)).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  const last = () => told.at(-1);

  test("are played one after the other to their ends, the one before holding the place of the next", async () => {
    await makeFilm(join(directory, "one.ts"), "modern");
    await makeFilm(join(directory, "two.ts"), "modern");
    players.play("cinema", { files: ["one.ts", "two.ts"], loop: false });
    await until("the second is live", () => last()?.index === 1);
    await until("it is over", () => last()?.state === "off");
    expect(told.filter(({ state }) => state === "live").map(({ index }) => index)).toEqual(
      expect.arrayContaining([0, 1]),
    );
    await until("both have left", () => !pids.some(exists));
    for (const file of ["out-0.flv", "out-1.flv"]) {
      const [picture] = await readFilm(join(directory, file));
      expect(picture!.dtsMs.length).toBeGreaterThanOrEqual(49);
    }
  });

  test("begin again after the last, until they are stopped", async () => {
    await makeFilm(join(directory, "one.ts"), "modern");
    await makeFilm(join(directory, "two.ts"), "modern");
    players.play("cinema", { files: ["one.ts", "two.ts"], loop: true });
    await until("the first comes again", () => pids.length === 3 && last()?.index === 0);
    await players.stop("cinema");
    await players.stop("cinema");
    expect(told.every(({ state }) => state === "live")).toBe(true);
  });

  test("that are none, or lie elsewhere, are told of", async () => {
    writeFileSync(join(directory, "none.mp4"), "once upon a time");
    symlinkSync("/etc/hostname", join(directory, "link.mp4"));
    for (const [name, message] of [
      ["none.mp4", "is no media file"],
      ["../elsewhere.mp4", "there is no file"],
      ["link.mp4", "there is no file"],
    ] as const) {
      told = [];
      players.play("cinema", { files: [name], loop: false });
      await until("it fails", () => last()?.state === "failed");
      expect(last()!.message).toContain(message);
    }
  });
});
