#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace sameroom {

class Timer;

// Indexed binary heap of armed timers, ordered by deadline (CLOCK_MONOTONIC microseconds).
class TimerQueue {
 public:
  static constexpr uint64_t kNever = ~uint64_t{0};

  TimerQueue() = default;
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  uint64_t nextDeadline() const;
  size_t size() const { return heap_.size(); }
  // Runs what is due. A callback may arm, cancel or destroy any timer but its own object.
  void run(uint64_t now);

 private:
  friend class Timer;
  void insert(Timer* timer);
  void remove(Timer* timer);
  void place(size_t index, Timer* timer);
  void siftUp(size_t index);
  void siftDown(size_t index);

  std::vector<Timer*> heap_;
};

// A one-shot timer that leaves its queue when destroyed: nothing outlives its owner.
class Timer {
 public:
  using Callback = std::function<void(uint64_t now)>;

  Timer(TimerQueue& queue, Callback callback) : queue_(queue), callback_(std::move(callback)) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void arm(uint64_t deadline);
  void cancel();
  bool armed() const { return index_ != kIdle; }

 private:
  friend class TimerQueue;
  static constexpr size_t kIdle = ~size_t{0};

  TimerQueue& queue_;
  Callback callback_;
  uint64_t deadline_ = 0;
  size_t index_ = kIdle;
};

}  // namespace sameroom
