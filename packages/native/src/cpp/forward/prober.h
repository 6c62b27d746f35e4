#pragma once
#include <cstdint>

#include "timer_queue.h"

namespace sameroom {

class Output;

struct ProbeConfig {
  uint8_t cluster = 0;
  uint64_t rateBps = 0;  // above zero
  uint32_t bytes = 0;
};

// The schedule of one probe at a time of one peer: how much is due, and which packet comes next.
class Prober {
 public:
  // Packets of the output looked at, newest first, before padding has to do.
  static constexpr uint64_t kLookBack = 512;

  Prober(TimerQueue& timers, Timer::Callback onDue) : timer_(timers, std::move(onDue)) {}

  // `end`: the number after the latest one that has left. A probe under way ends.
  void start(Output& output, const ProbeConfig& config, uint64_t end, uint64_t now);
  void stop();
  // Null when no probe is under way.
  Output* output() const { return output_; }
  uint8_t cluster() const { return config_.cluster; }
  bool isDone() const { return sent_ >= config_.bytes; }
  bool isDue(uint64_t now) const { return !isDone() && dueAt() <= now; }
  void count(size_t bytes) { sent_ += bytes; }
  // The number to look at next; false when there are no more.
  bool nextIndex(uint64_t& index);
  // Sets the timer for the next step. Time the machine lost is not made up for in one burst.
  void waitFrom(uint64_t now);
  void forget(const Output& output);

 private:
  static constexpr uint64_t kStepMicros = 1'000;
  static constexpr uint64_t kMaxLateMicros = 10'000;

  uint64_t dueAt() const { return startMicros_ + sent_ * 8'000'000u / config_.rateBps; }

  Output* output_ = nullptr;
  ProbeConfig config_;
  uint64_t startMicros_ = 0;
  uint64_t sent_ = 0;
  uint64_t end_ = 0;
  uint64_t looked_ = 0;
  Timer timer_;
};

}  // namespace sameroom
