#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sameroom {

// What was particular about each packet an output sent, so that a retransmission without RTX is the same bytes again.
// Anything else under the same SRTP index would reuse an AES-GCM nonce (RFC 7714 section 8.1).
class SentLog {
 public:
  struct Entry {
    uint64_t index = ~uint64_t{0};
    uint32_t absSendTime = 0;
    uint16_t transportSequence = 0;
    uint8_t padding = 0;
    uint8_t payloadType = 0;
  };

  // `capacity`: a power of two.
  explicit SentLog(size_t capacity) : entries_(capacity) {}
  void add(const Entry& entry) { entries_[entry.index & (entries_.size() - 1)] = entry; }
  const Entry* find(uint64_t index) const {
    const Entry& entry = entries_[index & (entries_.size() - 1)];
    return entry.index == index ? &entry : nullptr;
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace sameroom
