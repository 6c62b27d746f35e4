import { BufferController } from "hls.js";

/** What a media source is told of its length; a range where viewers can go in a live show. */
export interface MediaLength {
  duration: number;
  start?: number;
  end?: number;
}

/** Of hls.js's controller, which its types keep to themselves. */
interface Internals {
  mediaSource: { duration: number } | null;
  getDurationAndRange(): MediaLength | null;
  updateMediaSource(length: MediaLength): void;
  updateDuration(): void;
}

/**
 * hls.js's buffers without what it does for each new playlist of a live show: waiting for both to be idle to write down how long it is by now. It takes a buffer
 * for idle that has yet to tell of it, so that now and then the next append fails, and after four of them the player begins anew: seconds without a
 * picture on slow machines. A show that goes on is of no known length (`liveDurationInfinity`), and where viewers can go is told at any time. ADR 0060.
 */
export class LiveBuffers extends BufferController {
  constructor(...given: ConstructorParameters<typeof BufferController>) {
    super(...given);
    const internals = this as unknown as Internals;
    const update = internals.updateDuration.bind(this);
    internals.updateDuration = () => updateLength(internals, update);
  }
}

/** Tells a media source its new length. `whenIdle` does so once nothing is written to its buffers. */
export function updateLength(
  internals: Pick<Internals, "mediaSource" | "getDurationAndRange" | "updateMediaSource">,
  whenIdle: () => void,
): void {
  const length = internals.getDurationAndRange();
  if (length !== null && length.duration === internals.mediaSource?.duration)
    internals.updateMediaSource(length);
  else whenIdle();
}
