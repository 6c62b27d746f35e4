import { runCLoop } from "../c-loop/index.ts";
import { TYPICAL_AUDIO, TYPICAL_FRAME } from "./traffic.ts";

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

/** Packets to all viewers together in each run. */
const PACKETS_A_RUN = 800_000;

/** Runs the loop with `viewers` sinks. This thread is blocked for some seconds. */
export function measureCLoop(viewers: number): CLoopRates {
  const gso = mixed(viewers, TYPICAL_FRAME.packets);
  const sendto = mixed(viewers, false);
  return {
    gsoPacketsPerCpuSecond: gso.rate,
    sendtoPacketsPerCpuSecond: sendto.rate,
    gsoReceived: gso.received,
    sendtoReceived: sendto.received,
  };
}

/** Video and audio in the proportion of the traffic. */
function mixed(viewers: number, gso: number | false): { rate: number; received: number } {
  const perSecond = TYPICAL_FRAME.packets * TYPICAL_FRAME.perSecond + TYPICAL_AUDIO.perSecond;
  const videoShare = (TYPICAL_FRAME.packets * TYPICAL_FRAME.perSecond) / perSecond;
  const packets = PACKETS_A_RUN / viewers;
  const video = runCLoop({
    packets: Math.ceil(packets * videoShare),
    size: TYPICAL_FRAME.payloadBytes,
    viewers,
    gso,
  });
  const audio = runCLoop({
    packets: Math.ceil(packets * (1 - videoShare)),
    size: TYPICAL_AUDIO.payloadBytes,
    viewers,
    gso: false,
  });
  return {
    rate: (video.packets + audio.packets) / (video.cpuSeconds + audio.cpuSeconds),
    received: (video.received + audio.received) / (video.packets + audio.packets),
  };
}
