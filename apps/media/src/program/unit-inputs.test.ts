import { Emitter } from "@sameroom/base";
import { silentPacket } from "@sameroom/engine";
import { type AccessUnit, type AudioFormat, aacFormat, type UnitFormat } from "@sameroom/protocol";
import { FF_DECODER_AAC } from "node-av/constants";
import { beforeEach, describe, expect, it } from "vitest";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { aacUnits, decodeSound } from "../transcode/sound.fixture.ts";
import { UnitInputs } from "./unit-inputs.ts";

const START = 1_700_000_000_000_000;
const PICTURE = { kind: "video", codec: "h264", width: 640, height: 360 } as UnitFormat;
const AAC = aacFormat(Uint8Array.of(0x11, 0x90));
const PACKET_MICROS = (1024 * 1e6) / AAC.sampleRate;

describe("the units of an encoder", () => {
  let units: Emitter<{ unit: [AccessUnit] }>;
  let inputs: UnitInputs;
  let taken: string[];
  let silence: AccessUnit[];
  let session: { expectedSound: AudioFormat | undefined };
  beforeEach(() => {
    session = { expectedSound: undefined };
    units = new Emitter();
    [taken, silence] = [[], []];
    inputs = new UnitInputs(session as PublishingSession, units, {
      onAdded: ({ id }) => taken.push(`added ${id}`),
      onPaused: (id) => taken.push(`paused ${id}`),
      onUnit: () => {},
      onFiller: (id, unit) => {
        expect(id).toBe("aac");
        silence.push(unit);
      },
    });
  });

  /** From one time to another, ms: a picture each 40 ms, and sound where there is some. */
  function send(fromMs: number, toMs: number, withSound: boolean): void {
    const common = { compositionMicros: 0, keyframe: true, data: Uint8Array.of(1) };
    for (let ms = fromMs; ms < toMs; ms += 40) {
      units.emit("unit", { ...common, format: PICTURE, captureMicros: START + ms * 1000, samples: 0 });
      for (let at = Math.ceil((ms * 1000) / PACKET_MICROS); at * PACKET_MICROS < (ms + 40) * 1000; at += 1) {
        const captureMicros = START + at * PACKET_MICROS;
        if (withSound) units.emit("unit", { ...common, format: AAC, captureMicros, samples: 1024 });
      }
      inputs.poll(90_000_000 + ms * 1000);
    }
  }

  it("are a picture and a sound, and nothing else while both come", () => {
    send(0, 4000, true);
    expect(taken).toEqual(["added v-single", "added aac"]);
    expect(silence).toEqual([]);
    inputs.close();
    expect(taken.slice(2)).toEqual(["paused v-single", "paused aac"]);
    expect(units.listenerCount()).toBe(0);
  });

  it("have silence beside the picture while the sound they began with stays away", () => {
    send(0, 2000, true);
    send(2000, 12_000, false);
    const at = silence.map(({ captureMicros }) => (captureMicros - START) / PACKET_MICROS);
    expect(at[0]).toBeCloseTo(94, 2);
    for (const [index, packets] of at.entries()) expect(packets).toBeCloseTo(94 + index, 2);
    expect(at.at(-1)! * PACKET_MICROS).toBeGreaterThan(11_700_000);
    const before = silence.length;
    send(12_000, 14_000, true);
    expect(silence).toHaveLength(before);
  });

  it("have silence from their first picture on while sound that is expected has not come", () => {
    session.expectedSound = AAC;
    send(0, 640, false);
    expect(taken).toEqual(["added v-single"]);
    send(640, 6000, false);
    expect(taken).toEqual(["added v-single", "added aac"]);
    for (const [index, { captureMicros, format }] of silence.entries()) {
      expect((captureMicros - START) / PACKET_MICROS).toBeCloseTo(index, 2);
      expect(format).toBe(AAC);
    }
    const before = silence.length;
    expect(before).toBeGreaterThan(250);
    send(6000, 8000, true);
    expect(silence).toHaveLength(before);
    expect(taken).toEqual(["added v-single", "added aac"]);
  });

  it("have none where no sound is expected", () => {
    send(0, 5000, false);
    expect(silence).toEqual([]);
  });
});

it("silence of AAC is what decoders hear as such, between frames of sound", () => {
  const value = (seconds: number) => 0.5 * Math.sin(2 * Math.PI * 1000 * seconds);
  for (const channels of [1, 2] as const) {
    const sound = aacUnits({ startMicros: START, seconds: 1, sampleRate: 48_000, channels, value });
    const { format } = sound[0]!;
    if (format.kind !== "audio") throw new Error("no sound");
    const { data, samples } = silentPacket(format)!;
    const packets = [...sound.map((unit) => unit.data), ...Array<Uint8Array>(20).fill(data)];
    const decoded = decodeSound(FF_DECODER_AAC, format.configuration, packets);
    expect(decoded).toHaveLength(packets.length);
    expect(decoded.every((frame) => frame.length === samples)).toBe(true);
    const loudness = decoded.map((frame) => Math.max(...frame.map(Math.abs)));
    expect(loudness[10]).toBeGreaterThan(0.3);
    // The first one still fades what was before out.
    expect(Math.max(...loudness.slice(-19))).toBe(0);
  }
});
