#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sameroom {

// A receiver's report on every packet with a transport-wide sequence number
// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).
class TransportFeedback {
 public:
  // Longest packet that `write` makes.
  static constexpr size_t kMaxBytes = 1200;

  TransportFeedback() : arrivals_(kWindow, kNone) {}

  void add(uint16_t sequenceNumber, uint64_t micros);
  // Writes an RTCP packet about what came since the last one, and returns its size; 0 when there is nothing to tell.
  // Call until then: one packet covers a part when much came. `out` has room for `kMaxBytes`.
  size_t write(uint32_t senderSsrc, uint32_t mediaSsrc, uint8_t* out);

 private:
  static constexpr size_t kWindow = 2048;
  static constexpr uint64_t kMaxSpan = 400;
  static constexpr uint64_t kNone = ~uint64_t{0};

  uint64_t& arrival(uint64_t index) { return arrivals_[index & (kWindow - 1)]; }

  std::vector<uint64_t> arrivals_;  // in 250 us, by extended sequence number
  bool started_ = false;
  uint64_t next_ = 0;     // the first not told about
  uint64_t highest_ = 0;  // the last that came
  uint8_t count_ = 0;
};

}  // namespace sameroom
