/** RFC 6464: level 0 (loudest) to 127 (silence) in -dBov. */
export interface AudioLevel {
  voiceActivity: boolean;
  level: number;
}

/** Capture time as UQ32.32 NTP in two halves; the clock offset is Q32.32, signed, when the sender knows it. */
export interface AbsCaptureTime {
  ntpSeconds: number;
  ntpFraction: number;
  clockOffset?: bigint;
}

/** 3GPP TS 26.114 clause 7.4.5 (CVO): degrees clockwise the picture must be turned. */
export interface VideoOrientation {
  backCamera: boolean;
  flip: boolean;
  rotation: 0 | 90 | 180 | 270;
}

/** Playout delay limits in ms, multiples of 10, up to 40950. */
export interface PlayoutDelay {
  minMs: number;
  maxMs: number;
}

/** MID, RID and repaired RID (RFC 8843, RFC 8852): ASCII. Undefined when empty or with other bytes. */
export function readSdesText(data: Uint8Array): string | undefined {
  if (data.length === 0) return undefined;
  let text = "";
  for (const byte of data) {
    if (byte < 0x21 || byte > 0x7e) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The MID of a packet. */
export const readMid = readSdesText;
/** The RID of a packet: which simulcast layer it belongs to. */
export const readRid = readSdesText;

export function writeSdesText(text: string): Uint8Array {
  if (!/^[!-~]{1,255}$/.test(text)) throw new RangeError("a MID or RID is 1..255 visible ASCII characters");
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function readAudioLevel(data: Uint8Array): AudioLevel | undefined {
  if (data.length < 1) return undefined;
  return { voiceActivity: (data[0]! & 0x80) !== 0, level: data[0]! & 0x7f };
}

export function writeAudioLevel({ voiceActivity, level }: AudioLevel): Uint8Array {
  return Uint8Array.of((voiceActivity ? 0x80 : 0) | (level & 0x7f));
}

/** Transport-wide sequence number, 16 bits. */
export function readTransportSequence(data: Uint8Array): number | undefined {
  return data.length < 2 ? undefined : (data[0]! << 8) | data[1]!;
}

export function writeTransportSequence(sequenceNumber: number): Uint8Array {
  return Uint8Array.of(sequenceNumber >> 8, sequenceNumber);
}

/** Send time in 2^-18 s, 24 bits (wraps after 64 s). */
export function readAbsSendTime(data: Uint8Array): number | undefined {
  return data.length < 3 ? undefined : (data[0]! << 16) | (data[1]! << 8) | data[2]!;
}

export function writeAbsSendTime(value: number): Uint8Array {
  return Uint8Array.of(value >> 16, value >> 8, value);
}

/** abs-send-time of a moment in microseconds. */
export function absSendTimeOf(micros: number): number {
  return Math.floor(((micros % 64_000_000) * 262_144) / 1_000_000) & 0xff_ffff;
}

export function readAbsCaptureTime(data: Uint8Array): AbsCaptureTime | undefined {
  if (data.length !== 8 && data.length !== 16) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const time = { ntpSeconds: view.getUint32(0), ntpFraction: view.getUint32(4) };
  return data.length === 8 ? time : { ...time, clockOffset: view.getBigInt64(8) };
}

export function writeAbsCaptureTime(time: AbsCaptureTime): Uint8Array {
  const data = new Uint8Array(time.clockOffset === undefined ? 8 : 16);
  const view = new DataView(data.buffer);
  view.setUint32(0, time.ntpSeconds);
  view.setUint32(4, time.ntpFraction);
  if (time.clockOffset !== undefined) view.setBigInt64(8, time.clockOffset);
  return data;
}

export function readVideoOrientation(data: Uint8Array): VideoOrientation | undefined {
  if (data.length < 1) return undefined;
  const byte = data[0]!;
  return {
    backCamera: (byte & 8) !== 0,
    flip: (byte & 4) !== 0,
    rotation: ([0, 90, 180, 270] as const)[byte & 3]!,
  };
}

export function writeVideoOrientation({ backCamera, flip, rotation }: VideoOrientation): Uint8Array {
  return Uint8Array.of((backCamera ? 8 : 0) | (flip ? 4 : 0) | (rotation / 90));
}

export function readPlayoutDelay(data: Uint8Array): PlayoutDelay | undefined {
  if (data.length !== 3) return undefined;
  const minMs = ((data[0]! << 4) | (data[1]! >> 4)) * 10;
  return { minMs, maxMs: (((data[1]! & 15) << 8) | data[2]!) * 10 };
}

export function writePlayoutDelay({ minMs, maxMs }: PlayoutDelay): Uint8Array {
  const min = Math.min(4095, Math.max(0, Math.round(minMs / 10)));
  const max = Math.min(4095, Math.max(0, Math.round(maxMs / 10)));
  return Uint8Array.of(min >> 4, ((min & 15) << 4) | (max >> 8), max);
}
