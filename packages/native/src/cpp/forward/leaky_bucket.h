#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sameroom {

struct Pacing {
  uint64_t rateBps = 0;  // bits per second, above zero
  uint32_t burstBytes = 0;
};

// A leaky bucket kept as one point in time (the virtual scheduling form of ITU-T I.371): when all that was put in will
// have run out. Times are microseconds.
class LeakyBucket {
 public:
  // What is in the bucket stays in it.
  void configure(const Pacing& pacing, uint64_t now) {
    const double level = std::max(0.0, emptyAt_ - static_cast<double>(now)) / microsPerByte_;
    microsPerByte_ = 8e6 / static_cast<double>(pacing.rateBps);
    burstMicros_ = pacing.burstBytes * microsPerByte_;
    emptyAt_ = static_cast<double>(now) + level * microsPerByte_;
  }
  // An empty bucket takes anything, so a burst below a packet's size stops nobody.
  bool admits(size_t size, uint64_t now) const {
    const auto time = static_cast<double>(now);
    return emptyAt_ <= time || emptyAt_ + micros(size) <= time + burstMicros_;
  }
  uint64_t admitsAt(size_t size) const {
    return static_cast<uint64_t>(std::max(0.0, emptyAt_ - std::max(0.0, burstMicros_ - micros(size)))) + 1;
  }
  void add(size_t size, uint64_t now) { emptyAt_ = std::max(emptyAt_, static_cast<double>(now)) + micros(size); }
  // For who has been waiting: time that passed because a timer came late counts.
  void addLate(size_t size, uint64_t now) {
    emptyAt_ = std::max(emptyAt_, static_cast<double>(now) - kMaxLateMicros) + micros(size);
  }
  // Takes of what is free, at most that.
  void addWithin(size_t size, uint64_t now) {
    const double full = static_cast<double>(now) + burstMicros_;
    if (emptyAt_ < full) emptyAt_ = std::min(full, std::max(emptyAt_, static_cast<double>(now)) + micros(size));
  }
  double micros(size_t size) const { return static_cast<double>(size) * microsPerByte_; }

 private:
  static constexpr double kMaxLateMicros = 50'000;

  double microsPerByte_ = 1;
  double burstMicros_ = 0;
  double emptyAt_ = 0;
};

}  // namespace sameroom
