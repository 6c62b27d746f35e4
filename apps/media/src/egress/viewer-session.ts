import type { GoneReason, MediaSession, SlotsResponse, SlotWish } from "@sameroom/contract";
import { type HubSlot, RedundancySwitch, type SlotFormat, type SlotState } from "@sameroom/engine";
import type { Wire } from "@sameroom/native";
import { serializeRtcp, type ViewerSlot } from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import type { IncomingTrack } from "../ingest/incoming-track.ts";
import { EventStreams } from "../node/event-streams.ts";
import type { MediaCounters } from "../node/media-counters.ts";
import { MediaError } from "../node/media-error.ts";
import type { MediaSessionState } from "../node/media-session.ts";
import { overdue } from "../node/overdue.ts";
import type { PeerConnection } from "../transport/peer-connection.ts";
import { presentSlot } from "./present-slots.ts";
import { SlotOutput } from "./slot-output.ts";
import { ViewerFeedback } from "./viewer-feedback.ts";
import { ViewerLayers } from "./viewer-layers.ts";
import { ViewerPath } from "./viewer-path.ts";

export interface ViewerSessionOptions extends MediaSessionState {
  connection: PeerConnection;
  auth: Authenticated;
  slots: readonly ViewerSlot[];
  paused: boolean;
  /** For the guests alone. */
  company: boolean;
  wire: Wire;
  counters: MediaCounters;
  nowMs: () => number;
  unixMs: () => number;
}

/** Layers are decided anew at least so often ... */
const ALLOCATE_INTERVAL_MS = 500;
/** ... when the estimate has moved by this share ... */
const ESTIMATE_STEP = 0.05;
/** ... and when wishes have changed: at once, but for sizes that follow each other within this time. */
const DEBOUNCE_MS = 100;
/** Left to each audio slot that is heard: Opus at its usual rate, headers included. */
const AUDIO_BPS = 48_000;
const ALL_TEMPORAL_LAYERS = 7;
/** Warmed up, and nothing is wanted of it: given up after so long. */
const WARM_UNUSED_MS = 30_000;

