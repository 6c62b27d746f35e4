#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "forward/leaky_bucket.h"
#include "timer_queue.h"

namespace sameroom {

class Output;

// A packet that waits: a number its output gave away (or, to be sent again, gave away before). The packet itself stays
// in its source's cache, so waiting costs next to no memory, and nothing is encrypted or stamped before it leaves.
struct Held {
  Output* output;
  uint64_t index;
  uint64_t since;
  uint64_t maxAgeMicros;  // of a packet to be sent again, as the cache received it
  uint16_t size;          // UDP payload
  uint8_t padding;
};

// Packets in the order they came, with what they weigh.
class HeldQueue {
 public:
  bool empty() const { return head_ == items_.size(); }
  size_t bytes() const { return bytes_; }
  const Held& front() const { return items_[head_]; }
  void push(const Held& held);
  void pop();
  // Takes out what is for this output; how many packets that were.
  size_t forget(const Output& output);

 private:
  std::vector<Held> items_;
  size_t head_ = 0;
  size_t bytes_ = 0;
};

// How fast packets leave for one peer. What does not fit waits in one of two queues, packets to be sent again before
// video; a timer runs only while something waits. Deadlines lie on a grid that all pacers share, so that a thousand
// viewers' packets leave in one round and share system calls.
class Pacer {
 public:
  // Longest queue: this long at the rate, and this many bytes.
  static constexpr uint64_t kMaxWaitMicros = 500'000;
  static constexpr size_t kMaxBytes = 1024 * 1024;
  // After the rate fell, what has waited longer than that is given up.
  static constexpr uint64_t kMaxAgeMicros = 600'000;
  static constexpr uint64_t kGridMicros = 5'000;
  // How long after a new beginning everything may wait longer than usual.
  static constexpr uint64_t kBeginningMicros = 500'000;
  // A source's past may take as long and be as much as that; meanwhile everything may wait that much longer.
  static constexpr uint64_t kMaxPastMicros = 1'000'000;
  static constexpr size_t kMaxPastBytes = 4 * 1024 * 1024;

  Pacer(TimerQueue& timers, Timer::Callback onDue) : timer_(timers, std::move(onDue)) {}

  void configure(const Pacing& pacing, uint64_t now) { bucket_.configure(pacing, now); }
  // True when video may leave at once; then it counts as gone.
  bool take(size_t size, uint64_t now) {
    if (held_ > 0 || !bucket_.admits(size, now)) return false;
    bucket_.add(size, now);
    return true;
  }
  // The same for a packet to be sent again, which goes before waiting video.
  bool takeAgain(size_t size, uint64_t now) {
    if (!again_.empty() || !bucket_.admits(size, now)) return false;
    bucket_.add(size, now);
    return true;
  }
  // What was held and has left.
  void countHeld(size_t size, uint64_t now) { bucket_.addLate(size, now); }
  // What never waits.
  void count(size_t size, uint64_t now) { bucket_.add(size, now); }
  // What has a rate of its own, and may use up the burst but not make others wait any longer.
  void countProbe(size_t size, uint64_t now) { bucket_.addWithin(size, now); }

  // False when the queue is full.
  bool holdVideo(const Held& held) { return hold(video_, held); }
  bool holdAgain(const Held& held) { return hold(again_, held); }

  // Room for so many bytes of a source's past: when the last of them leaves, or empty when there is none.
  std::optional<uint64_t> admitPast(size_t bytes, uint64_t now);

  struct Next {
    Held held;
    bool again;
    bool tooOld;
  };
  // Takes out what may leave now, to be counted when it does, or has waited too long. False when there is none; then the
  // timer is set.
  bool next(uint64_t now, Next& out);
  // Takes out the first, whatever its time.
  bool any(Next& out);
  // Takes out what is for this output; how many packets that were.
  size_t forget(const Output& output);
  // The same; when there were any, the keyframe that comes instead may wait as a whole.
  size_t beginAnew(const Output& output, uint64_t now);

 private:
  bool hold(HeldQueue& queue, const Held& held);
  bool isPatient(uint64_t now) const { return now < patientUntil_; }
  // What was let in while it could be has its time to leave.
  uint64_t maxAge(uint64_t now) const {
    return now < patientUntil_ + kMaxPastMicros ? kMaxAgeMicros + kMaxPastMicros : kMaxAgeMicros;
  }
  void release(HeldQueue& queue);
  void setTimer(uint64_t now);

  // All that is touched while nothing waits.
  LeakyBucket bucket_;
  size_t held_ = 0;  // bytes in both queues
  uint64_t patientUntil_ = 0;  // while a past leaves

  HeldQueue again_;
  HeldQueue video_;
  Timer timer_;
};

}  // namespace sameroom
