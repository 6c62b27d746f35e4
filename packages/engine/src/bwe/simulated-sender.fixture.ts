import type { SeededRandom } from "@sameroom/base/testing";
import type { SentPacketLookup } from "../feedback/transport-feedback-reader.ts";
import type { BandwidthEstimator } from "./bandwidth-estimator.ts";

export interface SimulatedPacket {
  /** Transport-wide sequence number, unwrapped. */
  sequence: number;
  size: number;
  sentMs: number;
  /** Sequence number in the video stream, if it belongs to it. */
  media: number | undefined;
  /** The last of a switch's keyframe: the layer it begins, and its first packet in the video stream. */
  begins: Beginning | undefined;
}

export interface Beginning {
  layer: number;
  from: number;
}

interface Waiting {
  size: number;
  media: number | undefined;
  begins: Beginning | undefined;
}

/** What becomes of the packets of a layer that wait when another one's keyframe is there. */
export type QueueAtSwitch = "abandoned" | "kept";

const AUDIO_BYTES = 130;
const FRAMES_PER_SECOND = 30;
const KEYFRAME_SIZE = 5;
const KEYFRAME_INTERVAL_MS = 4000;
const KEYFRAME_WAIT_MS = 150;
const PACKET_BYTES = 1150;
const UP_HOLD_MS = 500;
const REMEMBERED = 4096;
const MAX_QUEUE_BYTES = 400_000;
/** Of a queue as the wire has it: what would wait for longer at the pace is given up, but for the keyframe of a switch. */
const MAX_QUEUE_MS = 500;

/** Sends audio and one of several video layers as the estimate allows, paced, with probes and retransmissions. */
export class SimulatedSender {
  readonly sent: SentPacketLookup;
  /** Layer on the wire; -1: none. */
  layer = 0;
  sentBytes = 0;
  probes = 0;
  readonly #estimator: BandwidthEstimator;
  readonly #random: SeededRandom;
  readonly #layers: readonly number[];
  readonly #probeMs: number;
  readonly #memory = new Float64Array(REMEMBERED * 3);
  readonly #queueAtSwitch: QueueAtSwitch | undefined;
  readonly #mediaSizes = new Map<number, { size: number; atMs: number; begins: Beginning | undefined }>();
  #sequence = 65_000;
  #media = 0;
  #sentMedia = -1;
  /** The first packet of a smaller layer: what came before is not repaired any more. */
  #fellAt = 0;
  #queue: Waiting[] = [];
  #queueBytes = 0;
  #tokens = 0;
  #frameAtMs = 0;
  #keyframeAtMs = 0;
  #switchTo: { layer: number; atMs: number } | undefined;
  #fitsSinceMs: number | undefined;
  #probe: { cluster: number; rateBps: number; left: number; tokens: number } | undefined;

  constructor(
    estimator: BandwidthEstimator,
    random: SeededRandom,
    options: { layers: readonly number[]; probeMs: number; queueAtSwitch?: QueueAtSwitch | undefined },
  ) {
    const { layers } = options;
    this.#queueAtSwitch = options.queueAtSwitch;
    this.#probeMs = options.probeMs;
    this.#estimator = estimator;
    this.#random = random;
    this.#layers = layers;
    estimator.setWanted(layers.at(-1)! * 1.05 + 60_000);
    const memory = this.#memory;
    const sender = this;
    let at = 0;
    this.sent = {
      find(sequence) {
        const full = sender.#sequence - ((sender.#sequence - sequence) & 0xffff);
        at = (full % REMEMBERED) * 3;
        return sender.#sequence - full <= REMEMBERED && full < sender.#sequence;
      },
      get sentMicros() {
        return memory[at]!;
      },
      get size() {
        return memory[at + 1]!;
      },
      get cluster() {
        return memory[at + 2]!;
      },
    };
  }

