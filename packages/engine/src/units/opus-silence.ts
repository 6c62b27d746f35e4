/** Stereo CELT frames at full bandwidth with the silence flag (RFC 6716 section 4.3): samples at 48 kHz, and TOC byte. */
const FRAMES: readonly (readonly [samples: number, toc: number])[] = [
  [960, 0xfc],
  [480, 0xf4],
  [240, 0xec],
  [120, 0xe4],
];

/** The shortest Opus frame, in samples at 48 kHz. */
export const LEAST_OPUS_SAMPLES = 120;

/** Packets of silence that sound as long as `samples` at 48 kHz, to the next 2.5 ms below. */
export function* opusSilence(samples: number): Generator<{ samples: number; data: Uint8Array }> {
  let left = samples;
  for (const [length, toc] of FRAMES) {
    for (; left >= length; left -= length) yield { samples: length, data: Uint8Array.of(toc, 0xff, 0xfe) };
  }
}
