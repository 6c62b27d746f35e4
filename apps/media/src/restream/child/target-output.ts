import { setTimeout } from "node:timers/promises";
import type { UnitFormat } from "@sameroom/protocol";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log as FfmpegLog } from "node-av/lib";
import type { FromSender, TargetOpening, TargetUnit } from "../messages.ts";
import { Muxer } from "./muxer.ts";
import { type OutputAddress, readOutputAddress } from "./output-address.ts";
import { Relay } from "./relay.ts";
import { resolveTarget } from "./target-address.ts";
import { TargetFault } from "./target-fault.ts";
import { teeTarget } from "./tee-target.ts";

/** FFmpeg holds pictures back for sound at most so long, µs. */
const INTERLEAVE_MICROS = 1_000_000;
const SRT_CONNECT_MS = 5000;
const LOG_DELAY_MS = 50;
/** A reason's own words, characters. */
const MAX_DETAIL = 300;

/** One connection to one target, from opening to its end. Does one thing after the other, in the order it is told. */
export class TargetOutput {
  readonly #send: (message: FromSender) => void;
  readonly #secrets: string[] = [];
  #work: Promise<void> = Promise.resolve();
  #muxer: Muxer | undefined;
  #relay: Relay | undefined;
  #opened = false;
  /** When the target was called, on the process's clock; undefined: not yet. */
  #calledMs: number | undefined;
  #bytes = 0;
  #said: string | undefined;
  #over = false;

  constructor(send: (message: FromSender) => void) {
    this.#send = send;
    // What the other end said is told only there.
    FfmpegLog.setCallback((_level, message) => this.#listen(message), { maxLevel: AV_LOG_ERROR });
    FfmpegLog.setLevel(AV_LOG_ERROR);
  }

  /** Bytes sent so far. */
  get bytesSent(): number {
    return this.#relay?.bytesSent ?? this.#bytes;
  }

  open(opening: TargetOpening): void {
    this.#then(() => this.#open(opening));
  }

  setFormat(format: UnitFormat): void {
    this.#then(async () => this.#muxer?.setFormat(format));
  }

  write(sequence: number, unit: TargetUnit): void {
    this.#then(async () => {
      await this.#muxer?.write(unit);
      this.#bytes += unit.data.byteLength;
      await this.#relay?.drained();
      this.#send({ type: "done", sequence });
    });
  }

  /** Ends in order, as far as what was written before allows. */
  async close(): Promise<void> {
    const before = this.#work;
    this.#over = true;
    await before;
    if (!this.#opened) return;
    await this.#muxer?.finish().catch(() => {});
    // Else the target takes a goodbye for a broken connection.
    await this.#relay?.finished();
  }

  async #open({ order, allowPrivate, video, audio }: TargetOpening): Promise<void> {
    const { key, passphrase } = order;
    this.#secrets.push(...[key, passphrase].flatMap((secret) => secret || []));
    const address = readOutputAddress(order);
    if (address === undefined) throw new TargetFault("failed", "the address cannot be read");
    const target =
      address.protocol === "srt"
        ? await this.#srtTarget(address, { key, passphrase, allowPrivate })
        : await this.#rtmpTarget(address, { key, allowPrivate });
    this.#muxer = new Muxer({ target, video, audio });
    this.#calledMs = performance.now();
    await this.#muxer.open();
    this.#opened = true;
    // While nothing is sent, FFmpeg would not notice.
    if (this.#relay !== undefined)
      this.#relay.onEnded = () =>
        this.#fail(this.#relay?.fault ?? new TargetFault("lost", "the target closed it"));
    this.#send({ type: "opened" });
  }

  async #rtmpTarget(
    { protocol, host, port, application }: OutputAddress,
    { key, allowPrivate }: { key: string | null; allowPrivate: boolean },
  ): Promise<string> {
    this.#relay = await Relay.open({ host, port, tls: protocol === "rtmps", allowPrivate });
    const standard = protocol === "rtmps" ? 443 : 1935;
    const authority = port === standard ? host : `${host}:${port}`;
    return teeTarget(`rtmp://127.0.0.1:${this.#relay.port}/a/b`, "flv", {
      flvflags: "no_duration_filesize",
      max_interleave_delta: String(INTERLEAVE_MICROS),
      rtmp_live: "live",
      rtmp_tcurl: `${protocol}://${authority}/${application}`,
      rtmp_app: application,
      rtmp_playpath: key ?? "",
    });
  }

  async #srtTarget(
    { host, port, latencyMs }: OutputAddress,
    given: { key: string | null; passphrase: string | null; allowPrivate: boolean },
  ): Promise<string> {
    const [resolved] = await resolveTarget(host, given.allowPrivate);
    const { address, family } = resolved!;
    return teeTarget(`srt://${family === 6 ? `[${address}]` : address}:${port}`, "mpegts", {
      mode: "caller",
      transtype: "live",
      latency: String(latencyMs * 1000),
      connect_timeout: String(SRT_CONNECT_MS),
      max_interleave_delta: String(INTERLEAVE_MICROS),
      ...(given.key === null ? {} : { streamid: given.key }),
      ...(given.passphrase === null ? {} : { passphrase: given.passphrase }),
    });
  }

  #then(act: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#over) return;
      try {
        await act();
      } catch (thrown) {
        // What FFmpeg said of it comes from another thread, a moment later.
        if (!(thrown instanceof TargetFault)) await setTimeout(LOG_DELAY_MS);
        this.#fail(thrown);
      }
    });
  }

  #fail(thrown: unknown): void {
    if (this.#over) return;
    this.#over = true;
    const fault = this.#faultOf(thrown);
    this.#relay?.close();
    this.#send({ type: "failed", reason: fault.reason, detail: this.#clean(fault.detail) });
  }

  #faultOf(thrown: unknown): TargetFault {
    if (thrown instanceof TargetFault) return thrown;
    const broken = this.#relay?.fault?.detail ?? null;
    const detail = this.#said ?? broken ?? (thrown instanceof Error ? thrown.message : String(thrown));
    if (this.#opened) return new TargetFault("lost", detail);
    // FFmpeg has one error for a caller who is turned away and for one whom nobody answered: only the latter has waited.
    const waitedMs = this.#calledMs === undefined ? 0 : performance.now() - this.#calledMs;
    const isSilence = this.#relay === undefined && waitedMs >= SRT_CONNECT_MS;
    return new TargetFault(
      isSilence ? "unreachable" : "refused",
      isSilence ? "it did not answer in time" : detail,
    );
  }

  #listen(message: string): void {
    const text = message.trim().replace(/^\[[^\]]*\]\s*/, "");
    // The muxer above only repeats that the one below failed.
    if (text === "" || /^(?:Slave|All tee outputs|Error opening|Could not write header)/i.test(text)) return;
    this.#said = text.replace(/^Server error: /, "");
  }

  /** Neither keys nor anything longer than a sentence. */
  #clean(detail: string | null): string | null {
    if (detail === null) return null;
    let text = detail;
    for (const secret of this.#secrets) text = text.replaceAll(secret, "…");
    return text.replace(/[^\P{Cc}]+/gu, " ").slice(0, MAX_DETAIL);
  }
}
