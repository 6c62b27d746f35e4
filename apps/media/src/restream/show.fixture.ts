import { type Clock, Emitter, silentLog } from "@sameroom/base";
import type { FakeClock } from "@sameroom/base/testing";
import type { AccessUnit, AudioFormat, VideoFormat } from "@sameroom/protocol";
import type { OriginalUnits, PublishingSession } from "../ingest/publishing-session.ts";
import { Programs } from "../program/programs.ts";

export const H264: VideoFormat = {
  ...{ kind: "video", codec: "h264", codecs: "avc1.42e01f", configuration: Uint8Array.of(1) },
  ...{ width: 1280, height: 720 },
};
export const AAC: AudioFormat = {
  ...{ kind: "audio", codec: "aac", codecs: "mp4a.40.2", configuration: Uint8Array.of(0x11, 0x90) },
  ...{ sampleRate: 48_000, channels: 2 },
};

/** A worker's programs, whose packaged bytes nobody wants. */
export function createPrograms(clock: Clock): Programs {
  return new Programs({
    ...{ clock, log: silentLog, partMs: 250, segmentMs: 2000, dvrMs: 0, graceMs: 35_000 },
    wire: { setTap: () => {}, nowMicros: () => clock.nowMs() * 1000 },
    openSink: () => ({
      ...{ init() {}, part() {}, segment() {}, rendition() {}, ended() {} },
    }),
  });
}

/** A host whose encoder's units come from `originals`. */
export function createSession(room: string, originals: OriginalUnits): PublishingSession {
  return {
    ...{ room, isHost: true, announced: true, hasMedia: true, tracks: [], streams: [], originals },
  } as unknown as PublishingSession;
}

/** A worker's programs on a fake clock, and an encoder in one room: pictures and AAC, 25 times a second. */
export class TestShow {
  readonly programs: Programs;
  readonly room: string;
  readonly #clock: FakeClock;
  readonly #units = new Emitter<{ unit: [AccessUnit] }>();
  readonly #session: PublishingSession;
  #count = 0;
  /** What the encoder sends. */
  video: VideoFormat | undefined = H264;
  audio: AudioFormat | undefined = AAC;
  /** A keyframe each so many pictures. */
  keyframeEvery = 25;
  bytes = 1000;

  constructor(clock: FakeClock, room = "studio") {
    this.#clock = clock;
    this.room = room;
    this.programs = createPrograms(clock);
    this.#session = createSession(room, this.#units);
  }

  begin(): void {
    this.programs.follow(this.#session);
  }

  end(): void {
    this.programs.end(this.room);
  }

  /** Passes time while the encoder sends; `each` is done every 40 ms. */
  run(ms: number, each: () => void = () => {}): void {
    for (let passed = 0; passed < ms; passed += 40) {
      const captureMicros = this.#clock.unixMs() * 1000;
      const shared = { captureMicros, compositionMicros: 0, data: new Uint8Array(this.bytes) };
      const keyframe = this.#count++ % this.keyframeEvery === 0;
      if (this.video !== undefined)
        this.#units.emit("unit", { ...shared, format: this.video, keyframe, samples: 0 });
      if (this.audio !== undefined)
        this.#units.emit("unit", { ...shared, format: this.audio, keyframe: true, samples: 1920 });
      this.#clock.advance(40);
      each();
    }
  }
}
