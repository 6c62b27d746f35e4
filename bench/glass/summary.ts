/** Where one side of a connection spent its time, since a mark: why a latency is what it is. */
export interface PeerSummary {
  codec: string | null;
  framesPerSecond: number | null;
  /** Per frame, ms; null on the side that does not do it. */
  encodeMs: number | null;
  /** Time a packet waits in the pacer. */
  pacerMs: number | null;
  jitterBufferMs: number | null;
  /** What the network's jitter asks of the buffer, without lip sync or wishes of the page. */
  jitterBufferMinimumMs: number | null;
  /** The buffer's aim with all of them. */
  jitterBufferTargetMs: number | null;
  decodeMs: number | null;
  /** First packet of a frame received until it is decoded. */
  processingMs: number | null;
  /** Mean spread between the first and the last packet of a frame. */
  assemblyMs: number | null;
  freezes: number | null;
  keyframes: number | null;
  nacks: number | null;
  plis: number | null;
  roundTripMs: number | null;
  mbitsPerSecond: number | null;
  qualityLimit: string | null;
}

type Numbers = Record<string, number | string | undefined>;

/** Differences between two reports of one connection's video. */
export function summarizePeer(before: RTCStatsReport | undefined, after: RTCStatsReport): PeerSummary {
  const old = videoOf(before);
  const now = videoOf(after);
  const since = (name: string) => Number(now[name] ?? Number.NaN) - Number(old[name] ?? 0);
  const per = (total: string, count: string, scale = 1000) => rounded((since(total) / since(count)) * scale);
  const seconds = since("timestamp") / 1000;
  const bytes = "bytesSent" in now ? since("bytesSent") : since("bytesReceived");
  const frames = "framesEncoded" in now ? since("framesEncoded") : since("framesDecoded");
  const codec = [...after.values()].find(({ id }) => id === now.codecId) as Numbers | undefined;
  const pair = [...after.values()].find(
    ({ type, nominated, state }) => type === "candidate-pair" && nominated === true && state === "succeeded",
  ) as Numbers | undefined;
  return {
    codec: codec === undefined ? null : `${codec.mimeType} ${codec.sdpFmtpLine ?? ""}`.trim(),
    framesPerSecond: rounded(frames / seconds),
    encodeMs: per("totalEncodeTime", "framesEncoded"),
    pacerMs: per("totalPacketSendDelay", "packetsSent"),
    jitterBufferMs: per("jitterBufferDelay", "jitterBufferEmittedCount"),
    jitterBufferMinimumMs: per("jitterBufferMinimumDelay", "jitterBufferEmittedCount"),
    jitterBufferTargetMs: per("jitterBufferTargetDelay", "jitterBufferEmittedCount"),
    decodeMs: per("totalDecodeTime", "framesDecoded"),
    processingMs: per("totalProcessingDelay", "framesDecoded"),
    assemblyMs: per("totalAssemblyTime", "framesAssembledFromMultiplePackets"),
    freezes: rounded(since("freezeCount")),
    keyframes: rounded("keyFramesEncoded" in now ? since("keyFramesEncoded") : since("keyFramesDecoded")),
    nacks: rounded(since("nackCount")),
    plis: rounded(since("pliCount")),
    roundTripMs: rounded(Number(pair?.currentRoundTripTime ?? Number.NaN) * 1000),
    mbitsPerSecond: rounded((bytes * 8) / seconds / 1e6),
    qualityLimit: now.qualityLimitationReason === undefined ? null : String(now.qualityLimitationReason),
  };
}

function videoOf(report: RTCStatsReport | undefined): Numbers {
  const all = report === undefined ? [] : [...report.values()];
  const found = all.find(
    ({ type, kind }) => (type === "inbound-rtp" || type === "outbound-rtp") && kind === "video",
  );
  return (found ?? {}) as Numbers;
}

function rounded(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : null;
}
