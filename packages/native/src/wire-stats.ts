import type { NativeWire } from "./binding.ts";
import { SEND_PATHS } from "./encode.ts";
import type { OutputId, OutputStats, SendPath, WireStats } from "./types.ts";

const CPU_MICROS = 20;
const SEND_PATH = 21;
const numbers = () => new Float64Array(22);

export function readStats(native: NativeWire): WireStats {
  const n = numbers();
  native.stats(n);
  const at = (index: number) => n[index] ?? 0;
  return {
    receivedPackets: at(0),
    receivedBytes: at(1),
    sentPackets: at(2),
    sentBytes: at(3),
    sendCalls: at(4),
    droppedUnknownAddress: at(5),
    droppedMalformed: at(6),
    droppedAuthentication: at(7),
    droppedReplay: at(8),
    droppedSendBuffer: at(9),
    droppedEventQueue: at(10),
    retransmittedPackets: at(11),
    retransmitMisses: at(12),
    handshakesCompleted: at(13),
    handshakesFailed: at(14),
    peers: at(15),
    sources: at(16),
    outputs: at(17),
    addresses: at(18),
    timers: at(19),
    cpuMicros: at(CPU_MICROS),
  };
}

export function readSendPath(native: NativeWire): SendPath {
  const n = numbers();
  native.stats(n);
  return SEND_PATHS[n[SEND_PATH] ?? 0] ?? "sendto";
}

export function readOutputStats(native: NativeWire, output: OutputId): OutputStats | undefined {
  const n = new Float64Array(7);
  if (!native.outputStats(output, n)) return undefined;
  const at = (index: number) => n[index] ?? 0;
  return {
    packets: at(0),
    octets: at(1),
    retransmittedPackets: at(2),
    source: at(3),
    pendingSource: at(4),
    lastSequenceNumber: at(5),
    lastTimestamp: at(6),
  };
}
