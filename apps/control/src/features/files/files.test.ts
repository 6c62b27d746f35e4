import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChildToSupervisor, FilePlayback } from "@sameroom/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Control } from "../../compose.ts";
import { type Client, logInAdmin, signUp } from "../../testing/client.fixture.ts";
import { openTestDatabase, startTestControl, type TestDatabase } from "../../testing/control.fixture.ts";

describe("files that are played live", () => {
  let db: TestDatabase;
  let control: Control;
  let admin: Client;
  let directory: string;
  let told: ChildToSupervisor[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "sameroom-files-"));
    mkdirSync(join(directory, "summer", ".hidden"), { recursive: true });
    for (const name of [
      "b.mp4",
      "a.MKV",
      "notes.txt",
      ".secret.mp4",
      "summer/lake.webm",
      "summer/.hidden/x.mp4",
    ])
      writeFileSync(join(directory, name), name);
    symlinkSync("/etc/hostname", join(directory, "link.mp4"));
    db = await openTestDatabase();
    control = await startTestControl(db, {
      config: { filesDir: directory },
      toSupervisor: (message) => told.push(message),
    });
    admin = await logInAdmin(control);
    await admin.call("POST", "/api/rooms", { title: "Cinema", slug: "cinema" });
  });
  beforeEach(() => {
    told = [];
  });
  afterAll(async () => {
    await control.close();
    await db.drop();
    rmSync(directory, { recursive: true });
  });

  const files = async () => (await admin.call("GET", "/api/rooms/cinema/files")).body;
  const play = (order: object) => admin.call("PUT", "/api/rooms/cinema/playback", order);

  it("are those of the directory that are media: nothing hidden, and no links", async () => {
    const { available, files: found, playback } = await files();
    expect(available).toBe(true);
    expect(found.map(({ name }: { name: string }) => name)).toEqual(["a.MKV", "b.mp4", "summer/lake.webm"]);
    expect(found[2]).toMatchObject({ bytes: 16, modifiedAt: expect.any(String) });
    expect(playback).toMatchObject({ state: "off", files: [] });
  });

  it("are handed to the supervisor in their order, which tells how it goes", async () => {
    const answer = await play({ files: ["summer/lake.webm", "b.mp4"], loop: true });
    expect(answer).toMatchObject({ status: 202, body: { state: "starting", loop: true } });
    const order = { room: "cinema", files: ["summer/lake.webm", "b.mp4"], loop: true };
    expect(told).toEqual([{ type: "play-files", ...order }]);
    const live: FilePlayback = { ...answer.body, state: "live", index: 1, positionS: 3.5, durationS: 60 };
    control.playbacks.handleState("cinema", live);
    expect((await files()).playback).toEqual(live);
    expect((await admin.call("DELETE", "/api/rooms/cinema/playback")).status).toBe(204);
    expect((await admin.call("DELETE", "/api/rooms/cinema/playback")).status).toBe(204);
    expect(told.slice(1)).toEqual([{ type: "stop-files", room: "cinema" }]);
    expect((await files()).playback.state).toBe("off");
  });

  it.each(["../etc/passwd", "notes.txt", "link.mp4", "/etc/hostname", ".secret.mp4", "no-such.mp4"])(
    "are not %s",
    async (name) => {
      expect(await play({ files: ["b.mp4", name] })).toMatchObject({
        status: 404,
        body: { code: "file.not_found" },
      });
      expect(told).toEqual([]);
    },
  );

  it("are for admins in their own rooms", async () => {
    const user = await signUp(control, "user");
    await user.call("POST", "/api/rooms", { title: "Mine", slug: "mine" });
    expect((await user.call("PUT", "/api/rooms/mine/playback", { files: ["b.mp4"] })).status).toBe(403);
    expect((await user.call("GET", "/api/rooms/mine/files")).status).toBe(403);
    expect((await admin.call("PUT", "/api/rooms/mine/playback", { files: ["b.mp4"] })).status).toBe(403);
    expect((await play({ files: [] })).status).toBe(400);
  });
});
