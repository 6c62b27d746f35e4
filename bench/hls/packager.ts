import {
  type AccessUnit,
  type InitSegment,
  Packager,
  type PackagerSink,
  type Part,
  type Segment,
  UnitStream,
} from "@sameroom/engine";
import { serializeRtp } from "@sameroom/protocol";
import { writeParameterSets } from "../fanout/parameter-sets.ts";

export interface PackagerCost {
  /** CPU of packets to fragments for a second of the show, all renditions. */
  msPerStreamSecond: number;
  layers: number;
  megabitsPerSecond: number;
}

const LAYERS = [
  { id: "v-q", width: 320, height: 180, bitsPerSecond: 200_000 },
  { id: "v-h", width: 640, height: 360, bitsPerSecond: 700_000 },
  { id: "v-f", width: 1280, height: 720, bitsPerSecond: 2_100_000 },
] as const;
const FRAMES_PER_SECOND = 30;
const PAYLOAD_BYTES = 1180;
const WARM_UP_S = 20;
const MEASURED_S = 120;
const START_MICROS = 1_790_000_000_000_000;

/** Packs synthetic layers and sound, as fast as it goes, from RTP packets to fragments. */
export function measurePackager({ partMs }: { partMs: number }): PackagerCost {
  let bytes = 0;
  const sink: PackagerSink = {
    init: (_init: InitSegment) => {},
    part: (part: Part) => {
      bytes += part.bytes.length;
    },
    segment: (_segment: Segment) => {},
    rendition: () => {},
    ended: () => {},
  };
  let wantsKeyframe = true;
  const askForKeyframes = () => {
    wantsKeyframe = true;
  };
  const packager = new Packager({ partMs }, sink, { askForKeyframes });
  const pictures = LAYERS.map((layer, index) => {
    packager.addRendition({ id: layer.id, kind: "video" }, { master: index === LAYERS.length - 1 });
    return new SyntheticPicture(layer);
  });
  packager.addRendition({ id: "opus", kind: "audio" });
  const sound = new SyntheticSound();
  let usage = process.cpuUsage();
  let frame = 0;
  for (; frame < (WARM_UP_S + MEASURED_S) * FRAMES_PER_SECOND; frame++) {
    if (frame === WARM_UP_S * FRAMES_PER_SECOND) {
      usage = process.cpuUsage();
      bytes = 0;
    }
    const micros = Math.round((frame * 1_000_000) / FRAMES_PER_SECOND);
    const keyframe = wantsKeyframe;
    wantsKeyframe = false;
    for (const picture of pictures)
      for (const unit of picture.next(micros, keyframe)) packager.push(picture.id, unit);
    for (const unit of sound.until(micros)) packager.push("opus", unit);
    packager.tick((START_MICROS + micros) / 1000);
  }
  const { user, system } = process.cpuUsage(usage);
  packager.end();
  return {
    msPerStreamSecond: Math.round((user + system) / 1000 / MEASURED_S / 0.1) / 10,
    layers: LAYERS.length,
    megabitsPerSecond: Math.round((bytes * 8) / MEASURED_S / 100_000) / 10,
  };
}

/** One layer as RTP: parameter sets and slices of noise, cut as browsers cut them. */
class SyntheticPicture {
  readonly id: string;
  readonly #stream = new UnitStream({ codec: "h264", clockRate: 90_000, kind: "video" });
  readonly #sets: Uint8Array;
  readonly #bytes: number;
  #sequenceNumber = 0;

  constructor({ id, width, height, bitsPerSecond }: (typeof LAYERS)[number]) {
    this.id = id;
    this.#sets = writeParameterSets(width, height);
    this.#bytes = Math.round(bitsPerSecond / 8 / FRAMES_PER_SECOND);
    this.#stream.clock({ unixMicros: START_MICROS, rtpTimestamp: 0 });
  }

  next(micros: number, keyframe: boolean): AccessUnit[] {
    const timestamp = Math.round((micros * 9) / 100) >>> 0;
    if (keyframe) this.#send(this.#sets, timestamp, false, micros);
    // A keyframe takes five times the bits of the others.
    const total = keyframe ? this.#bytes * 5 : this.#bytes;
    const count = Math.max(2, Math.ceil(total / PAYLOAD_BYTES));
    const type = keyframe ? 5 : 1;
    for (let index = 0; index < count; index++) {
      const payload = new Uint8Array(Math.ceil(total / count)).fill(0x5a);
      payload[0] = 0x60 | 28;
      payload[1] = type | (index === 0 ? 0x80 : 0) | (index === count - 1 ? 0x40 : 0);
      this.#send(payload, timestamp, index === count - 1, micros);
    }
    return this.#stream.poll(START_MICROS + micros);
  }

  #send(payload: Uint8Array, timestamp: number, marker: boolean, micros: number): void {
    const sequenceNumber = this.#sequenceNumber++ & 0xffff;
    const header = { payloadType: 96, ssrc: 1, sequenceNumber, timestamp, marker, extensions: [] };
    this.#stream.take(serializeRtp({ ...header, payload }), START_MICROS + micros);
  }
}

/** Opus packets of 20 ms. */
class SyntheticSound {
  readonly #stream = new UnitStream({ codec: "opus", clockRate: 48_000, kind: "audio" });
  #packets = 0;

  constructor() {
    this.#stream.clock({ unixMicros: START_MICROS, rtpTimestamp: 0 });
  }

  until(micros: number): AccessUnit[] {
    for (; this.#packets * 20_000 <= micros; this.#packets++) {
      // TOC: CELT, 20 ms, mono, one frame (RFC 6716 section 3.1).
      const payload = new Uint8Array(80).fill(0x11);
      payload[0] = 0xf8;
      const sequenceNumber = this.#packets & 0xffff;
      const timestamp = (this.#packets * 960) >>> 0;
      const header = { payloadType: 111, ssrc: 2, sequenceNumber, timestamp, marker: false, extensions: [] };
      this.#stream.take(serializeRtp({ ...header, payload }), START_MICROS + this.#packets * 20_000);
    }
    return this.#stream.poll(START_MICROS + micros);
  }
}
