#pragma once
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "forward/pacer.h"
#include "forward/prober.h"
#include "forward/sent_ring.h"
#include "net/socket_address.h"
#include "srtp/srtp_session.h"

namespace sameroom {

// What outputs need of the peer they send to.
struct ViewerLink {
  std::unique_ptr<SrtpSender> sender;  // null until DTLS has connected
  std::optional<Destination> destination;
  std::string cname;
  uint16_t transportSequence = 0;
  // Null until an output carries the transport-wide sequence number.
  std::shared_ptr<SentRing> sentRing;
  // Next index of every SSRC ever sent with these keys: an SSRC that comes back must not reuse one.
  std::unordered_map<uint32_t, uint64_t> nextIndexOf;

  std::unique_ptr<Pacer> pacer;    // null without limit
  std::unique_ptr<Prober> prober;  // null before the first probe

  // The output is going away with what of it has not left yet.
  void forget(const Output& output) {
    if (pacer) pacer->forget(output);
    if (prober) prober->forget(output);
  }
  bool ready() const { return sender != nullptr && destination.has_value(); }
};

}  // namespace sameroom
