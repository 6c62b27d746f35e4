import type { AudioFormat } from "../units/types.ts";
import { FlvAudio } from "./flv-audio.ts";
import { FlvVideo } from "./flv-video.ts";
import { readAudioTag } from "./read-audio-tag.ts";
import { readVideoTag } from "./read-video-tag.ts";
import { TimestampLine } from "./timestamp-line.ts";
import type { FlvPacket, FlvUnit } from "./types.ts";

/** FourCCs that become units. */
const TAKEN = new Set(["avc1", "hvc1", "av01", "vp08", "vp09", "mp4a", "Opus"]);
/** Names of codecs that are kept to tell of them. */
const MOST_NAMES = 8;

/**
 * Bodies of FLV tags to access units, for one sender (FLV 10.1, enhanced RTMP v2). Of several tracks of a kind the first is taken.
 * Timestamps of 32 bits are unwrapped; sound, which FLV times only to the millisecond, gets the times its samples have. Never throws.
 */
export class FlvDemuxer {
  readonly #line = new TimestampLine();
  readonly #video = new FlvVideo();
  readonly #audio = new FlvAudio();
  readonly #tracks: { audio: number | undefined; video: number | undefined } = {
    audio: undefined,
    video: undefined,
  };
  readonly #unsupported = new Set<string>();
  #malformed = 0;

  /** Codecs that came and are not taken, by FourCC or as FLV calls them. */
  get unsupported(): readonly string[] {
    return [...this.#unsupported];
  }

  /** Format of the sound as it was announced, whether or not any has come. */
  get sound(): AudioFormat | undefined {
    return this.#audio.format;
  }

  /** Tags that made no sense. */
  get malformed(): number {
    return this.#malformed;
  }

  /** What one tag brings: mostly one unit. `timestampMs`: as sent, 32 bits. */
  take(kind: "audio" | "video", timestampMs: number, body: Uint8Array): FlvUnit[] {
    const timeMicros = this.#line.unwrap(timestampMs) * 1000;
    if (body.length === 0) return [];
    const packets = kind === "audio" ? readAudioTag(body) : readVideoTag(body);
    if (packets === undefined) {
      this.#malformed += 1;
      return [];
    }
    const units: FlvUnit[] = [];
    for (const packet of packets) {
      if (!this.#isTaken(kind, packet)) continue;
      const unit = (kind === "audio" ? this.#audio : this.#video).take(packet, timeMicros);
      if (unit !== undefined) units.push(unit);
    }
    return units;
  }

  /** The first track that comes, or track 0 once it does: it is the one a sender means for those who take one. */
  #isTaken(kind: "audio" | "video", { track, codec }: FlvPacket): boolean {
    const chosen = this.#tracks[kind];
    if (chosen === undefined || (track === 0 && chosen !== 0)) this.#tracks[kind] = track;
    if (this.#tracks[kind] !== track) return false;
    const isTaken = TAKEN.has(codec);
    if (!isTaken && this.#unsupported.size < MOST_NAMES) this.#unsupported.add(codec);
    return isTaken;
  }
}
