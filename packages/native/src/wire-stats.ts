import type { NativeWire } from "./binding.ts";
import { SEND_PATHS } from "./encode.ts";
import type { OutputId, OutputStats, SendPath, WireStats } from "./types.ts";

const CPU_MICROS = 24;
const SEND_PATH = 25;
const numbers = () => new Float64Array(26);

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
    pacedPackets: at(13),
    pacerDroppedPackets: at(14),
    probePackets: at(15),
    tcpConnections: at(16),
    handshakesCompleted: at(17),
    handshakesFailed: at(18),
    peers: at(19),
    sources: at(20),
    outputs: at(21),
    addresses: at(22),
    timers: at(23),
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
