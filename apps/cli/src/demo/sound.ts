/** Opus always runs at 48 kHz (RFC 7587 section 4.1). */
export const sampleRate = 48_000;
/** Samples of one 20 ms Opus frame. */
export const samplesPerFrame = 960;

/** The sound repeats after so many seconds; each note and swell below fits a whole number of times. */
const loopSeconds = 10;

/**
 * FFmpeg filter graph of the demo sound: three notes of an A major chord, stereo, each breathing at its own slow
 * pace, at about -30 dBFS: proof of sound that nobody minds in the background. Computed once, then repeated.
 */
export function soundGraph(): string {
  const note = (hertz: number, swellHertz: number, phase: number) =>
    `sin(2*PI*${hertz}*t)*(0.6+0.4*sin(2*PI*${swellHertz}*t+${phase}))`;
  const left = `0.022*(${note(220, 0.1, 0)}+${note(277.2, 0.2, 2)}+${note(329.6, 0.1, 4)})`;
  const right = `0.022*(${note(220, 0.2, 1)}+${note(277.2, 0.1, 3)}+${note(329.6, 0.2, 5)})`;
  const samples = loopSeconds * sampleRate;
  return (
    `aevalsrc=exprs='${left}|${right}':s=${sampleRate}:c=stereo:n=${samplesPerFrame}:d=${loopSeconds},` +
    `aformat=sample_fmts=flt:sample_rates=${sampleRate}:channel_layouts=stereo,` +
    `aloop=loop=-1:size=${samples},asetnsamples=${samplesPerFrame}`
  );
}
