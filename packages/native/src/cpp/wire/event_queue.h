#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace sameroom {

// Records from the I/O thread to the JavaScript thread. The writer fills a buffer of its own and hands it over once per
// loop; the reader swaps what is there out under the lock. One wake-up per hand-over at most.
// A record: uint32 size (whole, a multiple of 8), uint8 type, content. Little-endian, as the machine is.
class EventQueue {
 public:
  // Facts are dropped when this much waits unread; news (states, switches, RTCP) may use the reserve on top.
  static constexpr size_t kFactBytes = 16 * 1024 * 1024;
  static constexpr size_t kReserveBytes = 8 * 1024 * 1024;

  enum class Weight { kFact, kNews };

  explicit EventQueue(std::function<void()> wake) : wake_(std::move(wake)) {}

  // I/O thread. Room for `size` bytes of content after the 5-byte head, or null when the queue is full.
  uint8_t* append(uint8_t type, size_t size, Weight weight);
  void publish();

  // JavaScript thread. Copies whole records; returns their bytes, 0 when none waits.
  size_t drain(uint8_t* out, size_t capacity);
  // Allows the next wake-up; call before draining.
  void acknowledge() { signalled_.store(false, std::memory_order_release); }

 private:
  std::function<void()> wake_;
  std::atomic<bool> signalled_{false};
  std::atomic<size_t> unread_{0};

  std::vector<uint8_t> writing_;  // I/O thread

  std::mutex mutex_;
  std::vector<uint8_t> shared_;  // under the mutex

  std::vector<uint8_t> reading_;  // JavaScript thread
  size_t readAt_ = 0;
};

}  // namespace sameroom
