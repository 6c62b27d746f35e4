import { runCLoop } from "../c-loop/index.ts";
import { THREE_LAYERS } from "./room.ts";
import { TYPICAL_AUDIO, TYPICAL_VIDEO } from "./traffic.ts";
import { FRAMES_PER_SECOND, fragmentsOf } from "./video-layer.ts";

/** What the bare loop reaches with the same packets. */
export interface CLoopRates {
  /** Packets of a frame in one segmented send, as the wire sends them; audio one by one. The fair comparison. */
  gsoPacketsPerCpuSecond: number;
  /** One `sendto` for each packet. */
  sendtoPacketsPerCpuSecond: number;
  /** Share of what was sent that the sinks have read, 0..1: what the kernel drops is cheaper for the loop. */
  gsoReceived: number;
  sendtoReceived: number;
}

/** Packets that leave at once, and who gets them. */
interface Bursts {
  packets: number;
  /** RTP payload of each. */
  payloadBytes: number;
  perSecond: number;
  viewers: number;
}

interface Run {
  rate: number;
  received: number;
}

/** Packets to all viewers together in each run. */
const PACKETS_A_RUN = 800_000;

/** Runs the loop with `viewers` sinks. This thread is blocked for some seconds. */
export function measureCLoop(viewers: number): CLoopRates {
  const single = showOf(TYPICAL_VIDEO.bitsPerSecond, viewers);
  const gso = send(single, true);
  const sendto = send(single, false);
  return {
    gsoPacketsPerCpuSecond: gso.rate,
    sendtoPacketsPerCpuSecond: sendto.rate,
    gsoReceived: gso.received,
    sendtoReceived: sendto.received,
  };
}

/**
 * By what factor a packet costs the bare loop more where a third of the viewers gets each of three layers than where all
 * get the largest: smaller pictures are fewer packets to a system call.
 */
export function measureCLoopLayerCost(viewers: number): number {
  const third = Math.floor(viewers / THREE_LAYERS.length);
  const layers = THREE_LAYERS.flatMap(({ bitsPerSecond }) => showOf(bitsPerSecond, third));
  const single = showOf(TYPICAL_VIDEO.bitsPerSecond, third * THREE_LAYERS.length);
  // A busy machine only ever slows a run down: the better of two is nearer to the truth.
  const rate = (bursts: readonly Bursts[]) => Math.max(send(bursts, true).rate, send(bursts, true).rate);
  return rate(single) / rate(layers);
}

/** What one viewer of a picture and its sound gets between keyframes, for all who do. */
function showOf(bitsPerSecond: number, viewers: number): Bursts[] {
  const fragments = fragmentsOf(bitsPerSecond, false);
  return [
    // A fragment has a header of two bytes.
    { packets: fragments.length, payloadBytes: fragments[0]! + 2, perSecond: FRAMES_PER_SECOND, viewers },
    { packets: 1, ...TYPICAL_AUDIO, viewers },
  ];
}

/** Bursts in their proportion. */
function send(bursts: readonly Bursts[], isSegmented: boolean): Run {
  const inSecond = bursts.reduce(
    (sum, { packets, perSecond, viewers }) => sum + packets * perSecond * viewers,
    0,
  );
  const seconds = PACKETS_A_RUN / inSecond;
  const results = bursts.map(({ packets, payloadBytes, perSecond, viewers }) =>
    runCLoop({
      packets: Math.ceil(perSecond * seconds) * packets,
      size: payloadBytes,
      viewers,
      gso: isSegmented && packets > 1 ? packets : false,
    }),
  );
  const sum = (name: "packets" | "cpuSeconds" | "received") =>
    results.reduce((total, result) => total + result[name], 0);
  return { rate: sum("packets") / sum("cpuSeconds"), received: sum("received") / sum("packets") };
}
