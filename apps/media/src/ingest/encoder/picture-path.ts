import { PictureBridge, type PictureBridgeReason } from "@sameroom/engine";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import type { Bridge } from "./bridge.ts";
import { localSection } from "./encoder-section.ts";
import type { LocalStream } from "./local-stream.ts";
import type { LocalTracks } from "./local-tracks.ts";

/** An encoder's picture on its way to WebRTC viewers: as it is where they can play it, else by the bridge. */
export class PicturePath {
  readonly #tracks: Pick<LocalTracks, "open" | "drop">;
  readonly #bridge: Bridge;
  readonly #policy = new PictureBridge();
  #through: LocalStream | undefined;
  #format: UnitFormat | undefined;
  /** Viewers have decoders for it. */
  #isForwardable = false;

  constructor(tracks: Pick<LocalTracks, "open" | "drop">, bridge: Bridge) {
    this.#tracks = tracks;
    this.#bridge = bridge;
  }

  /** Why the picture is encoded anew for WebRTC viewers, undefined: it is not. */
  get reason(): PictureBridgeReason | undefined {
    const { verdict } = this.#policy;
    return verdict === "unknown" || verdict === "through" ? undefined : verdict;
  }

  /** The next picture, from a keyframe on. `mediaMicros`: its presentation on a line without the encoder's jumps. */
  take(unit: AccessUnit, mediaMicros: number): void {
    const { keyframe, compositionMicros, format } = unit;
    if (format !== this.#format) {
      this.#format = format;
      this.#isForwardable = localSection(format) !== undefined;
    }
    const forwardable = this.#isForwardable;
    const verdict = this.#policy.take({ forwardable, keyframe, ptsMicros: mediaMicros, compositionMicros });
    if (verdict === "through" || verdict === "unknown") this.#bridge.keep(unit, mediaMicros);
    if (verdict === "through") {
      this.#bridge.stop();
      this.#send(unit, mediaMicros);
      return;
    }
    if (verdict === "unknown") return;
    // What viewers see goes on until the bridge has something; pictures out of order they would not see.
    if (verdict === "long-gop") this.#send(unit, mediaMicros);
    this.#bridge.take(unit, mediaMicros);
    // Nobody is there; whoever comes must not begin with the past of what is not sent any more.
    if (verdict !== "long-gop" && !this.#bridge.isOpen && this.#through !== undefined) {
      this.#tracks.drop(this.#through);
      this.#through = undefined;
    }
  }

  #send(unit: AccessUnit, mediaMicros: number): void {
    const isReady = this.#through?.isOpen === true && this.#through.takes(unit.format);
    if (!isReady) {
      if (!unit.keyframe || (this.reason !== undefined && this.#bridge.isOpen)) return;
      this.#through = this.#tracks.open(unit.format, { keepsPast: true });
    }
    this.#through?.send(unit, mediaMicros);
  }
}
