import type { Slot, SlotLayer, SlotReason } from "@sameroom/contract";
import type { LayerFacts, SlotDecision, SlotState } from "@sameroom/engine";
import type { SlotOutput } from "./slot-output.ts";
import type { SlotWishes } from "./viewer-layers.ts";

/** A slot as the HTTP interface shows it. `state` is the hub's view, undefined before the viewer is connected. */
export function presentSlot(
  output: SlotOutput,
  known: {
    state: SlotState | undefined;
    /** Undefined for audio. */
    wishes: SlotWishes | undefined;
    decision: SlotDecision | undefined;
  },
): Slot {
  const { slot, track, shown, target } = output;
  const { state, wishes, decision } = known;
  const isVideo = slot.kind === "video";
  const idOf = (source: number | undefined) =>
    track?.layers.find((each) => each.source === source)?.id ?? null;
  return {
    mid: slot.mid,
    kind: slot.kind,
    source: state?.reason === "shown" ? state.participant : null,
    reason: reasonOf(state, decision, isVideo),
    layers: isVideo ? [...(track?.layers ?? [])].reverse().map(presentLayer) : [],
    layer: isVideo ? idOf(shown?.source) : null,
    target: isVideo ? idOf(target?.source) : null,
    choice: wishes?.choice ?? "auto",
  };
}

function reasonOf(
  state: SlotState | undefined,
  decision: SlotDecision | undefined,
  isVideo: boolean,
): SlotReason {
  if (state === undefined) return "empty";
  if (state.reason !== "shown") return state.reason;
  return isVideo ? (decision?.reason ?? "shown") : "shown";
}

function presentLayer({ id, width, height, framesPerSecond, bitrateBps, flowing }: LayerFacts): SlotLayer {
  return {
    ...{ id, width, height },
    framesPerSecond: Math.round(framesPerSecond * 10) / 10,
    bitrate: flowing ? Math.round(bitrateBps) : 0,
    active: flowing,
  };
}
