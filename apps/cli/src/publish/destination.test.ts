import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roomTokenClaimsSchema } from "@sameroom/contract";
import { createLocalJWKSet, jwtVerify } from "jose";
import { beforeEach, expect, test } from "vitest";
import { readConfig } from "../config/config.ts";
import { ensureSecrets } from "../data/secrets.ts";
import { chooseDestination, PublishMistake } from "./destination.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sameroom-publish-"));
  return () => rmSync(directory, { recursive: true });
});
const config = (more: Record<string, string> = {}) => readConfig({ SAMEROOM_DATA_DIR: directory, ...more });

test("a stream key goes to the server that is named, with the room or without", async () => {
  const server = { to: "rtmp://live.example:1936/live/", key: "sk_secret" };
  expect(await chooseDestination(config(), { ...server, room: "films" })).toEqual({
    url: "rtmp://live.example:1936/live/films?key=sk_secret",
    shown: "rtmp://live.example:1936/live/films",
  });
  expect(await chooseDestination(config(), server)).toEqual({
    url: "rtmp://live.example:1936/live/sk_secret",
    shown: "rtmp://live.example:1936/live",
  });
  const whip = { to: "https://live.example/whip/films", key: "sk_secret" };
  expect(await chooseDestination(config(), whip)).toEqual({
    ...{ url: whip.to, bearer: "sk_secret", shown: whip.to },
  });
});

test("on the server's machine its operator needs no key: the token is good for this room alone", async () => {
  const files = await ensureSecrets(config());
  const { url, shown } = await chooseDestination(config({ SAMEROOM_RTMP_PORT: "1999" }), { room: "films" });
  expect(shown).toBe("rtmp://127.0.0.1:1999/live/films");
  const token = url.slice(url.indexOf("?key=") + 5);
  const keys = createLocalJWKSet(JSON.parse(readFileSync(files.tokenJwksFile, "utf8")));
  const { payload } = await jwtVerify(token, keys, { typ: "sameroom-room+jwt" });
  expect(roomTokenClaimsSchema.parse(payload)).toMatchObject({ room: "films", role: "host" });
});

test("what is missing or cannot be read is said", async () => {
  const mistakes: [object, RegExp][] = [
    [{}, /which room/],
    [{ room: "No Room" }, /no address of a room/],
    [{ room: "films", to: "ftp://host/live", key: "k" }, /rtmp:\/\/HOST/],
    [{ room: "films", to: "rtmp://host/live" }, /--key/],
    [{ room: "films" }, /cannot be read/],
  ];
  for (const [options, words] of mistakes) {
    const choosing = chooseDestination(config(), options);
    await expect(choosing, JSON.stringify(options)).rejects.toThrow(PublishMistake);
    await expect(choosing).rejects.toThrow(words);
  }
  const off = config({ SAMEROOM_RTMP_PORT: "off" });
  await expect(chooseDestination(off, { room: "films" })).rejects.toThrow(/takes no RTMP/);
});
