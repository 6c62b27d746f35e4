#include "wire/event_queue.h"

#include <cstring>

namespace sameroom {

uint8_t* EventQueue::append(uint8_t type, size_t size, Weight weight) {
  const size_t whole = (5 + size + 7) & ~size_t{7};
  const size_t limit = kFactBytes + (weight == Weight::kNews ? kReserveBytes : 0);
  if (unread_.load(std::memory_order_relaxed) + writing_.size() + whole > limit) return nullptr;
  const size_t at = writing_.size();
  writing_.resize(at + whole);
  const auto head = static_cast<uint32_t>(whole);
  std::memcpy(writing_.data() + at, &head, sizeof head);
  writing_[at + 4] = type;
  return writing_.data() + at + 5;
}

void EventQueue::publish() {
  if (writing_.empty()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    unread_.fetch_add(writing_.size(), std::memory_order_relaxed);
    if (shared_.empty()) shared_.swap(writing_);
    else shared_.insert(shared_.end(), writing_.begin(), writing_.end());
  }
  writing_.clear();
  if (!signalled_.exchange(true, std::memory_order_acq_rel)) wake_();
}

size_t EventQueue::drain(uint8_t* out, size_t capacity) {
  if (readAt_ == reading_.size()) {
    reading_.clear();
    readAt_ = 0;
    const std::lock_guard<std::mutex> lock(mutex_);
    reading_.swap(shared_);
  }
  size_t copied = 0;
  while (readAt_ + copied < reading_.size()) {
    uint32_t size;
    std::memcpy(&size, reading_.data() + readAt_ + copied, sizeof size);
    if (copied + size > capacity) break;
    copied += size;
  }
  if (copied > 0) std::memcpy(out, reading_.data() + readAt_, copied);
  readAt_ += copied;
  unread_.fetch_sub(copied, std::memory_order_relaxed);
  return copied;
}

}  // namespace sameroom
