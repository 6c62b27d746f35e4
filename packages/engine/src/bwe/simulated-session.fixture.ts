import { type LinkOptions, SeededRandom, SimulatedNetwork } from "@sameroom/base/testing";
import type { TransportFeedback } from "@sameroom/protocol";
import { TransportFeedbackLog } from "../feedback/transport-feedback-log.ts";
import { TransportFeedbackReader } from "../feedback/transport-feedback-reader.ts";
import { BandwidthEstimator } from "./bandwidth-estimator.ts";
import { PacketResultLog } from "./packet-result-log.ts";
import {
  type Beginning,
  type QueueAtSwitch,
  type SimulatedPacket,
  SimulatedSender,
} from "./simulated-sender.fixture.ts";

export interface SessionOptions {
  link: LinkOptions;
  seed?: number;
  /** Between feedback packets, ms; default 50. */
  feedbackMs?: number;
  /** Bits per second of the video's layers; default 150 k, 500 k, 2.5 M. */
  layers?: readonly number[];
  estimator?: BandwidthEstimator;
  /** Between `poll` and `takeProbe` calls, ms; default 20. */
  pollMs?: number;
  /** How the way back behaves besides its delay, which is that of the way there. */
  back?: LinkOptions;
  /** The receiver's clock at the start, µs. */
  receiverMicros?: number;
  /** Bytes of other traffic put on the link at a time, if any. */
  crossTraffic?: (nowMs: number) => number;
  /** Gives the sender the wire's queue; absent: one that takes nearly everything. */
  queueAtSwitch?: QueueAtSwitch;
}

export interface Sample {
  atMs: number;
  estimateBps: number;
  layer: number;
  /** Longest time a packet spent above the path's least delay since the last sample, ms. */
  queueMs: number;
  usage: string;
  lossRatio: number;
}

const SAMPLE_MS = 50;

/** A viewer on a simulated path: sender with simulcast layers, pacer, probes and RTX; receiver with NACK and feedback. */
export class SimulatedSession {
  readonly samples: Sample[] = [];
  /** Layers the viewer saw, from when their first keyframe was there as a whole. */
  readonly shown: { layer: number; atMs: number }[] = [];
  readonly estimator: BandwidthEstimator;
  readonly link: SimulatedNetwork<SimulatedPacket>;
  readonly sender: SimulatedSender;
  readonly #options: SessionOptions;
  readonly #back: SimulatedNetwork<() => void>;
  readonly #log: TransportFeedbackLog;
  readonly #reader = new TransportFeedbackReader();
  readonly #results = new PacketResultLog();
  readonly #missing = new Map<number, number>();
  #expected: number | undefined;
  #beginning: (Beginning & { media: number }) | undefined;
  #delayMs: number;
  #queueMs = 0;
  #nowMs = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    const random = new SeededRandom(options.seed ?? 1);
    const forward = { queueBytes: 65_536, ...options.link };
    this.link = new SimulatedNetwork(forward, random, (packet) => packet.size);
    this.#delayMs = forward.delayMs ?? 0;
    this.#back = new SimulatedNetwork({ delayMs: this.#delayMs, ...options.back }, random, () => 0);
    this.#log = new TransportFeedbackLog({ senderSsrc: 1, intervalMs: options.feedbackMs ?? 50 });
    this.estimator = options.estimator ?? new BandwidthEstimator();
    this.sender = new SimulatedSender(this.estimator, random, {
      layers: options.layers ?? [150_000, 500_000, 2_500_000],
      probeMs: options.pollMs ?? 20,
      queueAtSwitch: options.queueAtSwitch,
    });
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Changes the path from now on. */
  configure(link: LinkOptions): void {
    this.link.configure(link);
    this.#delayMs = link.delayMs ?? this.#delayMs;
    if (link.delayMs !== undefined) this.#back.configure({ delayMs: link.delayMs });
    if (link.loss !== undefined)
      this.#back.configure({ loss: link.loss >= 1 ? 1 : (this.#options.back?.loss ?? 0) });
  }

