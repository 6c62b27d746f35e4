/** Sums audio tracks into one. `close()` ends the sum, not the tracks it was made of. */
export function mixAudio(tracks: readonly MediaStreamTrack[]): { track: MediaStreamTrack; close(): void } {
  const context = new AudioContext();
  const sum = context.createMediaStreamDestination();
  for (const track of tracks) context.createMediaStreamSource(new MediaStream([track])).connect(sum);
  const mixed = sum.stream.getAudioTracks()[0];
  if (!mixed) throw new Error("the audio graph made no track");
  return {
    track: mixed,
    close() {
      mixed.stop();
      void context.close();
    },
  };
}
