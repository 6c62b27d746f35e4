import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "@sameroom/base";
import { MediaError } from "../node/media-error.ts";
import type { Program } from "../program/program.ts";
import { AAC_RENDITION, OPUS_RENDITION } from "../program/rendition-names.ts";
import type { Mp3Frame, Transcode } from "../transcode/transcode.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { ICY_INTERVAL_BYTES, IcyStream } from "./icy-stream.ts";

export interface RadioOptions {
  program: Program;
  transcoders: Pick<Transcoders, "openAudio">;
  /** What is on, as shown by radios. */
  title(): string;
  log: Log;
}

interface Listener {
  response: ServerResponse;
  icy: IcyStream | undefined;
}

const BIT_RATE = 128_000;
/** Sent at once to who comes, so that radios need not wait until their buffer is full: three seconds of 24 ms each. */
const BURST_FRAMES = 125;
/** A listener with so much still to take has stopped listening, bytes: half a minute. */
const MAX_QUEUED_BYTES = (BIT_RATE / 8) * 30;
const MAX_LISTENERS = 2000;

/** One show's sound as an endless MP3, made once for all who listen and only while somebody does. */
export class Radio {
  readonly #options: RadioOptions;
  readonly #listeners = new Set<Listener>();
  #burst: Mp3Frame[] = [];
  #transcode: Transcode | undefined;
  #unsubscribe = () => {};

  constructor(options: RadioOptions) {
    this.#options = options;
    options.program.once("ended", () => this.close());
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Answers a request with the sound from now on. Throws `MediaError` when there is none, or no place. */
  listen(request: IncomingMessage, response: ServerResponse): void {
    if (this.#listeners.size >= MAX_LISTENERS) throw new MediaError("playback.full", undefined, 5);
    if (request.method !== "HEAD") this.#begin();
    const wantsTitles = request.headers["icy-metadata"] === "1";
    // Radios of old know nothing of chunks: the end of the connection is the end of the sound. In HTTP/2 a stream has an end of its own.
    const endsConnection = request.httpVersionMajor === 1;
    if (endsConnection) response.removeHeader("transfer-encoding");
    response.writeHead(200, {
      "access-control-allow-origin": "*",
      "content-type": "audio/mpeg",
      "cache-control": "no-store",
      ...(endsConnection ? { connection: "close" } : {}),
      "icy-name": encodeURI(this.#options.title()).replaceAll("%20", " "),
      "icy-br": String(BIT_RATE / 1000),
      ...(wantsTitles ? { "icy-metaint": String(ICY_INTERVAL_BYTES) } : {}),
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    // Players see that they are connected, also before there is sound.
    response.flushHeaders();
    const listener = { response, icy: wantsTitles ? new IcyStream() : undefined };
    this.#listeners.add(listener);
    response.once("close", () => this.#leave(listener));
    for (const frame of this.#burst) this.#send(listener, frame.data);
  }

  /** The show is over. */
  close(): void {
    for (const { response } of this.#listeners) response.end();
    this.#listeners.clear();
    this.#end();
  }

  #begin(): void {
    if (this.#transcode !== undefined) return;
    const { program, transcoders, log } = this.#options;
    const input = program.sound === undefined ? undefined : program.formatOf(program.sound);
    if (input?.kind !== "audio") throw new MediaError("playback.not_live", "there is no sound", 1);
    const transcode = transcoders.openAudio({ codec: "mp3", bitrate: BIT_RATE, input });
    this.#transcode = transcode;
    // A host who takes over may send another codec; what is made of one is never the sound.
    const offs = [OPUS_RENDITION, AAC_RENDITION].map((rendition) =>
      program.subscribe(rendition, (unit) => {
        if (rendition === program.sound) transcode.push(unit);
      }),
    );
    this.#unsubscribe = () => {
      for (const off of offs) off();
    };
    transcode.on("frame", (frame) => this.#broadcast(frame));
    transcode.on("failed", (failure) => {
      log.warn("no MP3 is made any more", { room: program.room, ...failure });
      this.close();
    });
  }

  #broadcast(frame: Mp3Frame): void {
    // Counted, not timed: capture times may be set back, by as much as a clock was wrong.
    if (this.#burst.length >= BURST_FRAMES) this.#burst.shift();
    this.#burst.push(frame);
    for (const listener of this.#listeners) this.#send(listener, frame.data);
  }

  #send({ response, icy }: Listener, sound: Uint8Array): void {
    if (response.writableLength > MAX_QUEUED_BYTES) response.destroy();
    else response.write(icy === undefined ? sound : icy.write(sound, this.#options.title()));
  }

  #leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#end();
  }

  #end(): void {
    this.#unsubscribe();
    this.#transcode?.close();
    this.#transcode = undefined;
    this.#burst = [];
  }
}
