import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { silentLog } from "@sameroom/base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MediaError } from "../node/media-error.ts";
import { OPUS_PLAYLIST } from "../recording/playlist-names.ts";
import { policyOf, RecordingsBench } from "../recording/recordings.fixture.ts";
import { LARGE, Show, SOUND } from "../recording/show.fixture.ts";
import { eventually } from "../testing/eventually.fixture.ts";
import { VodOrigin } from "./vod-origin.ts";

describe("a finished recording", () => {
  let bench: RecordingsBench;
  let server: Server;
  let url = "";
  let id = "";
  let mp4: Buffer;

  beforeAll(async () => {
    bench = await RecordingsBench.create();
    await mkdir(bench.directory, { recursive: true });
    bench.policies.set("room", policyOf("automatic"));
    const show = new Show(bench.open(), { renditions: { "v-h": LARGE, opus: SOUND } });
    show.segments(3);
    show.end();
    const fact = await bench.fact("ready");
    id = fact.id;
    const origin = new VodOrigin({
      ...{ recordings: bench.recordings, storage: bench.storage, log: silentLog },
      mayPlay: async (_recording, { token }) => {
        if (token !== "good") throw new MediaError("token.missing");
      },
    });
    server = createServer((request, response) => void origin.handle(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vod/${id}`;
    mp4 = Buffer.from(await (await fetch(`${url}/~good/recording.mp4`)).arrayBuffer());
    expect(mp4.length).toBe(fact.file?.bytes);
  });
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await bench?.close();
  });

  it("plays for who has a token in the address, and for nobody else", async () => {
    expect((await fetch(`${url}/index.m3u8`)).status).toBe(401);
    expect((await fetch(`${url}/~bad/opus/0.m4s`)).status).toBe(401);
    const index = await fetch(`${url}/~good/index.m3u8`);
    expect(index.headers.get("content-type")).toBe("application/vnd.apple.mpegurl");
    expect(index.headers.get("cache-control")).toMatch(/^private/);
    expect(await index.text()).toContain("video/index.m3u8");
    const playlist = await (await fetch(`${url}/~good/video/index.m3u8`)).text();
    for (const name of [...playlist.matchAll(/^\d+\.m4s$/gm), ["init-0.mp4"]])
      expect((await fetch(`${url}/~good/video/${name[0]}`)).status).toBe(200);
  });

  it("has one sound for each player, and one list where there is no choice", async () => {
    const get = async (query: string) => (await fetch(`${url}/~good/index.m3u8${query}`)).text();
    const kept = join(bench.directory, id, OPUS_PLAYLIST);
    const [plain, opus] = [await get(""), await get("?sound=opus")];
    expect(opus).toBe(plain);
    await writeFile(kept, "#EXTM3U\n");
    expect(await get("?sound=opus")).toBe("#EXTM3U\n");
    expect(await get("")).toBe(plain);
    await rm(kept);
    expect(await get("?sound=opus")).toBe(plain);
    await writeFile(kept, opus);
  });

  it("plays for everybody once it is open", async () => {
    bench.recordings.setOpen(id, true);
    const playlist = await fetch(`${url}/index.m3u8`);
    expect(playlist.status).toBe(200);
    expect(playlist.headers.get("cache-control")).toBe("public, max-age=60");
    const segment = await fetch(`${url}/video/0.m4s`);
    expect(segment.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    await segment.body?.cancel();
    bench.recordings.setOpen(id, false);
  });

  it("gives ranges of the file, and a name to keep it under", async () => {
    const file = `${url}/~good/recording.mp4`;
    const get = (range: string) => fetch(file, { headers: { range } });
    const middle = await get("bytes=100-199");
    expect(middle.status).toBe(206);
    expect(middle.headers.get("content-range")).toBe(`bytes 100-199/${mp4.length}`);
    expect(Buffer.from(await middle.arrayBuffer())).toEqual(mp4.subarray(100, 200));
    expect(Buffer.from(await (await get("bytes=-50")).arrayBuffer())).toEqual(mp4.subarray(-50));
    expect((await get(`bytes=${mp4.length}-`)).status).toBe(416);
    const kept = await fetch(`${file}?download=${encodeURIComponent('Ä "show"/.mp4')}`, { method: "HEAD" });
    expect(kept.headers.get("content-disposition")).toBe(
      "attachment; filename=\"_ _show__.mp4\"; filename*=UTF-8''%C3%84%20_show__.mp4",
    );
    expect(kept.headers.get("content-length")).toBe(String(mp4.length));
  });

  it("gives nothing else, and nothing outside", async () => {
    for (const path of [
      ...["state.json", "manifest.jsonl", "poster.jpg", "video/99.m4s", "video/", "", "opus/../state.json"],
      ...["%2e%2e/x", "video%2f0.m4s", "recording.mp4/x"],
    ])
      expect([path, (await fetch(`${url}/~good/${path}`)).status]).toEqual([path, 404]);
    const other = url.replace(id, "01890000-0000-7000-8000-0000000000ff");
    expect((await fetch(`${other}/index.m3u8`)).status).toBe(404);
  });

  it("is gone when it is deleted", async () => {
    expect((await bench.storage.list(id)).map(({ path }) => path)).toContain(`${id}/recording.mp4`);
    await bench.recordings.delete(id);
    expect(await bench.storage.list(id)).toEqual([]);
    expect((await fetch(`${url}/~good/index.m3u8`)).status).toBe(404);
    await eventually("control is told", () => bench.deleted.includes(id));
  });
});
