import {
  type AccessUnit,
  createDepacketizer,
  parseRtcp,
  parseRtp,
  rtpPayload,
  timestampDelta,
  unixMicrosFromNtp,
} from "@sameroom/protocol";
import { FF_DECODER_OPUS } from "node-av/constants";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.fixture.ts";
import { LoadRoom, OPUS } from "../../testing/load-peer.fixture.ts";
import { TestStage } from "../../testing/test-room.fixture.ts";
import { bFrameUnits } from "../../transcode/b-frames.fixture.ts";
import { decodeVideo, videoUnits } from "../../transcode/picture.fixture.ts";
import { aacUnits, decodeSound } from "../../transcode/sound.fixture.ts";
import { TestEncoder } from "./test-encoder.fixture.ts";

const startMicros = 1_790_000_000_000_000;
/** After so long it is bright and loud, seconds. */
const EVENT_S = 5;
const shape = { width: 320, height: 180, startMicros, count: 240, keyframeEvery: 30 };
const luma = (index: number) => (index < EVENT_S * 30 ? 30 : 200);
const value = (seconds: number) => (seconds < EVENT_S ? 0 : 0.5 * Math.sin(2 * Math.PI * 1000 * seconds));

interface Report {
  unixMicros: number;
  rtpTimestamp: number;
}

/** All that a viewer gets, with the reports that tell what its timestamps mean. */
class Listener {
  readonly packets: Uint8Array[] = [];
  readonly reports = new Map<number, Report>();

  onRtp(packet: Uint8Array): void {
    this.packets.push(packet.slice());
  }

  onRtcp(compound: Uint8Array): void {
    for (const packet of parseRtcp(compound) ?? []) {
      if (packet.type !== "sr") continue;
      const { ssrc, rtpTimestamp } = packet;
      this.reports.set(ssrc, { unixMicros: unixMicrosFromNtp(packet), rtpTimestamp });
    }
  }

  /** When the picture became bright, µs since 1970 by the newest report. */
  brightMicros(): number | undefined {
    const depacketizer = createDepacketizer("h264");
    const units: AccessUnit[] = [];
    let ssrc = 0;
    for (const packet of this.packets) {
      const header = parseRtp(packet)!;
      if (header.payloadType === OPUS.payloadType) continue;
      const frame = depacketizer.take(rtpPayload(packet, header), header.timestamp, header.marker);
      const format = frame?.format ?? units[0]?.format;
      if (frame === undefined || format === undefined) continue;
      ssrc = header.ssrc;
      const { data, keyframe, timestamp: captureMicros } = frame;
      units.push({ format, data, keyframe, captureMicros, compositionMicros: 0, samples: 0 });
    }
    const pictures = decodeVideo(units);
    const bright = pictures.find((picture) => picture.luma > 100);
    // Who comes too late has seen no change.
    if (bright === pictures[0]) return undefined;
    return bright && this.#unixMicros(ssrc, bright.micros, 90_000);
  }

  /** When the sound became loud. */
  loudMicros(): number | undefined {
    const sound = this.packets.flatMap((packet) => {
      const header = parseRtp(packet)!;
      return header.payloadType === OPUS.payloadType ? [{ header, payload: rtpPayload(packet, header) }] : [];
    });
    const decoded = decodeSound(
      FF_DECODER_OPUS,
      new Uint8Array(0),
      sound.map(({ payload }) => payload),
    );
    for (const [index, samples] of decoded.entries()) {
      const at = samples.findIndex((sample) => Math.abs(sample) > 0.1);
      const header = sound[index]!.header;
      if (at >= 0 && index > 0) return this.#unixMicros(header.ssrc, header.timestamp + at, 48_000);
    }
    return undefined;
  }

  #unixMicros(ssrc: number, timestamp: number, clockRate: number): number | undefined {
    const report = this.reports.get(ssrc);
    if (report === undefined) return undefined;
    const ticks = timestampDelta(timestamp >>> 0, report.rtpTimestamp);
    return report.unixMicros + (ticks * 1_000_000) / clockRate;
  }
}

describe("sound and picture of an encoder, in front of a WebRTC viewer", () => {
  let stage: TestStage;
  let aac: AccessUnit[];
  beforeAll(async () => {
    stage = await TestStage.open();
    aac = aacUnits({ startMicros, seconds: 8, sampleRate: 44_100, value });
  });
  beforeEach(() => stage.newRoom());
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it.each([
    ["as it came", () => videoUnits({ ...shape, codec: "h264", luma })],
    ["encoded anew from HEVC with B-frames", () => bFrameUnits({ ...shape, codec: "hevc", luma })],
  ])("belong together to within a frame, the picture %s, the sound made Opus of AAC", async (_, pictures) => {
    const listener = new Listener();
    const encoder = stage.own(new TestEncoder(pictures(), aac));
    await encoder.open(stage.worker.app.encoders, { credential: await stage.hostToken() });
    const room = stage.own(new LoadRoom());
    const url = `${stage.worker.url}/whep/${stage.room}`;
    await room.connect(
      url,
      await stage.viewerToken(),
      { direction: "recvonly", codec: "h264" },
      {
        onRtp: (packet) => listener.onRtp(packet),
        onRtcp: (packet) => listener.onRtcp(packet),
      },
    );
    await eventually("light and sound", () => listener.brightMicros() && listener.loudMicros());
    expect(Math.abs(listener.brightMicros()! - listener.loudMicros()!)).toBeLessThan(33_000);
  });
});
