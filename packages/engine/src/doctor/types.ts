import type { UnitFormat } from "@sameroom/protocol";

/** Names of what can be found; the same as in the contract. */
export type SymptomCode =
  | "b-frames"
  | "keyframes-far"
  | "keyframes-uneven"
  | "frame-rate-variable"
  | "sound-missing"
  | "sound-silent"
  | "sound-clipped"
  | "sound-skew"
  | "clock-drift"
  | "upload-loss"
  | "upload-slow"
  | "bitrate-low"
  | "bitrate-high"
  | "codec-bridged"
  | "codec-unsupported"
  | "two-encoders";

/** What a measure says of this moment. */
export interface Symptom {
  code: SymptomCode;
  severity: "info" | "warning" | "problem";
  repaired: boolean;
  /** Rounded, so that what does not matter is no change. */
  values: Record<string, number | string>;
}

/** A symptom that has lasted. */
export interface DoctorFinding extends Symptom {
  /** Milliseconds since 1970. */
  sinceUnixMs: number;
}

/** Of a unit, what matters here. */
export interface ExaminedUnit {
  format: UnitFormat;
  /** When it was captured, on the node's clock, µs since 1970. */
  captureMicros: number;
  compositionMicros: number;
  keyframe: boolean;
  data: { byteLength: number };
}

/** How the way to the server is, since the last report; what nobody can tell is undefined. */
export interface TransportReport {
  /** Lost for good, 0..1. */
  lossRatio?: number | undefined;
  /** Came only by asking again, 0..1. */
  repairedRatio?: number | undefined;
  /** A layer of the picture that viewers want does not come. */
  layerMissing?: boolean | undefined;
  /** How much faster the encoder's clock runs than ours, parts in a million. */
  driftPpm?: number | undefined;
  /** Another encoder with the same stream key tries to take its place. */
  hasRival?: boolean | undefined;
  /** Names of codecs it sends that cannot be taken. */
  unsupported?: readonly string[] | undefined;
}
