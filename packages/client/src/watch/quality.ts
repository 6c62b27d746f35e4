import type { Slot } from "@sameroom/contract";
import type { QualityChoice, QualityState } from "../types.ts";

/** What a viewer chose and what their slot shows; `slot` is undefined until the server told. */
export function qualityOf(choice: QualityChoice, slot: Slot | undefined): QualityState {
  if (slot === undefined) return { choice, layers: [], layer: null, switchingTo: null, reason: "empty" };
  const { layers, layer, target, reason } = slot;
  return { choice, layers, layer, switchingTo: target === layer ? null : target, reason };
}

/** The choice as the server takes it. */
export function layerOf(choice: QualityChoice): string {
  return choice === "audio" ? "off" : choice;
}
