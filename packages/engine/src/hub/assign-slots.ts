import { matchCodec } from "@sameroom/protocol";
import type { HubPublisher, HubSlot, HubSource, MediaKind, SlotFormat } from "./types.ts";

export interface Assignment {
  participant: string | null;
  source: HubSource | null;
  format: SlotFormat | null;
}

const EMPTY: Assignment = { participant: null, source: null, format: null };

/**
 * What each slot of one kind shows: the host first, then the others in the order they came on air. The newest source
 * of a kind counts for each publisher. Slots beyond the publishers stay empty; publishers beyond the slots are not shown.
 */
export function assignSlots(
  publishers: readonly HubPublisher[],
  slots: readonly HubSlot[],
  kind: MediaKind,
): Map<HubSlot, Assignment> {
  const shown = [...publishers]
    .sort((left, right) => Number(right.host) - Number(left.host))
    .map((publisher) => ({ publisher, source: lastOf(publisher.sources, kind) }))
    .filter((entry) => entry.source !== undefined);
  const assignments = new Map<HubSlot, Assignment>();
  let next = 0;
  for (const slot of slots) {
    if (slot.kind !== kind) continue;
    const entry = shown[next++];
    assignments.set(slot, entry === undefined ? EMPTY : assign(slot, entry.publisher, entry.source!));
  }
  return assignments;
}

function assign(slot: HubSlot, publisher: HubPublisher, source: HubSource): Assignment {
  const format = matchCodec(slot.formats, source.format) ?? null;
  return { participant: publisher.participant, source: format === null ? null : source, format };
}

function lastOf(sources: readonly HubSource[], kind: MediaKind): HubSource | undefined {
  return sources.findLast((source) => source.kind === kind);
}
