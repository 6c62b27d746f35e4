import type { GoneReason } from "@sameroom/contract";
import type { AccessUnit } from "@sameroom/protocol";
import type { EncoderDoor, EncoderFeed, EncoderRequest } from "./types.ts";

/** Units are sent when they are due, as an encoder of files does in real time. */
const TICK_MS = 5;

/** An encoder whose units are made beforehand; its protocol is of no concern. */
export class TestEncoder {
  /** Why the server ended it. */
  readonly closedFor: GoneReason[] = [];
  /** Units sent. */
  sent = 0;
  feed: EncoderFeed | undefined;
  readonly #units: readonly { unit: AccessUnit; atMicros: number }[];
  readonly #startMicros: number;
  #timer: NodeJS.Timeout | undefined;

  /** `units`: of each kind in decoding order, by capture time. */
  constructor(...units: (readonly AccessUnit[])[]) {
    const timed = units
      .flat()
      .map((unit) => ({ unit, atMicros: unit.captureMicros - unit.compositionMicros }));
    this.#units = timed.sort((one, other) => one.atMicros - other.atMicros);
    this.#startMicros = this.#units[0]!.atMicros;
  }

  /** Resolves when the server has let it in; it sends from then on. */
  async open(door: EncoderDoor, request: Partial<EncoderRequest> & { credential: string }): Promise<this> {
    this.feed = await door.open({
      protocol: "rtmp",
      room: undefined,
      from: "127.0.0.1:50000",
      onClosed: (reason) => {
        this.closedFor.push(reason);
        clearInterval(this.#timer);
      },
      ...request,
    });
    const startedMs = performance.now();
    this.#timer = setInterval(() => this.#send((performance.now() - startedMs) * 1000), TICK_MS);
    return this;
  }

  /** Sends nothing more and says nothing. */
  stop(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.stop();
    this.feed?.close("left");
  }

  #send(elapsedMicros: number): void {
    for (;;) {
      const next = this.#units[this.sent];
      if (next === undefined || next.atMicros - this.#startMicros > elapsedMicros) return;
      this.sent += 1;
      const { captureMicros, ...unit } = next.unit;
      this.feed?.push({ ...unit, ptsMicros: captureMicros - this.#startMicros + 7_000_000 });
    }
  }
}