/** Somebody watching by WHEP: the outputs behind their slots, the network to them, and the repairs they ask for. */
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
  readonly company: boolean;
  readonly path: ViewerPath;
  /** Who listens to what this session has to say, over HTTP. */
  readonly listeners = new EventStreams();
  readonly #options: ViewerSessionOptions;
  readonly #outputs: readonly SlotOutput[];
  readonly #bySsrc = new Map<number, SlotOutput>();
  readonly #layers: ViewerLayers;
  readonly #feedback: ViewerFeedback;
  readonly #redundancy = new RedundancySwitch();
  #pausedAtMs: number | undefined;
  #allocatedAtMs = Number.NEGATIVE_INFINITY;
  #allocatedBps = 0;
  #wishedAtMs = Number.NEGATIVE_INFINITY;
  /** Something changed that layers depend on. */
  #stale = false;
  #planned = false;
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
    this.company = options.company;
    this.#pausedAtMs = options.paused ? options.nowMs() : undefined;
    this.#outputs = options.slots.map((slot) => this.#addOutput(slot));
    this.slots = this.#outputs.map(({ slot }) => slot);
    this.#layers = new ViewerLayers(this.#outputs.filter(({ slot }) => slot.kind === "video"));
    const { wire, unixMs, counters } = options;
    this.path = new ViewerPath({ wire, unixMs, peer: this.connection.peer });
    this.#feedback = new ViewerFeedback({
      outputs: this.#bySsrc,
      path: this.path,
      wire,
      counters,
      send: (packets) => wire.sendRtcp(this.connection.peer, serializeRtcp(packets)),
      onEstimate: (nowMs) => this.#afterEstimate(nowMs),
    });
  }

  /** The media section that carries the transport. */
  get firstSection(): { kind: "audio" | "video"; mid: string } {
    return this.slots[0]!;
  }

  /** Warmed up, or paused: nothing is sent. */
  get paused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  /** Audio is sent with redundancy. */
  get redundant(): boolean {
    return this.#redundancy.on && this.#outputs.some(({ slot, target }) => slot.kind === "audio" && target);
  }

  /** How long nothing has been wanted, ms; 0 when something is. */
  pausedForMs(nowMs: number): number {
    return this.#pausedAtMs === undefined ? 0 : nowMs - this.#pausedAtMs;
  }

  setPaused(paused: boolean, nowMs: number): void {
    if (paused !== this.paused) this.#pausedAtMs = paused ? nowMs : undefined;
  }

  handleRtcp(compound: Uint8Array, arrivalMicros: number): void {
    this.#feedback.handle(compound, this.#options.nowMs(), arrivalMicros);
  }

  /** The slot behind this output carries this track from now on. */
  show(output: number, track: IncomingTrack, format: SlotFormat): void {
    const slot = this.#outputOf(output);
    if (slot === undefined) return;
    if (slot.slot.kind === "video") this.#layers.release(slot);
    slot.track = track;
    slot.format = format;
    if (slot.slot.kind === "audio") this.#hear(slot);
    else this.#replan();
    this.#paceBeginning(track);
  }

  /** The slot behind this output carries nothing any more. */
  clear(output: number): void {
    const slot = this.#outputOf(output);
    if (slot === undefined) return;
    this.#layers.release(slot);
    slot.track = undefined;
    slot.format = undefined;
    slot.detach();
    this.#replan();
  }

  /** Streams of this track have come, gone or changed. */
  trackChanged(track: IncomingTrack): void {
    for (const output of this.#outputs) {
      if (output.track !== track) continue;
      this.#paceBeginning(track);
      if (output.slot.kind === "audio") this.#hear(output);
      else this.#replan();
    }
  }

  #paceBeginning(track: IncomingTrack): void {
    if (track.streams.some(({ startsFromPast }) => startsFromPast))
      this.path.paceBeginning(this.#options.nowMs());
  }

  /** Layers have come, gone or changed: decides anew once all that happens now has happened. */
  #replan(): void {
    this.#stale = true;
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      if (this.closedFor === undefined && this.#stale) this.#allocate(this.#options.nowMs());
    });
  }

  /** Takes what the viewer wants in their slots. Throws `request.invalid` for a slot that is not there, and for pictures to leave out. */
  wish(wishes: readonly SlotWish[], nowMs: number): void {
    for (const { mid, leaveOutMs } of wishes) {
      const slot = this.slots.find((each) => each.mid === mid);
      if (slot === undefined) throw new MediaError("request.invalid", `there is no slot ${mid}`);
      if (leaveOutMs === undefined || slot.kind === "audio") continue;
      throw new MediaError("request.invalid", `slot ${mid} carries pictures; only sound can be left out`);
    }
    let chosen = false;
    for (const { mid, width, height, layer, priority, leaveOutMs } of wishes) {
      const output = this.#outputs.find(({ slot }) => slot.mid === mid)!;
      if (leaveOutMs !== undefined) output.leaveOut(nowMs + leaveOutMs);
      const kept = this.#layers.wishesOf(output);
      if (kept === undefined) continue;
      chosen ||= layer !== undefined && layer !== kept.choice;
      kept.width = width ?? kept.width;
      kept.height = height ?? kept.height;
      kept.choice = layer ?? kept.choice;
      kept.priority = priority ?? kept.priority;
    }
    this.#stale = true;
    if (!chosen && nowMs - this.#wishedAtMs < DEBOUNCE_MS) return;
    this.#wishedAtMs = nowMs;
    this.#allocate(nowMs);
  }

  /** Decides what is still to be decided, now. */
  settle(): void {
    if (this.#planned) this.#allocate(this.#options.nowMs());
  }

  /** Lets time pass: paces, probes, decides. About ten times a second. */
  tick(nowMs: number): void {
    const { path } = this;
    path.poll(nowMs, this.connection.selectedAddress);
    for (const output of this.#outputs) output.tick(nowMs);
    const { estimateBps, lossRatio } = path.estimate;
    const redundant = this.#redundancy.on;
    if (this.#redundancy.update(nowMs, lossRatio) !== redundant) this.#hearAll();
    this.#probe(nowMs);
    const moved = Math.abs(estimateBps - this.#allocatedBps) > this.#allocatedBps * ESTIMATE_STEP;
    if (this.#stale || moved || nowMs - this.#allocatedAtMs >= ALLOCATE_INTERVAL_MS) this.#allocate(nowMs);
  }

  /** The wire says that `output` has begun to show `source`, with the packet of this sequence number. */
  switched(output: number, source: number, first: number): void {
    const direction = this.#outputOf(output)?.switched(source, first, this.#options.nowMs());
    if (direction === "up") this.#options.counters.layerUps += 1;
    else if (direction === "down") this.#options.counters.layerDowns += 1;
  }

  /** Why it should be closed by now, or undefined. */
  overdue(nowMs: number): GoneReason | undefined {
    const reason = overdue(this, nowMs);
    if (reason !== undefined || this.connection.state === "new") return reason;
    return this.pausedForMs(nowMs) > WARM_UNUSED_MS ? "expired" : undefined;
  }

  /** The session is over: gives up all slots, and the peer with their outputs. */
  release(): void {
    for (const output of this.#outputs) {
      this.#layers.release(output);
      output.forget();
    }
    this.listeners.close();
    this.connection.close();
  }

  /** What control is told. */
  present(): MediaSession {
    const { participant, name, role } = this.auth.identity;
    const { id, room, sinceUnixMs } = this;
    return { id, room, participant, name, role, protocol: "whep", sinceUnixMs };
  }

  /** What each slot shows and why, with the hub's view of them; before the viewer is connected the hub has none. */
  presentSlots(states: readonly SlotState[]): SlotsResponse {
    const { estimate, measured } = this.path;
    return {
      paused: this.paused,
      slots: this.#outputs.map((output, index) =>
        presentSlot(output, {
          state: states[index],
          wishes: this.#layers.wishesOf(output),
          decision: this.#layers.decisionOf(output),
        }),
      ),
      path: {
        estimate: measured ? Math.round(estimate.estimateBps) : null,
        roundTripMs: estimate.roundTripMs ?? null,
        lossRatio: measured ? estimate.lossRatio : null,
        transport: transportOf(this.connection.selectedAddress),
      },
    };
  }

  /** Down at once; everything else has time until the next tick. */
  #afterEstimate(nowMs: number): void {
    const { estimateBps } = this.path.estimate;
    if (estimateBps < this.#allocatedBps * (1 - ESTIMATE_STEP)) this.#allocate(nowMs);
    this.#probe(nowMs);
  }

  #allocate(nowMs: number): void {
    const { estimateBps } = this.path.estimate;
    this.#stale = false;
    this.#allocatedAtMs = nowMs;
    this.#allocatedBps = estimateBps;
    const heard = this.#outputs.filter(({ slot, target }) => slot.kind === "audio" && target).length;
    const audioBps = heard * AUDIO_BPS * (this.#redundancy.on ? 2 : 1);
    this.#layers.allocate(nowMs, Math.max(0, estimateBps - audioBps));
    const { wantedBps } = this.#layers;
    this.path.setWanted(this.paused || wantedBps + audioBps === 0 ? 0 : wantedBps + audioBps);
  }

  #probe(nowMs: number): void {
    const output = this.#outputs.find(
      ({ slot, shown, format }) => slot.kind === "video" && shown && format?.rtxPayloadType !== undefined,
    );
    if (output === undefined) return;
    const probe = this.path.takeProbe(nowMs);
    if (probe === undefined) return;
    this.#options.counters.probes += 1;
    this.#options.wire.probe(output.slot.output, probe);
  }

  #hear(output: SlotOutput): void {
    const stream = output.track?.streams.at(-1);
    if (stream === undefined) return;
    output.attach({ stream, maxTemporalLayer: ALL_TEMPORAL_LAYERS, redundant: this.#redundancy.on });
  }

  #hearAll(): void {
    for (const output of this.#outputs) if (output.slot.kind === "audio") this.#hear(output);
  }

  #addOutput(slot: ViewerSlot): SlotOutput {
    const { wire } = this.#options;
    const withRtx = slot.codecs.some((codec) => codec.rtxPayloadType !== undefined);
    const id = wire.addOutput({
      peer: this.connection.peer,
      kind: slot.kind,
      ssrc: slot.ssrc,
      ...(withRtx ? { rtxSsrc: slot.rtxSsrc } : {}),
      mid: slot.mid,
      extensions: slot.extensions,
    });
    const output = new SlotOutput({ output: id, mid: slot.mid, kind: slot.kind, formats: slot.codecs }, wire);
    this.#bySsrc.set(slot.ssrc, output);
    return output;
  }

  #outputOf(id: number): SlotOutput | undefined {
    return this.#outputs.find(({ slot }) => slot.output === id);
  }
}

function transportOf(address: string | undefined): "udp" | "tcp" | null {
  if (address === undefined) return null;
  return address.startsWith("tcp:") ? "tcp" : "udp";
}
