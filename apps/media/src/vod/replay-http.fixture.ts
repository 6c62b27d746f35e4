import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { silentLog } from "@sameroom/base";
import { PLAYBACK_TOKEN_TYPE, ROOM_TOKEN_ALGORITHM, ROOM_TOKEN_ISSUER, withOpus } from "@sameroom/contract";
import { validateMediaPlaylist, validateMultivariant } from "@sameroom/protocol";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { PlaybackGate } from "../auth/playback-gate.ts";
import { PlaybackTokens } from "../auth/playback-tokens.ts";
import { RoomTokens } from "../auth/room-tokens.ts";
import { TokenSignatures } from "../auth/token-signatures.ts";
import { nodeClock } from "../node/node-clock.ts";
import type { RecordingsBench } from "../recording/recordings.fixture.ts";
import { VodOrigin } from "./vod-origin.ts";

/** A player of replays over HTTP, before a worker's origin with a real gate. */
export interface ReplayHttp {
  /** What an address below the recording answers: `index.m3u8`. `signed`: with a token for it (default). */
  get(path: string, options?: { range?: string; signed?: boolean }): Promise<Response>;
  /** Fetches every playlist and every file they name; how many files, and what RFC 8216bis finds wrong. */
  playThrough(): Promise<{ playlists: string[]; files: number; bytes: number; faults: string[] }>;
  close(): Promise<void>;
}

/** Serves what a bench has recorded, from wherever it is kept. */
export async function openReplayHttp(
  { recordings, storage }: RecordingsBench,
  id: string,
): Promise<ReplayHttp> {
  const { publicKey, privateKey } = await generateKeyPair(ROOM_TOKEN_ALGORITHM, { crv: "Ed25519" });
  const kid = "replay";
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: ROOM_TOKEN_ALGORITHM, use: "sig" };
  const signatures = new TokenSignatures({ keys: [jwk] });
  const gate = new PlaybackGate(new RoomTokens(signatures), new PlaybackTokens(signatures), nodeClock);
  const nowS = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ recording: id })
    .setProtectedHeader({ alg: ROOM_TOKEN_ALGORITHM, typ: PLAYBACK_TOKEN_TYPE, kid })
    .setIssuer(ROOM_TOKEN_ISSUER)
    .setSubject("guest:someone")
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + 300)
    .sign(privateKey);
  const origin = new VodOrigin({
    ...{ recordings, storage, log: silentLog },
    mayPlay: (recording, credential) => gate.require({ recording }, credential),
  });
  const server = createServer((request, response) => void origin.handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vod/${id}/`;
  const get: ReplayHttp["get"] = (path, { range, signed = true } = {}) =>
    fetch(
      new URL(`${signed ? `~${token}/` : ""}${path}`, base),
      range === undefined ? {} : { headers: { range } },
    );
  return {
    get,
    async playThrough() {
      const lists = [await get("index.m3u8"), await get(withOpus("index.m3u8"))];
      const texts = await Promise.all(lists.map((list) => list.text()));
      const faults = texts.flatMap((text) => validateMultivariant(text));
      const playlists = [...new Set(texts.join("").match(/\w+\/index\.m3u8/g))].sort();
      let [files, bytes] = [0, 0];
      for (const playlist of playlists) {
        const text = await (await get(playlist)).text();
        faults.push(...validateMediaPlaylist(text).map((fault) => `${playlist}: ${fault}`));
        const names = [...text.matchAll(/URI="([^"]+)"/g), ...text.matchAll(/^([^#\n]+)$/gm)];
        for (const [, name] of names) {
          const response = await get(new URL(name!, `http://x/${playlist}`).pathname.slice(1));
          if (response.status !== 200) throw new Error(`${response.status} for ${name} of ${playlist}`);
          files += 1;
          bytes += (await response.arrayBuffer()).byteLength;
        }
      }
      return { playlists, files, bytes, faults };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
