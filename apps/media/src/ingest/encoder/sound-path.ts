import type { AccessUnit } from "@sameroom/protocol";
import type { Bridge } from "./bridge.ts";
import type { LocalStream } from "./local-stream.ts";
import type { LocalTracks } from "./local-tracks.ts";

/** An encoder's sound on its way to WebRTC viewers, who know Opus alone. */
export class SoundPath {
  readonly #tracks: Pick<LocalTracks, "open">;
  readonly #bridge: Bridge;
  #through: LocalStream | undefined;
  #codec: string | undefined;

  constructor(tracks: Pick<LocalTracks, "open">, bridge: Bridge) {
    this.#tracks = tracks;
    this.#bridge = bridge;
  }

  /** What Opus is made of; undefined: it is Opus, or there is no sound. */
  get madeOf(): string | undefined {
    return this.#codec === "opus" ? undefined : this.#codec;
  }

  take(unit: AccessUnit, mediaMicros: number): void {
    this.#codec = unit.format.codec;
    if (unit.format.codec !== "opus") {
      this.#bridge.take(unit, mediaMicros);
      return;
    }
    this.#bridge.stop();
    if (this.#through?.isOpen !== true) this.#through = this.#tracks.open(unit.format, { keepsPast: false });
    this.#through?.send(unit, mediaMicros);
  }
}
