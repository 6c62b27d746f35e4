/** Samples of one frame at 48 kHz, by the configuration of its TOC byte (RFC 6716 section 3.1, table 2). */
const SILK = [480, 960, 1920, 2880] as const;
const HYBRID = [480, 960] as const;
const CELT = [120, 240, 480, 960] as const;
/** 120 ms (RFC 6716 section 3.2.5, R5). */
const MOST_SAMPLES = 5760;

/** How long an Opus packet sounds, in samples at 48 kHz; 0 when it is malformed. Never throws. */
export function opusSamples(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const samples = frameSamples(toc >> 3) * frameCount(packet, toc & 3);
  return samples <= MOST_SAMPLES ? samples : 0;
}

function frameSamples(configuration: number): number {
  if (configuration < 12) return SILK[(configuration & 3) as 0 | 1 | 2 | 3];
  if (configuration < 16) return HYBRID[(configuration & 1) as 0 | 1];
  return CELT[(configuration & 3) as 0 | 1 | 2 | 3];
}

/** RFC 6716 sections 3.2.2 to 3.2.5: one frame, two alike, two, any number. */
function frameCount(packet: Uint8Array, code: number): number {
  switch (code) {
    case 0:
      return 1;
    case 1:
      return packet.length % 2 === 1 ? 2 : 0;
    case 2:
      return packet.length >= 2 ? 2 : 0;
    default:
      return (packet[1] ?? 0) & 63;
  }
}
