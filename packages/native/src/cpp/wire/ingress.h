#pragma once
#include "counters.h"
#include "forward/forwarder.h"
#include "net/receive_batch.h"
#include "rtp/red.h"
#include "wire/address_book.h"
#include "wire/peer.h"
#include "wire/event_writer.h"
#include "wire/stun_gate.h"

namespace sameroom {

// Takes datagrams apart: STUN to JavaScript, DTLS to its peer, SRTP to its source, SRTCP to JavaScript. Whatever is
// not STUN counts only from addresses that ICE has validated.
class Ingress {
 public:
  Ingress(AddressBook& addresses, StunGate& stun, Forwarder& forwarder, EventWriter& events,
          WireCounters& counters)
      : addresses_(addresses), stun_(stun), forwarder_(forwarder), events_(events), counters_(counters) {}

  void handle(const Datagram& datagram, uint64_t now, uint64_t unixMicrosNow);
  // A plain RTP packet of a local source.
  void inject(Source& source, const std::vector<uint8_t>& packet, uint64_t now, uint64_t unixMicrosNow);

 private:
  // Redundant blocks looked at in one packet.
  static constexpr size_t kMostRedundant = 4;

  void handleStun(const Datagram& datagram, bool known);
  void handleRtp(Peer& peer, const Datagram& datagram);
  void handleRtcp(Peer& peer, const Datagram& datagram);
  void handleMedia(Source& source, uint64_t index, const uint8_t* packet, const RtpHeader& header, size_t payloadSize);
  void handleRed(Source& source, uint64_t index, uint8_t* packet, RtpHeader header, size_t payloadSize);
  void repairFromRed(Source& source, uint64_t index, const RtpHeader& carrier, const RedPayload& red);
  void handleRtx(Source& source, uint8_t* packet, RtpHeader header, size_t payloadSize);
  void tap(Source& source, uint64_t index, const uint8_t* packet, size_t size);
  void store(Source& source, uint64_t index, const uint8_t* packet, const RtpHeader& header, size_t payloadSize);
  struct Arrival {
    bool repaired;
    size_t size;  // UDP payload; 0 when another packet carried it
  };
  // `stored` is null for a packet that the cache did not keep.
  void report(const Source& source, const uint8_t* packet, const RtpHeader& header, const CachedPacket* stored,
              Arrival arrival);
  bool countVerdict(SrtpVerdict verdict);

  AddressBook& addresses_;
  StunGate& stun_;
  Forwarder& forwarder_;
  EventWriter& events_;
  WireCounters& counters_;
  // Of the datagram being handled.
  uint64_t now_ = 0;
  uint64_t unixMicrosNow_ = 0;
  size_t datagramSize_ = 0;
};

}  // namespace sameroom
