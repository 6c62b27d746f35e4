import { Emitter } from "@sameroom/base";
import type { ControlToMedia } from "@sameroom/contract";

/** How control wants a room treated. */
export type RoomPolicy = Omit<Extract<ControlToMedia, { type: "room-policy" }>, "type" | "room">;

/** Until control has said something: for holders of a token, and not recorded. */
export const UNKNOWN_POLICY: RoomPolicy = { broadcast: null, open: false, recordingMode: "off", title: "" };

/** Rooms remembered; control tells those on air again after every `hello`. */
const MAX_ROOMS = 10_000;

/** What control has said of each room. Kept in memory only, also while control is away. */
export class RoomPolicies extends Emitter<{ changed: [room: string, policy: RoomPolicy] }> {
  readonly #policies = new Map<string, RoomPolicy>();

  of(room: string): RoomPolicy {
    return this.#policies.get(room) ?? UNKNOWN_POLICY;
  }

  /** Takes an order of control over. */
  set(room: string, policy: RoomPolicy): void {
    this.#policies.delete(room);
    if (this.#policies.size >= MAX_ROOMS) this.#policies.delete(this.#policies.keys().next().value!);
    this.#policies.set(room, policy);
    this.emit("changed", room, policy);
  }
}
