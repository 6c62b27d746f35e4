import type { GoneReason, MediaSession, Slot } from "@sameroom/contract";
import { type HubSlot, NackPatience, ResendBudget, type SlotState } from "@sameroom/engine";
import type { Wire } from "@sameroom/native";
import { parseRtcp, type ViewerSlot } from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import type { MediaSessionState } from "../node/media-session.ts";
import type { PeerConnection } from "../transport/peer-connection.ts";

/** What a viewer session tells its node; declared here, implemented there. */
export interface ViewerEvents {
  /** The decoder behind this output needs a keyframe. */
  keyframeWanted(output: number): void;
}

export interface ViewerSessionOptions extends MediaSessionState {
  connection: PeerConnection;
  auth: Authenticated;
  slots: readonly ViewerSlot[];
  paused: boolean;
  wire: Wire;
  events: ViewerEvents;
  nowMs: () => number;
}

/** A packet older than this is of no use to a viewer who wants to stay within half a second. */
const RESEND_MAX_AGE_MS = 450;
/** A decoder asks again and again while it waits; the publisher is not bothered more often than this by one viewer. */
const PLI_INTERVAL_MS = 1000;

/** Somebody watching by WHEP: the outputs behind their slots, and the repairs they ask for. */
export class ViewerSession {
  readonly kind = "viewer";
  readonly id: string;
  readonly room: string;
  readonly sinceUnixMs: number;
  readonly sinceMs: number;
  readonly connection: PeerConnection;
  readonly auth: Authenticated;
  /** Slots as the hub sees them, in the order of the media sections. */
  readonly slots: HubSlot[];
  readonly #options: ViewerSessionOptions;
  readonly #outputs = new Map<number, number>();
  readonly #budgets = new Map<number, ResendBudget>();
  readonly #patience = new Map<number, NackPatience>();
  readonly #pliAtMs = new Map<number, number>();
  #pausedAtMs: number | undefined;
  closedFor: GoneReason | undefined;
  /** Whether control was told of it. */
  announced = false;

  constructor(options: ViewerSessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.room = options.room;
    this.sinceUnixMs = options.sinceUnixMs;
    this.sinceMs = options.sinceMs;
    this.connection = options.connection;
    this.auth = options.auth;
    this.#pausedAtMs = options.paused ? options.nowMs() : undefined;
    this.slots = options.slots.map((slot) => this.#addOutput(slot));
  }

  /** The media section that carries the transport. */
  get firstSection(): { kind: "audio" | "video"; mid: string } {
    return this.slots[0]!;
  }

  /** Warmed up, or paused: nothing is sent. */
  get paused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  /** How long nothing has been wanted, ms; 0 when something is. */
  pausedForMs(nowMs: number): number {
    return this.#pausedAtMs === undefined ? 0 : nowMs - this.#pausedAtMs;
  }

  setPaused(paused: boolean, nowMs: number): void {
    if (paused !== this.paused) this.#pausedAtMs = paused ? nowMs : undefined;
  }

  handleRtcp(compound: Uint8Array): void {
    const packets = parseRtcp(compound);
    if (packets === undefined) return;
    for (const packet of packets) {
      if (packet.type === "nack") this.#resend(packet.mediaSsrc, packet.sequenceNumbers);
      else if (packet.type === "pli") this.#keyframeWanted(packet.mediaSsrc);
      else if (packet.type === "fir") for (const { ssrc } of packet.entries) this.#keyframeWanted(ssrc);
    }
  }

  /** What control is told. */
  present(): MediaSession {
    const { participant, name, role } = this.auth.identity;
    return {
      id: this.id,
      room: this.room,
      participant,
      name,
      role,
      protocol: "whep",
      sinceUnixMs: this.sinceUnixMs,
    };
  }

  #addOutput(slot: ViewerSlot): HubSlot {
    const { wire } = this.#options;
    const withRtx = slot.codecs.some((codec) => codec.rtxPayloadType !== undefined);
    const output = wire.addOutput({
      peer: this.connection.peer,
      kind: slot.kind,
      ssrc: slot.ssrc,
      ...(withRtx ? { rtxSsrc: slot.rtxSsrc } : {}),
      mid: slot.mid,
      extensions: slot.extensions,
    });
    this.#outputs.set(slot.ssrc, output);
    return { output, mid: slot.mid, kind: slot.kind, formats: slot.codecs };
  }

  #resend(ssrc: number, sequenceNumbers: readonly number[]): void {
    const output = this.#outputs.get(ssrc);
    if (output === undefined) return;
    if (this.#patienceOf(output).take(this.#options.nowMs(), sequenceNumbers)) this.#keyframeWanted(ssrc);
    const sent = this.#options.wire.outputStats(output)?.packets ?? 0;
    const granted = this.#budgetOf(output).take(sequenceNumbers.length, sent);
    if (granted === 0) return;
    this.#options.wire.resend(output, sequenceNumbers.slice(0, granted), RESEND_MAX_AGE_MS);
  }

  #budgetOf(output: number): ResendBudget {
    let budget = this.#budgets.get(output);
    if (budget === undefined) {
      budget = new ResendBudget();
      this.#budgets.set(output, budget);
    }
    return budget;
  }

  #patienceOf(output: number): NackPatience {
    let patience = this.#patience.get(output);
    if (patience === undefined) {
      patience = new NackPatience();
      this.#patience.set(output, patience);
    }
    return patience;
  }

  #keyframeWanted(ssrc: number): void {
    const output = this.#outputs.get(ssrc);
    if (output === undefined) return;
    const nowMs = this.#options.nowMs();
    if (nowMs - (this.#pliAtMs.get(ssrc) ?? Number.NEGATIVE_INFINITY) < PLI_INTERVAL_MS) return;
    this.#pliAtMs.set(ssrc, nowMs);
    this.#options.events.keyframeWanted(output);
  }
}

/** Slots as the HTTP interface shows them. */
export function presentSlots(states: readonly SlotState[]): Slot[] {
  return states.map(({ mid, kind, participant, source }) => ({
    mid,
    kind,
    source: source === null ? null : participant,
  }));
}
