#include "forward/pacer.h"

namespace sameroom {

void HeldQueue::push(const Held& held) {
  items_.push_back(held);
  bytes_ += held.size;
}

void HeldQueue::pop() {
  bytes_ -= items_[head_].size;
  ++head_;
  // A queue that never runs empty must not creep through memory.
  if (head_ == items_.size() || head_ >= 256) {
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void HeldQueue::forget(const Output& output) {
  std::vector<Held> kept;
  size_t bytes = 0;
  for (size_t at = head_; at < items_.size(); ++at) {
    if (items_[at].output == &output) continue;
    kept.push_back(items_[at]);
    bytes += items_[at].size;
  }
  items_.swap(kept);
  head_ = 0;
  bytes_ = bytes;
}

bool Pacer::hold(HeldQueue& queue, const Held& held) {
  const size_t bytes = queue.bytes() + held.size;
  if (!queue.empty() && (bytes > kMaxBytes || bucket_.micros(bytes) > kMaxWaitMicros)) return false;
  queue.push(held);
  held_ += held.size;
  if (!timer_.armed()) setTimer(held.since);
  return true;
}

void Pacer::release(HeldQueue& queue) {
  held_ -= queue.front().size;
  queue.pop();
}

bool Pacer::next(uint64_t now, Next& out) {
  HeldQueue& queue = again_.empty() ? video_ : again_;
  if (queue.empty()) return false;
  const Held& first = queue.front();
  out = {first, &queue == &again_, now - first.since > kMaxAgeMicros};
  if (!out.tooOld && !bucket_.admits(first.size, now)) {
    setTimer(now);
    return false;
  }
  release(queue);
  return true;
}

bool Pacer::any(Next& out) {
  HeldQueue& queue = again_.empty() ? video_ : again_;
  if (queue.empty()) return false;
  out = {queue.front(), &queue == &again_, false};
  release(queue);
  return true;
}

void Pacer::forget(const Output& output) {
  again_.forget(output);
  video_.forget(output);
  held_ = again_.bytes() + video_.bytes();
  if (held_ == 0) timer_.cancel();
}

void Pacer::setTimer(uint64_t now) {
  const Held& first = again_.empty() ? video_.front() : again_.front();
  const uint64_t at = std::min(bucket_.admitsAt(first.size), first.since + kMaxAgeMicros + 1);
  timer_.arm((std::max(at, now + 1) + kGridMicros - 1) / kGridMicros * kGridMicros);
}

}  // namespace sameroom
