/** Stands in until the engine's packager is there. */
import type {
  InitSegment,
  PackagerOptions,
  PackagerSink,
  Part,
  RenditionInfo,
  Segment,
} from "@sameroom/engine";
import {
  type AccessUnit,
  type CodecName,
  createDepacketizer,
  type Depacketizer,
  type MediaPlaylist,
  type MediaSegment,
  opusFormat,
  opusSamples,
  type PartialSegment,
  parseRtp,
  serializeFragment,
  serializeInit,
  type UnitFormat,
} from "@sameroom/protocol";

export class UnitStream {
  onKeyframeWanted: () => void = () => {};
  readonly #d: Depacketizer;
  readonly #o: { codec: CodecName; clockRate: number; kind: "audio" | "video" };
  #map: { unixMicros: number; rtpTimestamp: number } | undefined;
  readonly #units: AccessUnit[] = [];
  #format: UnitFormat | undefined;
  constructor(o: { codec: CodecName; clockRate: number; kind: "audio" | "video" }) {
    this.#o = o;
    this.#d = createDepacketizer(o.codec);
    if (o.kind === "audio") this.#format = opusFormat(2);
  }
  take(packet: Uint8Array, arrivalMicros: number): void {
    const h = parseRtp(packet);
    if (!h) return;
    const f = this.#d.take(packet.slice(h.payloadOffset), h.timestamp, h.marker);
    if (!f) return;
    if (f.format) this.#format = f.format;
    if (!this.#format) {
      this.onKeyframeWanted();
      return;
    }
    if (!this.#map) return;
    const captureMicros =
      this.#map.unixMicros + (((f.timestamp - this.#map.rtpTimestamp) | 0) * 1e6) / this.#o.clockRate;
    this.#units.push({
      format: this.#format,
      captureMicros,
      compositionMicros: 0,
      keyframe: f.keyframe,
      samples: this.#o.kind === "audio" ? opusSamples(f.data) : 0,
      data: f.data,
    });
  }
  clock(map: { unixMicros: number; rtpTimestamp: number }): void {
    this.#map ??= map;
  }
  poll(..._: unknown[]): AccessUnit[] {
    return this.#units.splice(0);
  }
}

