/** Opus always runs at 48 kHz (RFC 7587 section 4.1). */
export const sampleRate = 48_000;
/** Samples of one 20 ms Opus frame. */
export const samplesPerFrame = 960;

/**
 * FFmpeg filter graph of the demo sound: three notes of an A major chord, stereo, each breathing at its own slow
 * pace, at about -30 dBFS: proof of sound that nobody minds in the background.
 */
export function soundGraph(): string {
  const note = (hertz: number, swellHertz: number, phase: number) =>
    `sin(2*PI*${hertz}*t)*(0.6+0.4*sin(2*PI*${swellHertz}*t+${phase}))`;
  const left = `0.022*(${note(220, 0.11, 0)}+${note(277.18, 0.07, 2)}+${note(329.63, 0.13, 4)})`;
  const right = `0.022*(${note(220, 0.09, 1)}+${note(277.18, 0.12, 3)}+${note(329.63, 0.08, 5)})`;
  return (
    `aevalsrc=exprs='${left}|${right}':s=${sampleRate}:c=stereo:n=${samplesPerFrame},` +
    `aformat=sample_fmts=flt:sample_rates=${sampleRate}:channel_layouts=stereo,abuffersink`
  );
}
