#pragma once
#include <deque>
#include <vector>

#include "counters.h"
#include "wire/address_book.h"
#include "wire/peer.h"

namespace sameroom {

// DTLS datagrams waiting for their turn. A handshake costs a third of a millisecond; a crowd joining at once must not
// hold up media, so only a slice of each round goes to handshakes.
class DtlsBacklog {
 public:
  static constexpr size_t kMaxWaiting = 8192;
  static constexpr uint64_t kSliceMicros = 1000;

  DtlsBacklog(AddressBook& addresses, WireCounters& counters) : addresses_(addresses), counters_(counters) {}
  void add(const uint8_t* data, size_t size, const Destination& from);
  // Works for one slice. True when something is left.
  bool process();

 private:
  struct Waiting {
    Destination from;
    std::vector<uint8_t> data;
  };

  AddressBook& addresses_;
  WireCounters& counters_;
  std::deque<Waiting> waiting_;
};

}  // namespace sameroom
