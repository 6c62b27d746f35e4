import type { HubPort, SlotFormat } from "@sameroom/engine";
import type { OutputId, SourceId } from "@sameroom/native";
import type { ViewerSession } from "../egress/viewer-session.ts";
import type { IncomingTrack } from "../ingest/incoming-track.ts";

/** Brings what the hub decides to the viewers it concerns: it speaks in ids, they hold the tracks. */
export class Switchboard implements HubPort {
  readonly #tracks = new Map<number, IncomingTrack>();
  readonly #viewers = new Map<OutputId, ViewerSession>();

  addTrack(track: IncomingTrack): void {
    this.#tracks.set(track.id, track);
  }

  removeTrack(track: IncomingTrack): void {
    this.#tracks.delete(track.id);
  }

  addViewer(viewer: ViewerSession): void {
    for (const { output } of viewer.slots) this.#viewers.set(output, viewer);
  }

  removeViewer(viewer: ViewerSession): void {
    for (const { output } of viewer.slots) this.#viewers.delete(output);
  }

  show(output: OutputId, track: number, format: SlotFormat): void {
    const found = this.#tracks.get(track);
    if (found !== undefined) this.#viewers.get(output)?.show(output, found, format);
  }

  clear(output: OutputId): void {
    this.#viewers.get(output)?.clear(output);
  }

  /** The wire says that `output` has begun to show `source`, with the packet of this sequence number. */
  switched(output: OutputId, source: SourceId, first: number): void {
    this.#viewers.get(output)?.switched(output, source, first);
  }

  /** Layers of the track came, went or changed: whoever carries it decides anew. */
  layersChanged(track: IncomingTrack): void {
    for (const viewer of new Set(this.#viewers.values())) viewer.trackChanged(track);
  }
}
