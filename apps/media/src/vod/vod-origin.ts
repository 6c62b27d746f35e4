import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Log } from "@sameroom/base";
import type { PlaybackCredential } from "../auth/playback-gate.ts";
import { parseByteRange } from "../hls/byte-range.ts";
import { replyProblem } from "../hls/live-reply.ts";
import { MediaError } from "../node/media-error.ts";
import { OPUS_PLAYLIST, PLAYLIST } from "../recording/playlist-names.ts";
import type { Recording } from "../recording/recording.ts";
import { contentTypeOf } from "../storage/content-type.ts";
import type { Storage } from "../storage/storage.ts";
import { attachment } from "./content-disposition.ts";
import { parseVodAddress, type VodAddress } from "./vod-address.ts";

export interface VodOriginOptions {
  recordings: { find(id: string): Recording | undefined };
  storage: Storage;
  /** Resolves for who may play what is not open to everybody; rejects with a `MediaError`. */
  mayPlay(recording: string, credential: PlaybackCredential): Promise<void>;
  log: Log;
}

/** Lengths of files that are remembered: files of a finished recording never change, but for playlists, once there is AAC. */
const MAX_SIZES = 50_000;
/** Whoever takes nothing for so long is cut off, ms. */
const PATIENCE_MS = 60_000;
/** Names of finished recordings stay what they are for ever, and every file under them. */
const FOR_EVER = "max-age=31536000, immutable";

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "content-length, content-range, content-disposition, date, retry-after",
} as const;

/** Serves finished recordings: playlists, segments, the file to download, the pictures. Holds no bytes of them. */
export class VodOrigin {
  readonly #options: VodOriginOptions;
  readonly #sizes = new Map<string, number>();

  constructor(options: VodOriginOptions) {
    this.#options = options;
  }

  /** Answers a GET or HEAD request below `/vod/`. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const address = parseVodAddress(request.url ?? "");
      if (address === undefined) throw new MediaError("request.not_found");
      await this.#answer(request, response, address);
    } catch (error) {
      this.#refuse(response, error as Error);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, address: VodAddress): Promise<void> {
    const { recordings, storage, mayPlay } = this.#options;
    const { recording: id, token, download } = address;
    const recording = recordings.find(id);
    if (recording === undefined) throw new MediaError("recording.not_found");
    const { open, fact } = recording.state;
    if (!open) await mayPlay(id, { token, authorization: request.headers.authorization });
    if (fact.state === "failed") throw new MediaError("recording.not_found");
    if (fact.state !== "ready") throw new MediaError("recording.not_ready");
    const file = await this.#fileOf(address);
    const path = `${id}/${file}`;
    const length = await this.#size(path);
    if (length === undefined) throw new MediaError("request.not_found");
    const range = parseByteRange(request.headers.range, length);
    if (range === "unsatisfiable") {
      response.writeHead(416, { ...CORS, "content-range": `bytes */${length}`, "content-length": 0 }).end();
      return;
    }
    const { from, to } = range ?? { from: 0, to: length - 1 };
    const head = {
      ...CORS,
      "content-type": contentTypeOf(file),
      "content-length": to - from + 1,
      "accept-ranges": "bytes",
      "cache-control": cacheControl(open, file),
      etag: `"${id}-${length}"`,
      "x-content-type-options": "nosniff",
      ...(range === undefined ? {} : { "content-range": `bytes ${from}-${to}/${length}` }),
      ...(download === undefined || file !== "recording.mp4"
        ? {}
        : { "content-disposition": attachment(download) }),
    };
    const status = range === undefined ? 200 : 206;
    if (request.method === "HEAD" || length === 0) {
      response.writeHead(status, head).end();
      return;
    }
    const bytes = await storage.get(path, range);
    if (bytes === undefined) throw new MediaError("request.not_found");
    response.setTimeout(PATIENCE_MS, () => response.destroy());
    response.writeHead(status, head);
    // A reader that leaves is no fault of ours.
    await pipeline(bytes, response).catch(() => response.destroy());
  }

  /** What is there for this player: recordings without Opus, and those of before, have one multivariant playlist only. */
  async #fileOf({ recording, file, takesOpus }: VodAddress): Promise<string> {
    const hasChoice = takesOpus && file === PLAYLIST;
    const isThere = hasChoice && (await this.#size(`${recording}/${OPUS_PLAYLIST}`)) !== undefined;
    return isThere ? OPUS_PLAYLIST : file;
  }

  async #size(path: string): Promise<number | undefined> {
    const known = this.#sizes.get(path);
    if (known !== undefined) return known;
    const size = await this.#options.storage.size(path);
    if (size === undefined || isPlaylist(path)) return size;
    if (this.#sizes.size >= MAX_SIZES) this.#sizes.delete(this.#sizes.keys().next().value!);
    this.#sizes.set(path, size);
    return size;
  }

  #refuse(response: ServerResponse, error: Error): void {
    if (error instanceof MediaError) {
      const { code, detail, retryAfterS } = error;
      replyProblem(response, code, { detail, retryAfterS });
      return;
    }
    this.#options.log.error("a replay is not served", { error: error.message });
    replyProblem(response, "server.internal");
  }
}

/**
 * Whether it is open may change, and which sound there is: playlists are asked for again after a while. Caches of one person need not
 * ask for anything else.
 */
function cacheControl(open: boolean, file: string): string {
  if (isPlaylist(file)) return `${open ? "public" : "private"}, max-age=60`;
  if (!open) return `private, ${FOR_EVER}`;
  return file.endsWith(".vtt") ? "public, max-age=60" : `public, ${FOR_EVER}`;
}

function isPlaylist(file: string): boolean {
  return file.endsWith(".m3u8");
}
