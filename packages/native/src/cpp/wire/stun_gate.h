#pragma once
#include <vector>

#include "net/socket_address.h"

namespace sameroom {

// Bounds how much STUN reaches JavaScript, per address and in all, and remembers which way recent senders came in.
// Direct-mapped and fixed in size: a flood of addresses overwrites entries, it never grows anything.
class StunGate {
 public:
  static constexpr size_t kEntries = 8192;
  static constexpr uint32_t kPerSecond = 50;
  static constexpr uint32_t kBurst = 100;
  static constexpr uint32_t kStrangersPerSecond = 20'000;

  StunGate() : entries_(kEntries) {}
  // True when a message from this address may pass. `known`: the address is already validated.
  bool admit(const SocketAddress& from, const Route& route, bool known, uint64_t now);
  const Route* routeOf(const SocketAddress& address) const;

 private:
  struct Bucket {
    uint64_t credit = 0;  // in messages x 1e6
    uint64_t updatedMicros = 0;
    bool take(uint32_t perSecond, uint32_t burst, uint64_t now);
  };
  struct Entry {
    SocketAddress address;
    Route route;
    Bucket bucket;
  };

  std::vector<Entry> entries_;
  Bucket strangers_;
};

}  // namespace sameroom
