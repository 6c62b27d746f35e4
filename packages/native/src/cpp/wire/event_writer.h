#pragma once
#include <string>

#include "counters.h"
#include "forward/source.h"
#include "net/socket_address.h"
#include "srtp/srtp_keys.h"
#include "wire/event_queue.h"

namespace sameroom {

enum class EventType : uint8_t { kStun = 1, kDtls, kRtcp, kRtp, kUnclaimed, kTap, kSwitched, kDatagram };
enum class DtlsNews : uint8_t { kConnected = 0, kFailed = 1, kClosed = 2 };

// Writes the records that event-reader.ts reads. Content offsets count from the start of the record.
class EventWriter {
 public:
  EventWriter(EventQueue& queue, WireCounters& counters) : queue_(queue), counters_(counters) {}

  void stun(const SocketAddress& from, const uint8_t* data, size_t size);
  void dtlsConnected(uint32_t peer, SrtpProfile profile, uint64_t handshakeMicros);
  void dtlsFailed(uint32_t peer, const char* reason);
  void dtlsClosed(uint32_t peer);
  void rtcp(uint32_t peer, const uint8_t* data, size_t size, uint64_t now);
  void unclaimed(uint32_t peer, const uint8_t* data, size_t size);
  void tap(uint32_t source, const uint8_t* data, size_t size, uint64_t now);
  void datagram(uint32_t client, const uint8_t* data, size_t size);
  void switched(uint32_t output, uint32_t source, uint16_t sequenceNumber);

  struct RtpFact {
    uint32_t source;
    uint16_t sequenceNumber;
    uint32_t timestamp;
    bool marker, keyframe, repaired;
    uint64_t arrivalMicros;
    uint32_t size;
    int32_t transportSequence, audioLevel;
    uint32_t captureNtpSeconds, captureNtpFraction;
    int8_t temporalLayer;
    const uint8_t* payload;  // the first bytes of a keyframe, at most `kMostFactPayload`
    size_t payloadSize;
  };
  static constexpr size_t kMostFactPayload = 256;
  void rtp(const RtpFact& fact);

 private:
  // uint32 at 8, double at 16, uint32 length at 24, bytes at 32.
  void bytes(EventType type, uint32_t id, double number, const void* data, size_t size, EventQueue::Weight weight);

  EventQueue& queue_;
  WireCounters& counters_;
};

}  // namespace sameroom
