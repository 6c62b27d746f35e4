#include "net/frames.h"

#include <algorithm>
#include <cstring>

namespace sameroom {

bool FrameQueue::push(const uint8_t* data, size_t size) {
  if (size > kMaxFrame || this->size() + kFrameHeader + size > kMaxBytes) return false;
  if (head_ > bytes_.size() / 2) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  const size_t at = bytes_.size();
  bytes_.resize(at + kFrameHeader + size);
  writeU16(bytes_.data() + at, static_cast<uint16_t>(size));
  std::memcpy(bytes_.data() + at + kFrameHeader, data, size);
  return true;
}

void FrameQueue::wrote(size_t size) {
  begin_ += size;
  while (size > 0) {
    if (unfinished_ == 0) unfinished_ = kFrameHeader + readU16(data());
    const size_t step = std::min(size, unfinished_);
    head_ += step;
    unfinished_ -= step;
    size -= step;
  }
  while (!marks_.empty() && marks_.front().end <= begin_) marks_.pop_front();
  if (!empty()) return;
  bytes_.clear();
  head_ = 0;
  if (bytes_.capacity() > kKeptBytes) bytes_.shrink_to_fit();
}

void FrameQueue::mark(uint64_t now) {
  if (!marks_.empty() && now - marks_.back().since < kMarkMicros) marks_.back().end = end();
  else if (marks_.empty() || marks_.back().end < end()) marks_.push_back({end(), now});
}

size_t FrameQueue::expire(uint64_t now) {
  uint64_t until = 0;
  while (!marks_.empty() && now - marks_.front().since >= kMaxAgeMicros) {
    until = marks_.front().end;
    marks_.pop_front();
  }
  if (until <= begin_ + unfinished_) return 0;
  const size_t gone = static_cast<size_t>(until - begin_ - unfinished_);
  size_t frames = 0;
  for (size_t at = 0; at < gone; ++frames) at += kFrameHeader + readU16(data() + unfinished_ + at);
  // What is left of the frame before them moves up to those after them.
  std::memmove(bytes_.data() + head_ + gone, bytes_.data() + head_, unfinished_);
  head_ += gone;
  begin_ += gone;
  return frames;
}

}  // namespace sameroom
