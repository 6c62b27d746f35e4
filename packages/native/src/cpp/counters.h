#pragma once
// Counters written by the I/O thread alone and read by the JavaScript thread at any time.
#include <atomic>
#include <cstdint>

namespace sameroom {

class Counter {
 public:
  // One writer: a plain load and store, no locked instruction on the packet path.
  void add(uint64_t n = 1) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void set(uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Mirrors `WireStats` of types.ts, same order.
struct WireCounters {
  Counter receivedPackets, receivedBytes;
  Counter sentPackets, sentBytes, sendCalls;
  Counter droppedUnknownAddress, droppedMalformed, droppedAuthentication, droppedReplay;
  Counter droppedSendBuffer, droppedEventQueue;
  Counter retransmittedPackets, retransmitMisses;
  Counter pacedPackets, pacerDroppedPackets, probePackets;
  Counter tcpConnections;
  Counter handshakesCompleted, handshakesFailed;
  Counter peers, sources, outputs, addresses, timers;
  // 0 gso, 1 sendmmsg, 2 sendto.
  Counter sendPath;
};

// Mirrors `OutputStats` of types.ts.
struct OutputCounters {
  Counter packets, octets, retransmittedPackets, source, pendingSource, lastSequenceNumber, lastTimestamp;
};

}  // namespace sameroom