interface R {
  info: RenditionInfo;
  format?: UnitFormat;
  version: number;
  pending: AccessUnit[];
  seg: number;
  part: number;
  segStart: number;
  bytes: number;
  partStart: number;
  seq: number;
  paused: boolean;
  begun: boolean;
  disc: boolean;
}
export class Packager {
  readonly #o: PackagerOptions;
  readonly #sink: PackagerSink;
  readonly #ask: (n: number) => void;
  readonly #rs = new Map<string, R>();
  #t0 = 0;
  #askedSeg = -1;
  constructor(o: PackagerOptions, sink: PackagerSink, ask: (n: number) => void) {
    this.#o = o;
    this.#sink = sink;
    this.#ask = ask;
  }
  addRendition(info: RenditionInfo): void {
    this.#rs.set(info.id, {
      info,
      version: -1,
      pending: [],
      seg: 0,
      part: 0,
      segStart: 0,
      bytes: 0,
      partStart: 0,
      seq: 0,
      paused: false,
      begun: false,
      disc: false,
    });
    this.#sink.rendition(info, "added");
  }
  removeRendition(id: string): void {
    const r = this.#rs.get(id);
    if (r) {
      this.#rs.delete(id);
      this.#sink.rendition(r.info, "removed");
    }
  }
  push(id: string, u: AccessUnit): void {
    const r = this.#rs.get(id);
    if (!r) return;
    if (this.#t0 === 0) this.#t0 = u.captureMicros;
    const seg = this.#o.segmentMs! * 1000,
      part = this.#o.partMs! * 1000;
    if (!r.begun) {
      if (!u.keyframe) return;
      r.begun = true;
      r.seg = Math.max(r.seg, Math.floor((u.captureMicros - this.#t0) / seg));
      r.segStart = r.partStart = u.captureMicros;
    }
    if (r.format !== u.format) {
      this.#flush(r, u.captureMicros);
      r.format = u.format;
      r.version += 1;
      this.#sink.init({
        rendition: id,
        version: r.version,
        format: u.format,
        bytes: serializeInit(u.format),
      });
    }
    const want = Math.floor((u.captureMicros - this.#t0) / seg);
    if (want > r.seg && u.keyframe) {
      this.#flush(r, u.captureMicros);
      this.#close(r, u.captureMicros);
      r.seg = want;
    } else if (want > r.seg && r.seg > this.#askedSeg) {
      this.#askedSeg = r.seg;
      this.#ask(0);
    }
    if (u.captureMicros - r.partStart >= part) this.#flush(r, u.captureMicros);
    r.pending.push(u);
  }
  #flush(r: R, end: number): void {
    if (r.pending.length === 0) return;
    const scale = r.format!.kind === "video" ? 90000 : r.format!.sampleRate;
    const samples = r.pending.map((u, i) => ({
      data: u.data,
      duration:
        u.samples || Math.round((((r.pending[i + 1]?.captureMicros ?? end) - u.captureMicros) * scale) / 1e6),
      keyframe: u.keyframe,
    }));
    const first = r.pending[0]!;
    const bytes = serializeFragment({
      format: r.format!,
      sequence: ++r.seq,
      baseTime: Math.round(((first.captureMicros - this.#t0 + 1e6) * scale) / 1e6),
      samples,
    });
    this.#sink.part({
      rendition: r.info.id,
      segment: r.seg,
      index: r.part++,
      independent: first.keyframe,
      captureMicros: first.captureMicros,
      durationMicros: end - first.captureMicros,
      bytes,
      gap: false,
    });
    r.bytes += bytes.length;
    r.pending = [];
    r.partStart = end;
  }
  #close(r: R, end: number): void {
    this.#sink.segment({
      rendition: r.info.id,
      number: r.seg,
      init: r.version,
      captureMicros: r.segStart,
      durationMicros: end - r.segStart,
      byteLength: r.bytes,
      parts: r.part,
      independent: true,
      discontinuity: r.disc,
      gap: false,
    });
    r.disc = false;
    r.bytes = 0;
    r.part = 0;
    r.segStart = end;
    r.seg += 1;
  }
  pause(..._: unknown[]): void {}
  discontinuity(): void {
    for (const r of this.#rs.values()) {
      const last = r.pending.at(-1);
      if (last === undefined) continue;
      this.#flush(r, last.captureMicros + 20_000);
      this.#close(r, last.captureMicros + 20_000);
      r.begun = false;
      r.disc = true;
    }
  }
  tick(..._: unknown[]): void {}
  end(): void {
    for (const r of this.#rs.values()) {
      const last = r.pending.at(-1);
      if (last) {
        this.#flush(r, last.captureMicros + 20000);
        this.#close(r, last.captureMicros + 20000);
      }
    }
    this.#sink.ended();
  }
}
export class LivePlaylists implements PackagerSink {
  readonly #rs = new Map<
    string,
    { info: RenditionInfo; segs: { s: Segment; parts: Part[] }[]; open: Part[]; init: number }
  >();
  #ended = false;
  readonly #o: { partMs: number };
  constructor(o: { partMs: number; segmentMs: number; dvrMs: number }) {
    this.#o = o;
  }
  rendition(info: RenditionInfo, state: string): void {
    if (state === "added") this.#rs.set(info.id, { info, segs: [], open: [], init: 0 });
  }
  init(i: InitSegment): void {
    this.#rs.get(i.rendition)!.init = i.version;
  }
  part(p: Part): void {
    this.#rs.get(p.rendition)!.open.push(p);
  }
  segment(s: Segment): void {
    const r = this.#rs.get(s.rendition)!;
    r.segs.push({ s, parts: r.open });
    r.open = [];
  }
  ended(): void {
    this.#ended = true;
  }
  playlist(id: string, _o: { skip: boolean }): MediaPlaylist | undefined {
    const r = this.#rs.get(id);
    if (!r || r.segs.length === 0) return undefined;
    const partOf = (p: Part): PartialSegment => ({
      uri: `${p.segment}.${p.index}.m4s`,
      duration: p.durationMicros / 1e6,
      independent: p.independent,
    });
    const segments = r.segs.map(
      ({ s, parts }, i): MediaSegment => ({
        uri: `${s.number}.m4s`,
        duration: s.durationMicros / 1e6,
        discontinuity: s.discontinuity,
        map: `init-${s.init}.mp4`,
        programDateTimeMs: s.captureMicros / 1000,
        parts: i >= r.segs.length - 3 ? parts.map(partOf) : [],
      }),
    );
    const last = r.segs.at(-1)!.s.number;
    return {
      targetDuration: 6,
      partTarget: this.#o.partMs / 1000 + 0.1,
      serverControl: {
        canBlockReload: true,
        canSkipUntil: 36,
        holdBack: 18,
        partHoldBack: (3.5 * this.#o.partMs) / 1000,
      },
      mediaSequence: r.segs[0]!.s.number,
      discontinuitySequence: 0,
      segments,
      open: this.#ended ? undefined : { parts: r.open.map(partOf), map: `init-${r.init}.mp4` },
      preloadHint: this.#ended ? undefined : `${last + 1}.${r.open.length}.m4s`,
      isEnded: this.#ended,
    };
  }
}