  /** Packets that leave now. */
  poll(nowMs: number): SimulatedPacket[] {
    const packets: SimulatedPacket[] = [];
    if (nowMs % 20 === 0) packets.push(this.#packet(nowMs, { size: AUDIO_BYTES }));
    this.#choose(nowMs);
    if (nowMs >= this.#frameAtMs) this.#frame(nowMs);
    const { path } = this.#estimator;
    this.#tokens = Math.min(path.burstBytes, this.#tokens + path.pacingBps / 8000);
    while (this.#tokens > 0 && this.#queue.length > 0) {
      const next = this.#queue.shift()!;
      this.#queueBytes -= next.size;
      this.#tokens -= next.size;
      packets.push(this.#packet(nowMs, next));
    }
    this.#sendProbe(nowMs, packets);
    return packets;
  }

  /** A NACK came. */
  resend(nowMs: number, sequences: readonly number[]): void {
    const abandons = this.#queueAtSwitch === "abandoned";
    if (abandons && this.#switchTo !== undefined && this.#switchTo.layer < this.layer) return;
    for (const sequence of sequences) {
      if (abandons && sequence < this.#fellAt) continue;
      const found = this.#mediaSizes.get(sequence);
      if (found !== undefined && nowMs - found.atMs < 400) {
        this.#queue.unshift({ size: found.size, media: sequence, begins: found.begins });
        this.#queueBytes += found.size;
      }
    }
  }

  #choose(nowMs: number): void {
    const budget = this.#estimator.path.estimateBps - 60_000;
    let best = this.#layers[0]! * 0.8 > budget ? -1 : 0;
    for (let layer = 1; layer < this.#layers.length; layer++)
      if (this.#layers[layer]! * 1.05 <= budget) best = layer;
    if (best > this.layer) this.#fitsSinceMs ??= nowMs;
    else this.#fitsSinceMs = undefined;
    const target = best > this.layer && nowMs - this.#fitsSinceMs! < UP_HOLD_MS ? this.layer : best;
    if (target === this.layer) this.#switchTo = undefined;
    else if (this.#switchTo?.layer !== target)
      this.#switchTo = { layer: target, atMs: nowMs + KEYFRAME_WAIT_MS };
  }

  #frame(nowMs: number): void {
    this.#frameAtMs = nowMs + 1000 / FRAMES_PER_SECOND;
    let keyframe = nowMs >= this.#keyframeAtMs;
    const switches = this.#switchTo !== undefined && nowMs >= this.#switchTo.atMs;
    if (this.#switchTo !== undefined && switches) {
      if (this.#queueAtSwitch === "abandoned") this.#abandonQueue();
      if (this.#switchTo.layer < this.layer) this.#fellAt = this.#media;
      this.layer = this.#switchTo.layer;
      this.#switchTo = undefined;
      this.#fitsSinceMs = undefined;
      keyframe = true;
    }
    if (keyframe) this.#keyframeAtMs = nowMs + KEYFRAME_INTERVAL_MS;
    const mean = (this.#layers[this.layer] ?? 0) / 8 / FRAMES_PER_SECOND;
    const mostBytes =
      this.#queueAtSwitch === undefined || switches
        ? MAX_QUEUE_BYTES
        : Math.min(MAX_QUEUE_BYTES, (this.#estimator.path.pacingBps * MAX_QUEUE_MS) / 8000);
    let left = mean * (keyframe ? KEYFRAME_SIZE : 0.965) * (0.7 + 0.6 * this.#random.next());
    const from = this.#media;
    for (; left > 0; left -= PACKET_BYTES) {
      const size = Math.round(Math.min(PACKET_BYTES, left)) + 40;
      const begins = switches && left <= PACKET_BYTES ? { layer: this.layer, from } : undefined;
      this.#mediaSizes.set(this.#media, { size, atMs: nowMs, begins });
      this.#mediaSizes.delete(this.#media - 2000);
      // A packet that does not fit has its number, and can be asked for.
      if (this.#queueBytes <= mostBytes) {
        this.#queue.push({ size, media: this.#media, begins });
        this.#queueBytes += size;
      }
      this.#media += 1;
    }
  }

  /** Numbers that nobody has seen are given away again. */
  #abandonQueue(): void {
    for (let media = this.#sentMedia + 1; media < this.#media; media += 1) this.#mediaSizes.delete(media);
    this.#queue = [];
    this.#queueBytes = 0;
    this.#media = this.#sentMedia + 1;
  }

  #sendProbe(nowMs: number, packets: SimulatedPacket[]): void {
    if (this.#probe === undefined && nowMs % this.#probeMs === 0) {
      const request = this.#estimator.takeProbe(nowMs);
      if (request === undefined) return;
      this.probes += 1;
      this.#probe = {
        cluster: request.cluster,
        rateBps: request.rateBps,
        left: request.bytes,
        tokens: PACKET_BYTES,
      };
    }
    const probe = this.#probe;
    if (probe === undefined) return;
    probe.tokens += probe.rateBps / 8000;
    while (probe.left > 0 && probe.tokens >= PACKET_BYTES) {
      probe.tokens -= PACKET_BYTES;
      probe.left -= PACKET_BYTES;
      packets.push(this.#packet(nowMs, { size: PACKET_BYTES, cluster: probe.cluster }));
    }
    if (probe.left <= 0) this.#probe = undefined;
  }

  #packet(nowMs: number, next: Partial<Waiting> & { size: number; cluster?: number }): SimulatedPacket {
    const { size, media, begins, cluster = 0 } = next;
    const at = (this.#sequence % REMEMBERED) * 3;
    this.#memory[at] = nowMs * 1000;
    this.#memory[at + 1] = size;
    this.#memory[at + 2] = cluster;
    this.sentBytes += size;
    this.#sentMedia = Math.max(this.#sentMedia, media ?? -1);
    return { sequence: this.#sequence++, size, sentMs: nowMs, media, begins };
  }
}
