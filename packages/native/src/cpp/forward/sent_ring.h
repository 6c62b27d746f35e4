#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sameroom {

// Same order as `SentKind` in types.ts.
enum class SentKind : uint8_t { kVideo = 0, kAudio = 1, kRetransmission = 2, kPadding = 3 };

// The last packets that left for a peer with a transport-wide sequence number. The I/O thread writes; JavaScript reads
// the same memory without asking (sent-packets.ts), and tells by the sequence number in an entry whether it is the one
// it looks for. An entry is one 64-bit store. Low word: microseconds; high word: sequence number 16 bits, size 11,
// kind 2, cluster 3, from the top.
class SentRing {
 public:
  static constexpr size_t kEntries = 1024;

  void add(uint64_t micros, uint16_t sequenceNumber, size_t size, SentKind kind, uint8_t cluster) {
    const uint32_t what = (static_cast<uint32_t>(sequenceNumber) << 16) | ((static_cast<uint32_t>(size) & 0x7ff) << 5) |
                          (static_cast<uint32_t>(kind) << 3) | (cluster & 7u);
    slot(sequenceNumber).store((static_cast<uint64_t>(what) << 32) | static_cast<uint32_t>(micros), std::memory_order_relaxed);
  }
  // The same bytes left once more. What is forgotten stays forgotten.
  void addAgain(uint64_t micros, uint16_t sequenceNumber, size_t size) {
    const uint64_t entry = slot(sequenceNumber).load(std::memory_order_relaxed);
    if (static_cast<uint16_t>(entry >> 48) == sequenceNumber) add(micros, sequenceNumber, size, SentKind::kRetransmission, 0);
  }

  void* data() { return entries_; }
  static constexpr size_t bytes() { return sizeof(entries_); }

 private:
  std::atomic<uint64_t>& slot(uint16_t sequenceNumber) { return entries_[sequenceNumber & (kEntries - 1)]; }

  std::atomic<uint64_t> entries_[kEntries] = {};
};

static_assert(std::atomic<uint64_t>::is_always_lock_free, "JavaScript reads the entries without a lock");

}  // namespace sameroom
