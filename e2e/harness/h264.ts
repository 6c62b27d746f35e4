import type { Page } from "playwright-core";
import type { RtpPacket } from "werift";

const STAP_A = 24;
const FU_A = 28;
const START_CODE = Buffer.from([0, 0, 0, 1]);

/** The first picture of a stream as Annex B bytes (RFC 6184), its packets in order and none missing; else undefined. */
export function firstPicture(packets: readonly RtpPacket[]): Buffer | undefined {
  const [first] = packets;
  const picture = packets.filter(({ header }) => header.timestamp === first?.header.timestamp);
  const complete = picture.every(
    ({ header }, index) =>
      header.sequenceNumber === ((first!.header.sequenceNumber + index) & 0xffff) &&
      header.marker === (index === picture.length - 1),
  );
  return picture.length > 0 && complete
    ? Buffer.concat(picture.flatMap(({ payload }) => unpack(payload)))
    : undefined;
}

function unpack(payload: Buffer): Buffer[] {
  const type = payload[0]! & 31;
  if (type === FU_A) {
    const begins = (payload[1]! & 0x80) !== 0;
    const body = payload.subarray(2);
    const header = Buffer.from([(payload[0]! & 0xe0) | (payload[1]! & 31)]);
    return begins ? [START_CODE, header, body] : [body];
  }
  if (type !== STAP_A) return [START_CODE, payload];
  const units: Buffer[] = [];
  for (let at = 1; at + 2 <= payload.length; ) {
    const length = payload.readUInt16BE(at);
    units.push(START_CODE, payload.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return units;
}

/** Decodes one picture with the browser's decoder; rejects when it is not a whole keyframe. */
export function decodePicture(page: Page, annexB: Buffer): Promise<{ width: number; height: number }> {
  return page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new Promise<{ width: number; height: number }>((resolve, reject) => {
      const decoder = new VideoDecoder({
        output: (frame) => {
          resolve({ width: frame.displayWidth, height: frame.displayHeight });
          frame.close();
        },
        error: reject,
      });
      decoder.configure({ codec: "avc1.42e01f", optimizeForLatency: true });
      decoder.decode(new EncodedVideoChunk({ type: "key", timestamp: 0, data }));
      decoder.flush().catch(reject);
    });
  }, annexB.toString("base64"));
}
