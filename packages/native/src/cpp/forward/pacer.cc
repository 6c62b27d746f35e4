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

size_t HeldQueue::forget(const Output& output) {
  const size_t before = items_.size() - head_;
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
  return before - items_.size();
}

bool Pacer::hold(HeldQueue& queue, const Held& held) {
  const size_t bytes = queue.bytes() + held.size;
  const bool patient = isPatient(held.since);
  const size_t mostBytes = kMaxBytes + (patient ? kMaxPastBytes : 0);
  const uint64_t mostMicros = kMaxWaitMicros + (patient ? kMaxPastMicros : 0);
  if (!queue.empty() && (bytes > mostBytes || bucket_.micros(bytes) > mostMicros)) return false;
  queue.push(held);
  held_ += held.size;
  if (!timer_.armed()) setTimer(held.since);
  return true;
}

std::optional<uint64_t> Pacer::admitPast(size_t bytes, uint64_t now) {
  const size_t waiting = held_ + bytes;
  const double micros = bucket_.micros(waiting);
  if (waiting > kMaxPastBytes || micros > kMaxPastMicros) return std::nullopt;
  const uint64_t leftMicros = now + static_cast<uint64_t>(micros);
  // What comes while it leaves waits behind it, and catches up.
  patientUntil_ = leftMicros + kMaxPastMicros;
  return leftMicros;
}

void Pacer::release(HeldQueue& queue) {
  held_ -= queue.front().size;
  queue.pop();
}

bool Pacer::next(uint64_t now, Next& out) {
  HeldQueue& queue = again_.empty() ? video_ : again_;
  if (queue.empty()) return false;
  const Held& first = queue.front();
  out = {first, &queue == &again_, now - first.since > maxAge(now)};
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

size_t Pacer::forget(const Output& output) {
  if (held_ == 0) return 0;
  const size_t count = again_.forget(output) + video_.forget(output);
  held_ = again_.bytes() + video_.bytes();
  if (held_ == 0) timer_.cancel();
  return count;
}

size_t Pacer::beginAnew(const Output& output, uint64_t now) {
  const size_t count = forget(output);
  if (count > 0) patientUntil_ = std::max(patientUntil_, now + kBeginningMicros);
  return count;
}

void Pacer::setTimer(uint64_t now) {
  const Held& first = again_.empty() ? video_.front() : again_.front();
  const uint64_t at = std::min(bucket_.admitsAt(first.size), first.since + maxAge(now) + 1);
  timer_.arm((std::max(at, now + 1) + kGridMicros - 1) / kGridMicros * kGridMicros);
}

}  // namespace sameroom
