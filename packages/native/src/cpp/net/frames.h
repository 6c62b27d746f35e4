#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "bytes.h"

namespace sameroom {

// Datagrams over a stream, each after its length in two bytes (RFC 4571, as RFC 6544 section 3 wants it).
constexpr size_t kFrameHeader = 2;
// Longer than any datagram of DTLS, STUN or RTP; a sender of more is no WebRTC endpoint.
constexpr size_t kMaxFrame = 2048;

struct FrameCut {
  // Bytes dealt with; what remains is the beginning of a frame.
  size_t consumed = 0;
  bool tooLong = false;
};

// Calls `onFrame(uint8_t* data, size_t size)` for each whole frame; false from it ends the reading. Null packets, which
// are nothing but a length of zero, are passed over.
template <typename OnFrame>
FrameCut cutFrames(uint8_t* bytes, size_t size, OnFrame onFrame) {
  FrameCut cut;
  while (size - cut.consumed >= kFrameHeader) {
    uint8_t* at = bytes + cut.consumed;
    const size_t length = readU16(at);
    cut.tooLong = length > kMaxFrame;
    if (cut.tooLong || size - cut.consumed < kFrameHeader + length) break;
    cut.consumed += kFrameHeader + length;
    if (length > 0 && !onFrame(at + kFrameHeader, length)) break;
  }
  return cut;
}

// Frames that wait to be written. Bounded in bytes and in age; what does not fit or comes too late goes as whole frames,
// so that the stream stays in step.
class FrameQueue {
 public:
  static constexpr size_t kMaxBytes = 256 * 1024;
  static constexpr uint64_t kMaxAgeMicros = 1'000'000;

  bool empty() const { return head_ == bytes_.size(); }
  // What to write next.
  const uint8_t* data() const { return bytes_.data() + head_; }
  size_t size() const { return bytes_.size() - head_; }
  // False when it is full.
  bool push(const uint8_t* data, size_t size);
  // So many bytes were written.
  void wrote(size_t size);
  // What is here had to wait at `now`.
  void mark(uint64_t now);
  // Gives up frames that waited too long, but for one that is partly written. Returns how many.
  size_t expire(uint64_t now);

 private:
  static constexpr uint64_t kMarkMicros = 20'000;
  static constexpr size_t kKeptBytes = 16 * 1024;

  // Up to this place of the stream frames have waited since then.
  struct Mark {
    uint64_t end;
    uint64_t since;
  };

  uint64_t end() const { return begin_ + size(); }

  std::vector<uint8_t> bytes_;
  size_t head_ = 0;
  size_t unfinished_ = 0;  // bytes left of a frame that is partly written
  uint64_t begin_ = 0;     // place of `data()` in the stream of all that was pushed
  std::deque<Mark> marks_;
};

}  // namespace sameroom
