#include "forward/prober.h"

#include <algorithm>

namespace sameroom {

void Prober::start(Output& output, const ProbeConfig& config, uint64_t end, uint64_t now) {
  output_ = &output;
  config_ = config;
  startMicros_ = now;
  sent_ = 0;
  end_ = end;
  looked_ = 0;
}

void Prober::stop() {
  output_ = nullptr;
  timer_.cancel();
}

bool Prober::nextIndex(uint64_t& index) {
  if (looked_ >= end_ || looked_ >= kLookBack) return false;
  index = end_ - 1 - looked_++;
  return true;
}

void Prober::waitFrom(uint64_t now) {
  if (dueAt() + kMaxLateMicros < now) startMicros_ += now - dueAt();
  timer_.arm(std::max(dueAt(), now + kStepMicros));
}

void Prober::forget(const Output& output) {
  if (output_ == &output) stop();
}

}  // namespace sameroom
