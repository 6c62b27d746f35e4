import type { AccessUnit } from "@sameroom/protocol";

/** A unit is held back so long, ms, for one of the other kind that belongs before it: sound that is made comes later. */
const MAX_WAIT_MS = 1000;

interface Waiting {
  unit: AccessUnit;
  dtsMicros: number;
  sinceMs: number;
}

/** When a unit is to be decoded, µs on the node's clock. */
export function decodingMicros({ captureMicros, compositionMicros }: AccessUnit): number {
  return captureMicros - compositionMicros;
}

/** Puts pictures and sound, each in order already, into one line by decoding time. Holds a second at most. */
export class DecodeOrder {
  readonly #waiting = { video: [] as Waiting[], audio: [] as Waiting[] };

  push(unit: AccessUnit, nowMs: number): void {
    const dtsMicros = decodingMicros(unit);
    this.#waiting[unit.format.kind].push({ unit, dtsMicros, sinceMs: nowMs });
  }

  /** What is due. With `alone` there is one kind only: nothing is waited for. */
  take(nowMs: number, alone: boolean): AccessUnit[] {
    const { video, audio } = this.#waiting;
    const due: AccessUnit[] = [];
    for (;;) {
      const [picture, sound] = [video[0], audio[0]];
      if (picture === undefined && sound === undefined) return due;
      const isPicture =
        sound === undefined || (picture !== undefined && picture.dtsMicros <= sound.dtsMicros);
      const next = (isPicture ? picture : sound)!;
      const isSure = alone || (picture !== undefined && sound !== undefined);
      if (!isSure && nowMs - next.sinceMs < MAX_WAIT_MS) return due;
      (isPicture ? video : audio).shift();
      due.push(next.unit);
    }
  }

  clear(): void {
    this.#waiting.video.length = 0;
    this.#waiting.audio.length = 0;
  }
}