  /** Lets so many seconds pass. */
  run(seconds: number): void {
    const until = this.#nowMs + seconds * 1000;
    while (this.#nowMs < until) {
      this.#nowMs += 1;
      this.#step(this.#nowMs);
    }
  }

  #step(nowMs: number): void {
    for (const packet of this.sender.poll(nowMs)) this.link.send(nowMs, packet);
    const cross = this.#options.crossTraffic?.(nowMs) ?? 0;
    for (let left = cross; left > 0; left -= 1200)
      this.link.send(nowMs, {
        sequence: -1,
        size: Math.min(1200, left),
        sentMs: nowMs,
        media: undefined,
        begins: undefined,
      });
    if ((this.link.nextMs ?? Number.POSITIVE_INFINITY) <= nowMs)
      for (const packet of this.link.receive(nowMs)) this.#receive(nowMs, packet);
    if (nowMs % 10 === 0) this.#report(nowMs);
    if ((this.#back.nextMs ?? Number.POSITIVE_INFINITY) <= nowMs)
      for (const deliver of this.#back.receive(nowMs)) deliver();
    if (nowMs % (this.#options.pollMs ?? 20) === 0) this.estimator.poll(nowMs);
    if (nowMs % SAMPLE_MS === 0) this.#sample(nowMs);
  }

  #receive(nowMs: number, packet: SimulatedPacket): void {
    if (packet.sequence < 0) return;
    this.#queueMs = Math.max(this.#queueMs, nowMs - packet.sentMs - this.#delayMs);
    this.#log.receive(packet.sequence & 0xffff, nowMs * 1000 + (this.#options.receiverMicros ?? 5_000_000));
    if (packet.media === undefined) return;
    this.#missing.delete(packet.media);
    this.#expected ??= packet.media;
    while (this.#expected <= packet.media) {
      if (this.#expected !== packet.media) this.#missing.set(this.#expected, nowMs);
      this.#expected += 1;
    }
    if (packet.begins !== undefined) this.#beginning = { ...packet.begins, media: packet.media };
    this.#show(nowMs);
  }

  #show(nowMs: number): void {
    const begins = this.#beginning;
    if (begins === undefined) return;
    for (const missing of this.#missing.keys()) if (missing >= begins.from && missing <= begins.media) return;
    this.#beginning = undefined;
    this.shown.push({ layer: begins.layer, atMs: nowMs });
  }

  #report(nowMs: number): void {
    for (const feedback of this.#log.poll(nowMs, 2)) this.#back.send(nowMs, () => this.#feedback(feedback));
    const asked: number[] = [];
    for (const [sequence, sinceMs] of this.#missing) {
      const waitedMs = nowMs - sinceMs;
      if (waitedMs > 400) this.#missing.delete(sequence);
      else if (waitedMs % 100 < 10 && waitedMs >= 0) asked.push(sequence);
    }
    if (asked.length > 0) this.#back.send(nowMs, () => this.sender.resend(this.#nowMs, asked));
    if (nowMs % 1000 === 0) {
      const { sent, delivered } = this.link.counts;
      const lossRatio = sent === 0 ? 0 : Math.max(0, 1 - delivered / sent);
      const roundTripMs = 2 * this.#delayMs;
      this.#back.send(nowMs, () => this.estimator.onReceiverReport(this.#nowMs, { lossRatio, roundTripMs }));
    }
  }

  #feedback(feedback: TransportFeedback): void {
    this.#results.clear();
    this.#reader.read(feedback, this.sender.sent, this.#results);
    this.estimator.onFeedback(this.#nowMs, this.#results);
  }

  #sample(nowMs: number): void {
    const { estimateBps, usage, lossRatio } = this.estimator.path;
    this.samples.push({
      atMs: nowMs,
      estimateBps,
      layer: this.sender.layer,
      queueMs: this.#queueMs,
      usage,
      lossRatio,
    });
    this.#queueMs = 0;
  }
}
