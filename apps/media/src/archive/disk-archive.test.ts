import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@sameroom/base";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import { parseInit } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LARGE, SEGMENT_MS, Show, SMALL, SOUND, START_UNIX_MS } from "../recording/show.fixture.ts";
import { wholeFragments } from "../recording/whole-fragments.ts";
import { eventually } from "../testing/eventually.fixture.ts";
import { DiskArchive, type DiskArchiveOptions } from "./disk-archive.ts";
import type { ProgramArchive } from "./program-archive.ts";

let directory = "";
let clock: FakeClock;
const info = { room: "room", epoch: "abc", startedUnixMs: START_UNIX_MS, maxSegmentMs: 6000, dvrMs: 60_000 };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sameroom-archive-"));
  clock = new FakeClock();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function open(options: Partial<DiskArchiveOptions> & { dvrMs?: number } = {}) {
  const shared = { clock, timers: clock, random: new SeededRandom(4), log: silentLog };
  const archive = new DiskArchive({ directory: join(directory, "live"), ...shared, ...options });
  const program = archive.open({ ...info, dvrMs: options.dvrMs ?? info.dvrMs });
  return { archive, program };
}

/** Resolves once the disk has taken or refused the segment. */
function settled(program: ProgramArchive, rendition: string, number: number) {
  return new Promise<string | undefined>((resolve) => {
    const off = program.on("segment", (segment, path) => {
      if (segment.rendition !== rendition || segment.number !== number) return;
      off();
      resolve(path);
    });
  });
}

const place = (...names: string[]) => join(directory, "live", "room", "abc", ...names);

describe("the live archive", () => {
  it("appends each part to its segment's file as it comes", async () => {
    const { program } = open();
    const show = new Show(program, { renditions: { "v-h": LARGE } });
    show.next();
    const file = place("v-h", "0.0.m4s");
    const one = await eventually("a part on disk", async () => (await stat(file).catch(() => null))?.size);
    show.next();
    await eventually("another one", async () => (await stat(file)).size > one);
    expect(wholeFragments(await readFile(file)).fragments).toHaveLength(2);
    expect(await program.read("v-h", 0), "not before it is whole").toBeUndefined();
    await program.close();
  });

  it("reads whole segments and names the init segment they need", async () => {
    const { program } = open();
    const show = new Show(program, { renditions: { "v-h": SMALL, opus: SOUND } });
    show.segments(1);
    show.change("v-h", LARGE);
    const done = settled(program, "v-h", 1);
    show.segments(1);
    const path = await done;
    expect(path).toBe(place("v-h", "1.1.m4s"));
    expect(await program.read("v-h", 1)).toEqual({ path, byteLength: (await stat(path!)).size });
    expect(parseInit(new Uint8Array(await readFile(place("v-h", "init-1.mp4"))))).toEqual(LARGE);
    expect(await program.read("v-h", 7)).toBeUndefined();
    expect(await program.read("v-m", 0)).toBeUndefined();
    await program.close();
  });

  it("removes what the window has left, and everything two minutes after the end", async () => {
    const { archive, program } = open({ dvrMs: 0 });
    const show = new Show(program, { renditions: { opus: SOUND } });
    const last = 100;
    const done = settled(program, "opus", last);
    show.segments(last + 1);
    await done;
    expect(await program.read("opus", 0)).toBeUndefined();
    const oldest = last + 1 - 60_000 / SEGMENT_MS;
    expect(await program.read("opus", oldest)).toBeDefined();
    await eventually(
      "old files gone",
      async () => (await readdir(place("opus"))).length === 60_000 / SEGMENT_MS + 1,
    );
    show.end();
    await program.close();
    clock.advance(120_000);
    await eventually(
      "the directory gone",
      async () => (await readdir(join(directory, "live", "room"))).length === 0,
    );
    expect([...archive.programs]).toEqual([]);
  });

  it("gives up a segment the directory does not take, and goes on with a later one", async () => {
    await mkdir(join(directory, "live", "room"), { recursive: true });
    await writeFile(place(), "a file where the directory should be");
    const { program } = open();
    const faults: unknown[] = [];
    program.on("fault", (fault) => faults.push(fault));
    const show = new Show(program, { renditions: { opus: SOUND } });
    const first = settled(program, "opus", 0);
    show.segments(1);
    expect(await first).toBeUndefined();
    expect(program.isLost("opus", 0)).toBe(true);
    expect(program.fault).toBe("not-writable");
    await rm(place());
    clock.advance(1000);
    const second = settled(program, "opus", 1);
    show.segments(1);
    expect(await second).toBe(place("opus", "1.0.m4s"));
    expect(program.isLost("opus", 1)).toBe(false);
    expect(faults).toEqual(["not-writable", undefined]);
    expect(parseInit(new Uint8Array(await readFile(place("opus", "init-0.mp4"))))).toEqual(SOUND);
    await program.close();
  });

  it("never holds more than its bound for a disk that is too slow", async () => {
    const { program } = open({ maxQueuedBytes: 20_000 });
    const show = new Show(program, { renditions: { opus: SOUND }, sampleBytes: 1500 });
    // No turn of the event loop: the disk has not written a byte.
    show.segments(1);
    expect(program.fault).toBe("disk-slow");
    await program.close();
    expect(await program.read("opus", 0)).toBeUndefined();
    expect(await readdir(place("opus")).catch(() => []), "nothing that is cut short").not.toContain(
      "0.0.m4s",
    );
  });

  it("tries a slow disk again once it has answered", async () => {
    const { program } = open({ maxQueuedBytes: 20_000 });
    const show = new Show(program, { renditions: { opus: SOUND }, sampleBytes: 1500 });
    show.segments(1);
    await eventually("an answer", async () => {
      clock.advance(1000);
      const done = settled(program, "opus", show.segment);
      for (let part = 0; part < 4; part += 1) {
        show.next();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return (await done) !== undefined;
    });
    expect(program.fault).toBeUndefined();
    await program.close();
  });

  it("survives a full disk", async () => {
    const mount = join(directory, "live");
    await mkdir(mount);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", mount], { stdio: "ignore" });
    } catch {
      console.warn("NOT RUN: a full disk; mounting a small file system needs root");
      return;
    }
    try {
      await writeFile(join(mount, "ballast"), Buffer.alloc(180_000));
      const { program } = open();
      const show = new Show(program, { renditions: { opus: SOUND }, sampleBytes: 1000 });
      const stored: boolean[] = [];
      for (let number = 0; number < 4; number += 1) {
        const done = settled(program, "opus", number);
        show.segments(1);
        stored.push((await done) !== undefined);
      }
      expect(stored[0]).toBe(true);
      expect(stored).toContain(false);
      expect(program.fault).toBe("disk-full");
      await rm(join(mount, "ballast"));
      clock.advance(60_000);
      const done = settled(program, "opus", 4);
      show.segments(1);
      expect(await done).toBe(place("opus", "4.0.m4s"));
      expect(program.fault).toBeUndefined();
      await program.close();
    } finally {
      execFileSync("umount", [mount]);
    }
  });
});
