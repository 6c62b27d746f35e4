#include "wire/dtls_backlog.h"

#include "clock.h"

namespace sameroom {

void DtlsBacklog::add(const uint8_t* data, size_t size, const Destination& from) {
  if (waiting_.size() >= kMaxWaiting) return counters_.droppedMalformed.add();
  waiting_.push_back({from, std::vector<uint8_t>(data, data + size)});
}

bool DtlsBacklog::process() {
  if (waiting_.empty()) return false;
  const uint64_t started = monotonicMicros();
  uint64_t now = started;
  while (!waiting_.empty() && now - started < kSliceMicros) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    // The peer may have gone meanwhile.
    const AddressBook::Entry* entry = addresses_.find(next.from.address);
    if (entry != nullptr) entry->peer->handleDtls(next.data.data(), next.data.size(), next.from, now);
    now = monotonicMicros();
  }
  return !waiting_.empty();
}

}  // namespace sameroom
