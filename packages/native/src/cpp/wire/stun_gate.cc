#include "wire/stun_gate.h"

#include <algorithm>

namespace sameroom {
namespace {

constexpr uint64_t kCost = 1'000'000;

}  // namespace

bool StunGate::Bucket::take(uint32_t perSecond, uint32_t burst, uint64_t now) {
  // Enough elapsed time fills the bucket; capping it first keeps the product small.
  const uint64_t elapsed = std::min<uint64_t>(now - updatedMicros, 1'000'000'000u);
  credit = std::min(credit + elapsed * perSecond, burst * kCost);
  updatedMicros = now;
  if (credit < kCost) return false;
  credit -= kCost;
  return true;
}

bool StunGate::admit(const SocketAddress& from, const Route& route, bool known, uint64_t now) {
  Entry& entry = entries_[SocketAddressHash()(from) % kEntries];
  if (!(entry.address == from)) {
    entry.address = from;
    entry.bucket = Bucket();
  }
  entry.route = route;
  return entry.bucket.take(kPerSecond, kBurst, now) &&
         (known || strangers_.take(kStrangersPerSecond, kStrangersPerSecond, now));
}

const Route* StunGate::routeOf(const SocketAddress& address) const {
  const Entry& entry = entries_[SocketAddressHash()(address) % kEntries];
  return entry.address == address ? &entry.route : nullptr;
}

}  // namespace sameroom
